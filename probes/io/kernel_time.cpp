#include "probes/io/kernel_time.hpp"

#include <sys/socket.h>

#include <array>
#include <cstring>
#include <ctime>

namespace mxfleet {
namespace {

Duration duration_of(const timespec& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

Duration wall_now() {
    return std::chrono::system_clock::now().time_since_epoch();
}

void switch_stamps_on(int socket) {
    constexpr int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

/// The kernel stamps packets while any socket asks for it, and takes its time to begin: the first connection after a
/// quiet while would get no stamps. One socket that stays open keeps it at it.
void keep_kernel_stamping() {
    static const int kept = [] {
        const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket >= 0) switch_stamps_on(socket);
        return socket;
    }();
    static_cast<void>(kept);
}

/// The wall clock's time of arrival, if the kernel gave one.
std::optional<Duration> stamp_of(msghdr& message) {
    for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr; control = CMSG_NXTHDR(&message, control)) {
        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec stamp{};
        std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
        return duration_of(stamp);
    }
    return std::nullopt;
}

}  // namespace

Moment user_moment() {
    return {std::chrono::steady_clock::now(), Clock::user};
}

void ask_for_arrival_times(int socket) {
    keep_kernel_stamping();
    switch_stamps_on(socket);
}

TimedRead timed_receive(int socket, std::span<char> room, SteadyTime not_before) {
    iovec place{room.data(), room.size()};
    alignas(cmsghdr) std::array<char, 128> control;
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t result = ::recvmsg(socket, &message, MSG_DONTWAIT);
    if (result <= 0) return {result, {}};
    // In this order, what passes between the two makes the arrival seem later, never earlier than it was asked for.
    const Duration wall = wall_now();
    const Moment read = user_moment();
    const auto stamp = stamp_of(message);
    return {result, stamp ? arrival(*stamp, wall, read.at, not_before) : read};
}

Moment arrival(Duration stamp, Duration wall_now, SteadyTime now, SteadyTime not_before) {
    const SteadyTime at = now - (wall_now - stamp);
    if (at < not_before || at > now) return {now, Clock::user};
    return {at, Clock::kernel};
}

Moment establishment(const tcp_info& info, SteadyTime dialled, SteadyTime now) {
    const SteadyTime at = dialled + std::chrono::microseconds{info.tcpi_rtt};
    if (info.tcpi_rtt == 0 || info.tcpi_total_retrans != 0 || at > now) return {now, Clock::user};
    return {at, Clock::kernel};
}

}  // namespace mxfleet
