// The politeness of those who are no endpoint's session: visits to services, and mail that is handed over. Whoever
// keeps the schedule of an address is asked for a start, so that it is opened no sooner than per_ip_gap after anybody's
// last.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <unordered_set>
#include <utility>

#include "probes/model/ip.hpp"

namespace mxfleet {

/// Queues for a start on an address, and tells when it is there, on any thread; not once the program ends.
using ClaimStart = std::function<void(const IpAddress&, std::function<void()>)>;

/// For who has nobody to be considerate of: the start is there.
ClaimStart unhindered();

class Courtesy {
public:
    /// `context` outlives it, and whoever tells.
    Courtesy(asio::io_context& context, ClaimStart claim) : context_(context), claim_(std::move(claim)) {}

    /// Ends when the address may be opened. False: it was stopped, and nothing is to be opened any more.
    asio::awaitable<bool> turn_at(IpAddress ip);

    void stop();

private:
    asio::io_context& context_;
    ClaimStart claim_;
    std::unordered_set<asio::steady_timer*> waiting_;
    bool stopped_ = false;
};

}  // namespace mxfleet
