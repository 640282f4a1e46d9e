// What the kernel knows of a TCP connection's times. It takes them as packets come; this program looks when its turn
// comes, which is late when much happens at once.
#pragma once

#include <netinet/tcp.h>
#include <sys/types.h>

#include <optional>
#include <span>

#include "probes/model/phase.hpp"

namespace mxfleet {

/// A point in time, and whose clock it was read from.
struct Moment {
    SteadyTime at{};
    Clock clock = Clock::user;
};

/// This moment, by our own clock.
Moment user_moment();

/// From now on what comes on the socket carries its time of arrival.
void ask_for_arrival_times(int socket);

/// A recv(2) that does not wait, and when the last of the segments that it took from had arrived.
struct TimedRead {
    ssize_t result = 0;  ///< as recv(2); errno is kept
    Moment arrived;
};
TimedRead timed_receive(int socket, std::span<char> room, SteadyTime not_before);

/// The arrival at `stamp` of the wall clock, carried over to the steady clock by a reading of both. The wall clock may
/// have been set in between: nothing arrives before `not_before` or after `now`, and what seems to counts as ours.
Moment arrival(Duration stamp, Duration wall_now, SteadyTime now, SteadyTime not_before);

/// When a connection that was dialled at `dialled` and is seen to be established at `now` was so. The kernel measures
/// from SYN to SYN/ACK, unless the SYN was sent more than once.
Moment establishment(const tcp_info& info, SteadyTime dialled, SteadyTime now);

}  // namespace mxfleet
