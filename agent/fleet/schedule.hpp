// Who is probed when, on one thread: due times, and the politeness that holds a start back. Pure: time is passed in,
// nothing is started here. A start costs O(log n), and of endpoints on one address a move of their entries.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "probes/model/ip.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

using TargetId = std::uint32_t;

/// A target or none, in the room of a target.
class MaybeTarget {
public:
    MaybeTarget() = default;
    MaybeTarget(TargetId target) : target_(target) {}  // NOLINT: reads as optional

    explicit operator bool() const { return target_ != none; }
    TargetId operator*() const { return target_; }
    void reset() { target_ = none; }

private:
    static constexpr TargetId none = 0xffff'ffff;
    TargetId target_ = none;
};

/// Why a start that was due had to wait (METRICS, probe_deferred_total).
enum class Deferral : std::uint8_t { ip, network, backoff, concurrency };
inline constexpr std::size_t deferral_count = 4;
std::string_view name(Deferral reason) noexcept;

/// The first moment after `after` that lies on a target's own grid: every `interval`, shifted by a fixed part of it
/// that `seed` decides. Seeds spread evenly, and the grid stays put over reloads. `interval` > 0.
SteadyTime next_on_grid(SteadyTime after, Duration interval, std::uint64_t seed);

/// That part: how far the grid is shifted.
Duration phase_on_grid(Duration interval, std::uint64_t seed);

/// Where a target's turns lie: on the grid of `seed`, which may be another target's that it goes after, and `behind`
/// that, by at most half an interval. Grids of one seed agree where one interval is a multiple of the other, so whoever
/// goes after another stays behind it when one of them is visited two or four times as seldom.
struct Turns {
    std::uint64_t seed = 0;
    Duration behind{};

    bool operator==(const Turns&) const = default;

    /// The turn that belongs to the first moment of the grid after `after`.
    SteadyTime next(SteadyTime after, Duration interval) const { return next_on_grid(after, interval, seed) + behind; }

    /// The turn after a start. One that came early or late, as the first or a retry, is followed by the turn nearest to
    /// one interval later. `wait` is the interval with the back-off in it: whole turns are left out, on the same grid.
    SteadyTime after_start(SteadyTime started, Duration interval, Duration wait) const {
        return next(started + wait - interval / 2, interval);
    }
};

class Schedule {
public:
    struct Limits {
        Duration per_ip_gap{};          ///< between two starts on one address
        std::uint32_t per_network = 1;  ///< in flight on one /24 or /48
        std::uint32_t concurrency = 1;  ///< in flight at all
    };

    struct Start {
        TargetId target = 0;
        Duration lag{};  ///< how much later than due and polite
    };

    explicit Schedule(Limits limits) : limits_(limits) {}

    void set_limits(Limits limits) { limits_ = limits; }

    TargetId add(const IpAddress& ip, SteadyTime due);

    /// Forgets a target. One in flight goes on until `finished`; its id is not used again before.
    void remove(TargetId target);

    /// The next target to start now, if any. It is in flight until `finished`.
    std::optional<Start> next(SteadyTime now);

    /// Ends a flight. `due` is when the target is to be started again.
    void finished(TargetId target, SteadyTime now, SteadyTime due);

    /// Moves a target that is not in flight; in flight, `finished` decides.
    void reschedule(TargetId target, SteadyTime due);

    /// When `next` may next have something; empty while only a `finished` can change that.
    std::optional<SteadyTime> wakeup() const;

    /// When the start that waits longest became, or becomes, due and polite. What lies in the past is overdue.
    std::optional<SteadyTime> first_turn() const;

    bool is_in_flight(TargetId target) const { return targets_[target].in_flight; }

    /// Politeness: there is no start on the target's address before.
    SteadyTime free_at(TargetId target) const { return targets_[target].place->second.free_at; }
    std::size_t targets_on(const IpAddress& ip) const;
    std::size_t size() const { return size_; }
    std::size_t in_flight() const { return in_flight_; }
    const std::array<std::uint64_t, deferral_count>& deferred() const { return deferred_; }
    void count_deferral(Deferral reason) { ++deferred_[static_cast<std::size_t>(reason)]; }

private:
    struct Network;

    struct Waiting {
        SteadyTime due;
        TargetId target;
        auto operator<=>(const Waiting&) const = default;
    };

    /// Targets not in flight. Few addresses have more than one: for those that have, where thousands of names stand on
    /// one, moving their entries aside takes microseconds, and a tree for each address would take several times the
    /// room.
    class Queue {
    public:
        bool empty() const { return first_ == nobody; }
        TargetId first() const { return first_; }
        void add(Waiting waiting, SteadyTime first_due);  ///< `first_due`: of the first, if there is one
        TargetId take_first();
        void remove(Waiting waiting);  ///< precondition: it is among them

    private:
        static constexpr TargetId nobody = 0xffff'ffff;
        std::unique_ptr<std::vector<Waiting>> others_;  ///< who is due first is last; null while there are none
        TargetId first_ = nobody;
    };

    struct Address {
        Network* network = nullptr;
        SteadyTime free_at{};                 ///< politeness: no start before
        SteadyTime released_at{};             ///< when its network last had room for it again
        [[no_unique_address]] Queue waiting;  ///< the next stand in the room behind it
        std::uint32_t targets = 0;            ///< waiting and in flight
        std::uint32_t turn = 0;               ///< its place in `turns_`
        enum class Place : std::uint8_t { nowhere, in_turns, parked, in_flight } place = Place::nowhere;
    };

    static_assert(sizeof(Address) <= 48, "in its node of the table it fits a block of 80 bytes");

    struct Network {
        std::uint32_t in_flight = 0;
        std::uint32_t addresses = 0;
        /// Whose turn came while the network was full; null while there is none, for a deque holds 600 bytes when
        /// empty.
        std::unique_ptr<std::deque<Address*>> parked;
    };

    using AddressEntry = std::pair<const IpAddress, Address>;

    struct Target {
        AddressEntry* place = nullptr;
        SteadyTime due{};
        bool in_flight = false;
        bool removed = false;
    };

    struct Turn {
        SteadyTime at;
        Address* address;
    };

    /// Addresses that may start something, by when: a heap in one block, of which each address knows its place. A tree
    /// would take three times the room.
    class TurnHeap {
    public:
        bool empty() const { return turns_.empty(); }
        const Turn& first() const { return turns_.front(); }
        void add(Turn turn);
        void remove(const Address& address);  ///< precondition: it has a turn

    private:
        void put(std::size_t place, Turn turn);
        void put_in_order(std::size_t place, Turn turn);

        std::vector<Turn> turns_;
    };

    AddressEntry& address_of(const IpAddress& ip);
    void wait(Address& address, TargetId target);
    void place_in_turns(Address& address);
    void take_out_of_turns(Address& address);
    Start start(Address& address, SteadyTime now);
    void release_parked(Network& network, SteadyTime now);
    void forget(TargetId target);
    void drop_empty_addresses(SteadyTime now);

    Limits limits_;
    std::vector<Target> targets_;
    std::vector<TargetId> free_ids_;
    std::unordered_map<IpAddress, Address> addresses_;
    std::unordered_map<IpNetwork, Network> networks_;
    std::deque<IpAddress> empty_addresses_;  ///< in the order they became empty
    TurnHeap turns_;
    std::size_t size_ = 0;
    std::size_t in_flight_ = 0;
    std::array<std::uint64_t, deferral_count> deferred_{};
};

}  // namespace mxfleet
