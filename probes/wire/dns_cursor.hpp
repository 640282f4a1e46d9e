// A place in a DNS message that moves on as it is read. Never reads outside its bounds, never throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "probes/wire/dns_name.hpp"

namespace mxfleet {

/// Reads from `at` up to `end` ≤ the message's size. Once it has met something malformed it stays failed and gives
/// nothing but zeros, so that a record is read in one go and asked once.
class Cursor {
public:
    Cursor(std::span<const std::uint8_t> message, std::size_t at, std::size_t end)
        : message_(message), at_(at), end_(end) {}

    std::span<const std::uint8_t> bytes(std::size_t count) {
        if (failed_ || end_ - at_ < count) {
            failed_ = true;
            return {};
        }
        return message_.subspan(std::exchange(at_, at_ + count), count);
    }

    std::uint8_t u8() {
        const std::span<const std::uint8_t> read = bytes(1);
        return read.empty() ? std::uint8_t{0} : read[0];
    }

    std::uint16_t u16() {
        const unsigned high = u8();
        return static_cast<std::uint16_t>(high << 8 | u8());
    }

    std::uint32_t u32() {
        const std::uint32_t high = u16();
        return high << 16 | u16();
    }

    std::string name() {
        auto name = failed_ ? std::nullopt : read_name(message_, at_);
        if (!name || name->next > end_) {
            failed_ = true;
            return {};
        }
        at_ = name->next;
        return std::move(name->text);
    }

    std::size_t at() const { return at_; }
    std::size_t left() const { return failed_ ? 0 : end_ - at_; }
    bool failed() const { return failed_; }

private:
    std::span<const std::uint8_t> message_;
    std::size_t at_;
    std::size_t end_;
    bool failed_ = false;
};

}  // namespace mxfleet
