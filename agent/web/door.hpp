// Accepts connections on all listeners. It reads and writes nothing on them, and never blocks.
#pragma once

#include <poll.h>

#include <functional>
#include <vector>

#include "agent/web/descriptor.hpp"
#include "agent/web/listener.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

class Door {
public:
    /// Takes over an accepted connection, whatever comes of it, and says whether another may come.
    using Admit = std::function<bool(Descriptor socket, SystemAddress& peer)>;

    explicit Door(std::vector<Listener> listeners);

    /// Where it listens, or did.
    std::vector<SocketAddress> addresses() const;

    /// Adds what to wait for, unless it has just run out of descriptors.
    void watch(std::vector<pollfd>& watched, SteadyTime now) const;

    /// Accepts what has come, 64 connections a listener at most.
    void accept(const Admit& admit, SteadyTime now);

    /// Listens no longer.
    void close();

private:
    bool accept_from(const Descriptor& listener, const Admit& admit, SteadyTime now);
    void turn_away_one(const Descriptor& listener);

    std::vector<Listener> listeners_;
    Descriptor spare_;  ///< to have one left when there are none
    SteadyTime closed_until_{};
};

}  // namespace mxfleet
