#include "agent/fleet/schedule.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace mxfleet {
namespace {

/// Spreads seeds that differ little evenly over 64 bits (the finaliser of SplitMix64).
std::uint64_t scattered(std::uint64_t seed) {
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
    return seed ^ (seed >> 31);
}

}  // namespace

std::string_view name(Deferral reason) noexcept {
    switch (reason) {
        case Deferral::ip: return "ip";
        case Deferral::network: return "network";
        case Deferral::backoff: return "backoff";
        case Deferral::concurrency: return "concurrency";
    }
    __builtin_unreachable();
}

Duration phase_on_grid(Duration interval, std::uint64_t seed) {
    return Duration{static_cast<Duration::rep>(scattered(seed) % static_cast<std::uint64_t>(interval.count()))};
}

SteadyTime next_on_grid(SteadyTime after, Duration interval, std::uint64_t seed) {
    const Duration since_phase = after.time_since_epoch() - phase_on_grid(interval, seed);
    Duration into = since_phase % interval;
    if (into < Duration::zero()) into += interval;
    return after - into + interval;
}

void Schedule::Queue::add(Waiting waiting, SteadyTime first_due) {
    if (empty()) {
        first_ = waiting.target;
        return;
    }
    if (const Waiting first{first_due, first_}; waiting < first) {
        first_ = waiting.target;
        waiting = first;
    }
    if (!others_) others_ = std::make_unique<std::vector<Waiting>>();
    others_->insert(std::ranges::lower_bound(*others_, waiting, std::greater{}), waiting);
}

TargetId Schedule::Queue::take_first() {
    const TargetId first = std::exchange(first_, nobody);
    if (!others_) return first;
    first_ = others_->back().target;
    others_->pop_back();
    if (others_->empty()) others_.reset();
    return first;
}

void Schedule::Queue::remove(Waiting waiting) {
    if (waiting.target == first_) {
        take_first();
        return;
    }
    others_->erase(std::ranges::lower_bound(*others_, waiting, std::greater{}));
    if (others_->empty()) others_.reset();
}

void Schedule::TurnHeap::add(Turn turn) {
    turns_.push_back(turn);
    put_in_order(turns_.size() - 1, turn);
}

void Schedule::TurnHeap::remove(const Address& address) {
    const Turn last = turns_.back();
    turns_.pop_back();
    if (last.address != &address) put_in_order(address.turn, last);
}

void Schedule::TurnHeap::put(std::size_t place, Turn turn) {
    turns_[place] = turn;
    turn.address->turn = static_cast<std::uint32_t>(place);
}

/// Fills the free place with a turn, or with one of those it then goes before or behind.
void Schedule::TurnHeap::put_in_order(std::size_t place, Turn turn) {
    while (place > 0 && turn.at < turns_[(place - 1) / 2].at) {
        put(place, turns_[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    for (std::size_t child = 2 * place + 1; child < turns_.size(); child = 2 * place + 1) {
        if (child + 1 < turns_.size() && turns_[child + 1].at < turns_[child].at) ++child;
        if (turn.at <= turns_[child].at) break;
        put(place, turns_[child]);
        place = child;
    }
    put(place, turn);
}

TargetId Schedule::add(const IpAddress& ip, SteadyTime due) {
    TargetId target = static_cast<TargetId>(targets_.size());
    if (free_ids_.empty()) {
        targets_.emplace_back();
    } else {
        target = free_ids_.back();
        free_ids_.pop_back();
    }
    AddressEntry& place = address_of(ip);
    Address& address = place.second;
    targets_[target] = {.place = &place, .due = due};
    ++address.targets;
    ++size_;
    wait(address, target);
    return target;
}

/// Puts a target that is due some time among those of its address, and gives that its turn.
void Schedule::wait(Address& address, TargetId target) {
    const SteadyTime first_due = address.waiting.empty() ? SteadyTime{} : targets_[address.waiting.first()].due;
    address.waiting.add({targets_[target].due, target}, first_due);
    place_in_turns(address);
}

void Schedule::remove(TargetId target) {
    Target& leaving = targets_[target];
    if (leaving.removed) return;
    leaving.removed = true;
    --size_;
    if (leaving.in_flight) return;
    Address& address = leaving.place->second;
    address.waiting.remove({leaving.due, target});
    place_in_turns(address);
    forget(target);
}

/// Hands the id back. An address without targets stays until its gap has passed, lest a target that comes back be rude.
void Schedule::forget(TargetId target) {
    auto& [ip, address] = *targets_[target].place;
    targets_[target] = {};
    free_ids_.push_back(target);
    if (--address.targets == 0) empty_addresses_.push_back(ip);
}

void Schedule::drop_empty_addresses(SteadyTime now) {
    while (!empty_addresses_.empty()) {
        const auto empty = addresses_.find(empty_addresses_.front());
        const bool is_empty = empty != addresses_.end() && empty->second.targets == 0;
        if (is_empty && (empty->second.free_at > now || empty->second.place == Address::Place::parked)) return;
        if (is_empty) {
            if (--empty->second.network->addresses == 0) networks_.erase(politeness_network(empty->first));
            addresses_.erase(empty);
        }
        empty_addresses_.pop_front();
    }
}

std::optional<Schedule::Start> Schedule::next(SteadyTime now) {
    drop_empty_addresses(now);
    while (!turns_.empty() && turns_.first().at <= now) {
        if (in_flight_ >= limits_.concurrency) {
            count_deferral(Deferral::concurrency);
            return std::nullopt;
        }
        Address& address = *turns_.first().address;
        take_out_of_turns(address);
        if (address.network->in_flight < limits_.per_network) return start(address, now);
        address.place = Address::Place::parked;
        auto& parked = address.network->parked;
        if (!parked) parked = std::make_unique<std::deque<Address*>>();
        parked->push_back(&address);
        count_deferral(Deferral::network);
    }
    return std::nullopt;
}

Schedule::Start Schedule::start(Address& address, SteadyTime now) {
    const TargetId first = address.waiting.take_first();
    const SteadyTime due = targets_[first].due;
    if (due < address.free_at) count_deferral(Deferral::ip);
    const SteadyTime eligible = std::max({due, address.free_at, address.released_at});
    address.free_at = now + limits_.per_ip_gap;
    address.place = Address::Place::in_flight;
    targets_[first].in_flight = true;
    ++address.network->in_flight;
    ++in_flight_;
    return {first, now - eligible};
}

void Schedule::finished(TargetId target, SteadyTime now, SteadyTime due) {
    Target& landed = targets_[target];
    Address& address = landed.place->second;
    Network& network = *address.network;
    landed.in_flight = false;
    address.place = Address::Place::nowhere;
    --network.in_flight;
    --in_flight_;
    release_parked(network, now);
    if (landed.removed) {
        place_in_turns(address);
        forget(target);
        return;
    }
    landed.due = due;
    wait(address, target);
}

/// Gives the place that became free in a network to the address that has waited longest for it.
void Schedule::release_parked(Network& network, SteadyTime now) {
    while (network.parked) {
        Address& address = *network.parked->front();
        network.parked->pop_front();
        if (network.parked->empty()) network.parked.reset();
        address.place = Address::Place::nowhere;
        address.released_at = now;
        place_in_turns(address);
        if (address.place == Address::Place::in_turns) return;
    }
}

void Schedule::reschedule(TargetId target, SteadyTime due) {
    Target& moved = targets_[target];
    if (moved.in_flight || moved.removed) return;
    Address& address = moved.place->second;
    address.waiting.remove({moved.due, target});
    moved.due = due;
    wait(address, target);
}

std::optional<SteadyTime> Schedule::wakeup() const {
    return in_flight_ >= limits_.concurrency ? std::nullopt : first_turn();
}

std::optional<SteadyTime> Schedule::first_turn() const {
    if (turns_.empty()) return std::nullopt;
    return turns_.first().at;
}

std::size_t Schedule::targets_on(const IpAddress& ip) const {
    const auto known = addresses_.find(ip);
    return known == addresses_.end() ? 0 : known->second.targets;
}

Schedule::AddressEntry& Schedule::address_of(const IpAddress& ip) {
    const auto [entry, is_new] = addresses_.try_emplace(ip);
    if (is_new) {
        Address& address = entry->second;
        address.network = &networks_[politeness_network(ip)];
        ++address.network->addresses;
    }
    return *entry;
}

/// Gives an address its turn: at the first time something on it is due and polite. No turn while one is in flight on
/// it, or while its network is full.
void Schedule::place_in_turns(Address& address) {
    take_out_of_turns(address);
    if (address.place != Address::Place::nowhere || address.waiting.empty()) return;
    const SteadyTime due = std::max(targets_[address.waiting.first()].due, address.free_at);
    address.place = Address::Place::in_turns;
    turns_.add({std::max(due, address.released_at), &address});
}

void Schedule::take_out_of_turns(Address& address) {
    if (address.place != Address::Place::in_turns) return;
    turns_.remove(address);
    address.place = Address::Place::nowhere;
}

}  // namespace mxfleet
