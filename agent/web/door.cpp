#include "agent/web/door.hpp"

#include <fcntl.h>

#include <cerrno>
#include <utility>

namespace mxfleet {
namespace {

constexpr auto pause = std::chrono::milliseconds{20};
constexpr int accepted_at_once = 64;

Descriptor open_spare() {
    return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

Door::Door(std::vector<Listener> listeners) : listeners_(std::move(listeners)), spare_(open_spare()) {}

std::vector<SocketAddress> Door::addresses() const {
    std::vector<SocketAddress> addresses;
    for (const Listener& listener : listeners_)
        addresses.push_back(listener.address);
    return addresses;
}

void Door::watch(std::vector<pollfd>& watched, SteadyTime now) const {
    if (now < closed_until_) return;
    for (const Listener& listener : listeners_)
        watched.push_back({listener.socket.number(), POLLIN, 0});
}

void Door::accept(const Admit& admit, SteadyTime now) {
    if (now < closed_until_) return;
    for (const Listener& listener : listeners_) {
        if (!accept_from(listener.socket, admit, now)) return;
    }
}

void Door::close() {
    for (Listener& listener : listeners_)
        listener.socket.close();
}

bool Door::accept_from(const Descriptor& listener, const Admit& admit, SteadyTime now) {
    for (int count = 0; count < accepted_at_once; ++count) {
        SystemAddress peer;
        Descriptor socket(accept4(listener.number(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket) {
            if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) return true;
            turn_away_one(listener);
            closed_until_ = now + pause;
            return false;
        }
        if (!admit(std::move(socket), peer)) return false;
    }
    return true;
}

/// Without descriptors or memory nothing can be accepted, and what is not accepted keeps the listener ready. With the
/// spare descriptor the client is at least told, and the pause keeps us from spinning.
void Door::turn_away_one(const Descriptor& listener) {
    spare_.close();
    Descriptor(accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC)).close();
    spare_ = open_spare();
}

}  // namespace mxfleet
