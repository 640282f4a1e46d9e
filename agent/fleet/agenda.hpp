// What a session with an endpoint is to do: as a rule the ordinary things, with the relay check and the policy probes
// whose turn it is; behind such a one at times each of the rarer handshakes. For the thread of its lane.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "agent/fleet/back_off.hpp"
#include "agent/fleet/deep_looks.hpp"
#include "agent/fleet/lane_settings.hpp"
#include "agent/fleet/policy_turns.hpp"
#include "agent/fleet/variation.hpp"

namespace mxfleet {

/// An endpoint of a lane, with what its next session depends on. A fleet has one for each.
struct LaneEntry {
    Assignment wanted;
    TargetId target = 0;
    BackOff back_off;
    SteadyTime relay_due{};
    [[no_unique_address]] Variation variation;  ///< the next stand in the room behind it
    bool released = false;                      ///< goes when its session ends
    std::uint16_t deep_day = 0;                 ///< of the last rarer handshakes
};
static_assert(sizeof(LaneEntry) <= 112, "in its node of the lane's table it fits a block of 128 bytes");

class Agenda {
public:
    void configure(std::shared_ptr<const LaneSettings> settings);

    /// Its first session is yet to come: the rarer handshakes wait for its time of day.
    void add(LaneEntry& entry) const;
    void forget(TargetId target);

    SessionPlan plan(const LaneEntry& entry) const;

    /// What an ordinary session heard: when relaying and policy are to be asked about again.
    void heard(LaneEntry& entry, const SessionFacts& facts);

    /// The rarer handshakes follow on an ordinary session, if it is time for them, and this one went well. Null: they
    /// do not.
    DeepLooks::Look* begin_looks(LaneEntry& entry, const SessionFacts& facts);
    bool is_looking(const LaneEntry& entry) const { return looks_.next(entry.target).has_value(); }

    /// Takes what such a session showed. The whole, once it was the last.
    std::optional<DeepLooks::Look> take_look(const LaneEntry& entry, const SessionFacts& facts);

private:
    std::uint16_t deep_day_of(const EndpointKey& key) const;
    bool looks_are_due(LaneEntry& entry, const SessionFacts& facts) const;
    std::optional<RelayPlan> relay_plan(const LaneEntry& entry) const;

    std::shared_ptr<const LaneSettings> settings_;
    PolicyTurns policy_turns_;
    DeepLooks looks_;
};

}  // namespace mxfleet
