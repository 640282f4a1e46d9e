// Who is connected, and who has to go: the late, and where it is crowded the oldest, so that newcomers find room. It
// closes no descriptor: it hangs up, and whoever serves the connection sees it end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "probes/model/time.hpp"

namespace mxfleet {

struct ConnectionLimits {
    std::size_t connections = 256;
    std::size_t kept_free = 32;                        ///< of these, for newcomers
    Duration request_time = std::chrono::seconds{10};  ///< from the accept or the last answer to a complete request
    Duration answer_time = std::chrono::seconds{60};   ///< from the answer's first byte to its last
};

/// How a connection is ended: one that only waits is told so; one that does not read its answer loses what the kernel
/// still holds for it.
enum class HangUp : std::uint8_t { orderly, at_once };

/// A connection is known by its descriptor, from `opened` to `closed`.
class Connections {
public:
    using HangUpFunction = std::function<void(int descriptor, HangUp how)>;

    Connections(const ConnectionLimits& limits, HangUpFunction hang_up)
        : limits_(limits), hang_up_(std::move(hang_up)) {}

    /// Whether one more may be accepted. Those that were hung up on count until they are closed.
    bool has_room() const { return table_.size() < limits_.connections; }

    /// Makes room, if need be, at the cost of the connection that has waited longest for its client; if none waits for
    /// a request, of the one that has been answering longest. Never of one whose request is being worked on.
    void opened(int descriptor, SteadyTime now);

    /// A request is complete, and its answer is being worked out.
    void works(int descriptor);

    /// The answer is being sent.
    void answers(int descriptor, SteadyTime now);

    /// The answer is sent; the next request may come.
    void waits(int descriptor, SteadyTime now);

    /// Before the descriptor is closed: afterwards it may be another's.
    void closed(int descriptor);

    /// Hangs up on whoever is neither worked for nor answered.
    void hang_up_on_waiting();

    bool is_empty() const { return table_.empty(); }

    /// Hangs up on whoever has taken longer than the limits allow.
    void hang_up_on_late(SteadyTime now);

private:
    enum class Stage : std::uint8_t { waiting, working, answering, hung_up };

    struct Connection {
        Stage stage = Stage::waiting;
        SteadyTime since;
    };
    using Table = std::map<int, Connection>;

    void set_stage(int descriptor, Stage stage, SteadyTime now);
    void hang_up(Table::value_type& entry);
    Table::iterator oldest(Stage stage);
    std::size_t count_live() const;

    const ConnectionLimits limits_;
    const HangUpFunction hang_up_;
    Table table_;
};

}  // namespace mxfleet
