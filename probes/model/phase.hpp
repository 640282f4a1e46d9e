// The timed steps of a session and why one of them did not succeed: two closed lists whose names are
// label values of metrics and values in JSON.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "probes/model/time.hpp"

namespace mxfleet {

enum class Phase : std::uint8_t {
    dns,
    connect,
    banner_first_byte,
    banner,
    ehlo,
    starttls,
    tls_handshake,
    ehlo_tls,
    mail,
    rcpt,
    quit,
    total,
    login,     ///< of services only
    data,      ///< of deliveries only: DATA, and sending the text
    data_end,  ///< of deliveries only: from the final dot to the reply to it
    mailbox,   ///< of readings only, and without a time
};

/// Of a session with an exchange, of one with a service, which may log in besides, and of one that hands a message
/// over.
inline constexpr std::size_t phase_count = 12;
inline constexpr std::size_t service_phase_count = 13;
inline constexpr std::size_t delivery_phase_count = 15;

enum class Reason : std::uint8_t {
    timeout,
    refused,
    reset,
    no_route,
    closed,
    protocol_error,
    rejected,
    temporary,
    tls_error,
    policy,
    budget,
    local_fault,  ///< descriptors, ports, memory, cancelled: ours, and never held against the peer
};

inline constexpr std::size_t reason_count = 12;

std::string_view name(Phase phase) noexcept;
std::string_view name(Reason reason) noexcept;

/// Who took a time: the kernel, when the packets came, or this program, when it came to look.
enum class Clock : std::uint8_t { user, kernel };

std::string_view name(Clock clock) noexcept;

/// How long each phase took, to the microsecond and up to an hour, and by whose clock; empty for a phase that was not
/// reached or did not end. A fleet keeps two of these for each endpoint.
template <std::size_t count>
class TimesOfPhases {
public:
    TimesOfPhases() { taken_.fill(none); }

    std::optional<Duration> operator[](Phase phase) const {
        const std::uint32_t taken = taken_[static_cast<std::size_t>(phase)];
        return taken == none ? std::nullopt : std::optional<Duration>{std::chrono::microseconds{taken}};
    }

    /// Of a phase that has a time.
    Clock clock(Phase phase) const { return (by_kernel_ & bit(phase)) != 0 ? Clock::kernel : Clock::user; }

    void set(Phase phase, Duration taken, Clock clock = Clock::user) {
        const auto microseconds = std::chrono::floor<std::chrono::microseconds>(taken).count();
        taken_[static_cast<std::size_t>(phase)] =
            static_cast<std::uint32_t>(std::clamp<decltype(microseconds)>(microseconds, 0, none - 1));
        by_kernel_ =
            static_cast<std::uint16_t>(clock == Clock::kernel ? by_kernel_ | bit(phase) : by_kernel_ & ~bit(phase));
    }

    bool operator==(const TimesOfPhases&) const = default;

private:
    static std::uint16_t bit(Phase phase) { return static_cast<std::uint16_t>(1U << static_cast<unsigned>(phase)); }

    static constexpr std::uint32_t none = 0xffff'ffff;
    std::array<std::uint32_t, count> taken_;
    std::uint16_t by_kernel_ = 0;
};

using PhaseTimes = TimesOfPhases<phase_count>;
using ServicePhaseTimes = TimesOfPhases<delivery_phase_count>;  ///< of services, and of handing over to them

}  // namespace mxfleet
