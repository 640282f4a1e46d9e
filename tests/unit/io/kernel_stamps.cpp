#include "tests/unit/io/kernel_stamps.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace mxfleet::testing {

LoopbackPair::LoopbackPair() {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const raw = reinterpret_cast<sockaddr*>(&name);
    socklen_t size = sizeof name;
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    reader_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::bind(listener, raw, size) != 0 || ::listen(listener, 1) != 0 || ::getsockname(listener, raw, &size) != 0 ||
        ::connect(reader_, raw, size) != 0) {
        throw std::runtime_error("cannot connect on loopback");
    }
    writer_ = ::accept(listener, nullptr, nullptr);
    ::close(listener);
    ask_for_arrival_times(reader_);
}

LoopbackPair::~LoopbackPair() {
    ::close(reader_);
    ::close(writer_);
}

void LoopbackPair::send(char byte) const {
    ::send(writer_, &byte, 1, MSG_NOSIGNAL);
}

bool kernel_stamps() {
    const LoopbackPair pair;
    const SteadyTime end = user_moment().at + std::chrono::seconds{10};
    while (user_moment().at < end) {
        pair.send('x');
        pollfd wanted{pair.reader(), POLLIN, 0};
        ::poll(&wanted, 1, 1000);
        std::array<char, 8> room;
        if (timed_receive(pair.reader(), room, {}).arrived.clock == Clock::kernel) return true;
    }
    return false;
}

}  // namespace mxfleet::testing
