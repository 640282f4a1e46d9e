// An open file descriptor that is closed with its owner.
#pragma once

#include <unistd.h>

#include <utility>

namespace mxfleet {

class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            close();
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }

    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

    void close() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

    /// The number, for somebody else to close.
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

}  // namespace mxfleet
