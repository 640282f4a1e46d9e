// What the connections of one thread live on: its deadlines, and who tells them of bytes.
#pragma once

#include <asio/io_context.hpp>

#include "probes/io/deadlines.hpp"
#include "probes/io/readiness.hpp"

namespace mxfleet {

/// Keeps the io_context running until `stop`. Outlives its connections.
class Reactor {
public:
    explicit Reactor(asio::io_context& context) : deadlines_(context), readiness_(context) {}

    Deadlines& deadlines() { return deadlines_; }
    Readiness& readiness() { return readiness_; }

    void stop() {
        deadlines_.stop();
        readiness_.stop();
    }

private:
    Deadlines deadlines_;
    Readiness readiness_;
};

}  // namespace mxfleet
