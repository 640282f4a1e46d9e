// Where mail for the relay recipient goes: a server there is never asked to relay (CHECKS §10.1). For the coordinating
// thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "agent/fleet/lookups.hpp"
#include "agent/fleet/relay_plan.hpp"

namespace mxfleet {

class Recipient {
public:
    /// `lookups` outlives it. `moved` is called when the route is another than before.
    Recipient(asio::io_context& context, Lookups& lookups, std::function<void()> moved)
        : context_(context), lookups_(lookups), moved_(std::move(moved)) {}

    /// Another recipient's route is not known before it was looked up.
    void configure(const Settings& settings);

    /// Looks it up, if there is one and it is time.
    void look();

    /// Null while it is not known.
    const std::shared_ptr<const RecipientRoute>& route() const { return route_; }

private:
    asio::awaitable<void> look_up();

    asio::io_context& context_;
    Lookups& lookups_;
    std::function<void()> moved_;
    std::string address_;
    std::size_t most_addresses_ = 0;
    SteadyTime due_{};
    std::shared_ptr<const RecipientRoute> route_;
};

}  // namespace mxfleet
