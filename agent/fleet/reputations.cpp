#include "agent/fleet/reputations.hpp"
#include "probes/io/awaiting.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <chrono>

namespace mxfleet {
namespace {

using Seconds = std::chrono::seconds;

constexpr std::size_t most_addresses_at_once = 32;  ///< most of the resolver is for the MX
constexpr Seconds shortest{60};
constexpr Seconds longest = std::chrono::hours{1};
constexpr Seconds retry = std::chrono::minutes{5};
constexpr Seconds between_list_questions = std::chrono::hours{1};
constexpr Seconds between_zone_tests = std::chrono::hours{24};

std::uint32_t in_seconds(SteadyTime time) {
    return static_cast<std::uint32_t>(std::chrono::floor<Seconds>(time.time_since_epoch()).count());
}

std::uint32_t moment_after(Seconds wait) {
    return in_seconds(std::chrono::steady_clock::now() + wait);
}

/// What fails its test is looked at again sooner: it may have been the resolver.
Seconds until_next_test(ZoneState state) {
    return state == ZoneState::usable ? between_zone_tests : state == ZoneState::unusable ? longest : retry;
}

/// Endpoints a call: a large fleet is gone through at a bounded pace, a small one in that many calls, not at every one.
std::size_t stretch_of(std::size_t fleet) {
    constexpr std::size_t calls_a_round = 20;
    return std::clamp<std::size_t>(fleet / calls_a_round, most_addresses_at_once, 1000);
}

}  // namespace

void Reputations::configure(const Settings& settings) {
    if (*zones_ == settings.dnsbl.zones) return;
    zones_ = std::make_shared<const DnsblZones>(settings.dnsbl.zones);
    tests_.assign(zones_->size(), {});
    table_changed_ = true;
    const auto forget_lists = [&](Known& known) {
        known.lists_due = 0;
        learn(known, {nullptr, known.reputation.reverse});
    };
    for (auto& [address, known] : known_)
        forget_lists(known);
    for (auto& [address, known] : own_)
        forget_lists(known);
}

void Reputations::look(const Fleet& fleet, std::span<const IpAddress> own, DnsLookup& dns) {
    if (stopped_) return;
    begin_zone_tests(dns);
    std::erase_if(own_, [&](const auto& each) { return std::ranges::find(own, each.first) == own.end(); });
    for (const IpAddress& address : own)
        begin_if_due({address, true}, own_[address], dns);
    const std::size_t end = std::min(fleet.endpoints.size(), next_ + stretch_of(fleet.endpoints.size()));
    for (; next_ < end; ++next_)
        look_at(*fleet.endpoints[next_], fleet.endpoints[next_], dns);
    if (next_ >= fleet.endpoints.size()) end_round();
}

void Reputations::look_at(EndpointCell& cell, const std::shared_ptr<EndpointCell>& held, DnsLookup& dns) {
    Known& known = known_[cell.key.ip];
    known.round = round_;
    begin_if_due({cell.key.ip, false}, known, dns);
    if (known.version == 0 || known.version == cell.told_reputation) return;
    cell.told_reputation = known.version;
    SharedText& names = known.reputation.reverse.names;
    if (names == cell.key.mx) names = cell.key.mx;  // kept once
    user_.reputation_learned(held, known.reputation);
}

void Reputations::begin_if_due(const Place& place, Known& known, DnsLookup& dns) {
    if (known.is_under_way || under_way_ >= most_addresses_at_once) return;
    const Moment now = moment_after(Seconds{0});
    const bool reverse = now >= known.reverse_due;
    const bool lists = lists_are_due(known, now);
    if (!reverse && !lists) return;
    known.is_under_way = true;
    if (lists) known.lists_due = moment_after(between_list_questions);
    ++under_way_;
    asio::co_spawn(context_, look_up(place, reverse, lists, dns), rethrow);
}

/// Not before every list has been tested, or those tested later would wait for an hour.
bool Reputations::lists_are_due(const Known& known, Moment now) const {
    const bool are_tested = std::ranges::all_of(tests_, &ZoneTest::was_tested);
    return !tests_.empty() && are_tested && now >= known.lists_due;
}

void Reputations::begin_zone_tests(DnsLookup& dns) {
    const Moment now = moment_after(Seconds{0});
    for (std::size_t zone = 0; zone < tests_.size(); ++zone) {
        if (tests_[zone].is_under_way || now < tests_[zone].due) continue;
        tests_[zone].is_under_way = true;
        asio::co_spawn(context_, test(zones_, zone, dns), rethrow);
    }
}

asio::awaitable<void> Reputations::test(Zones zones, std::size_t zone, DnsLookup& dns) {
    const ZoneState state = co_await test_zone(dns, (*zones)[zone]);
    if (stopped_ || zones != zones_) co_return;
    ZoneTest& tested = tests_[zone];
    tested.is_under_way = false;
    tested.was_tested = true;
    tested.due = moment_after(until_next_test(state));
    // One that could not be tested now is as good as it was.
    if (state == ZoneState::unknown || state == tested.state) co_return;
    tested.state = state;
    table_changed_ = true;
    if (state == ZoneState::unusable) withdraw(zone);
}

/// What a list said that cannot be believed is not known.
void Reputations::withdraw(std::size_t zone) {
    const std::uint64_t others = ~(std::uint64_t{1} << zone);
    const auto forget = [&](Known& known) {
        if (!known.reputation.listings) return;
        Listings left = *known.reputation.listings;
        left.known &= others;
        left.listed &= others;
        learn(known, {listings_.shared(std::make_shared<const Listings>(std::move(left))), known.reputation.reverse});
    };
    for (auto& [address, known] : known_)
        forget(known);
    for (auto& [address, known] : own_)
        forget(known);
}

asio::awaitable<void> Reputations::look_up(Place place, bool reverse, bool lists, DnsLookup& dns) {
    ReverseLookup found;
    if (reverse) {
        found = co_await look_up_reverse(dns, place.address);
    }
    std::shared_ptr<const Listings> listings;
    if (lists) {
        Listings held{zones_, 0, 0};
        const Known* const known = find(place);
        if (known != nullptr && known->reputation.listings) held = *known->reputation.listings;
        listings = co_await ask_lists(place.address, std::move(held), dns);
    }
    --under_way_;
    Known* const known = find(place);
    if (stopped_ || known == nullptr) co_return;
    known->is_under_way = false;
    Reputation reputation = known->reputation;
    const bool told = found.facts.state != ReverseState::unknown;
    if (told) reputation.reverse = std::move(found.facts);  // unknown lets what was known age
    if (reverse)
        known->reverse_due = moment_after(told ? std::clamp(found.ttl.value_or(longest), shortest, longest) : retry);
    const bool still_asked = listings && listings->zones == zones_;
    if (still_asked) reputation.listings = listings_.shared(std::move(listings));
    learn(*known, std::move(reputation));
}

asio::awaitable<std::shared_ptr<const Listings>> Reputations::ask_lists(IpAddress address, Listings listings,
                                                                        DnsLookup& dns) {
    for (std::size_t zone = 0; zone < listings.zones->size(); ++zone) {
        if (listings.zones != zones_ || tests_[zone].state != ZoneState::usable) continue;
        const DnsblAnswer listing = co_await look_up_listing(dns, address, (*listings.zones)[zone]);
        if (stopped_) break;
        user_.list_asked(listing);
        listings.note(zone, listing);
    }
    co_return std::make_shared<const Listings>(std::move(listings));
}

Reputations::Known* Reputations::find(const Place& place) {
    if (place.is_own) {
        const auto own = own_.find(place.address);
        return own == own_.end() ? nullptr : &own->second;
    }
    const auto known = known_.find(place.address);
    return known == known_.end() ? nullptr : &known->second;
}

void Reputations::learn(Known& known, Reputation reputation) {
    if (known.version != 0 && known.reputation == reputation) return;
    const bool other_lists = known.reputation.listings != reputation.listings;
    known.reputation = std::move(reputation);
    known.version = ++versions_;
    table_changed_ = table_changed_ || other_lists;
}

void Reputations::end_round() {
    const auto is_gone = [&](const auto& each) { return each.second.round + 1 < round_ && !each.second.is_under_way; };
    if (std::erase_if(known_, is_gone) > 0) table_changed_ = true;
    if (std::exchange(table_changed_, false)) make_table();
    next_ = 0;
    ++round_;
}

void Reputations::make_table() {
    if (zones_->empty()) {
        table_.reset();
        return;
    }
    auto table = std::make_shared<DnsblTable>();
    table->zones = zones_;
    for (const ZoneTest& each : tests_)
        table->states.push_back(each.state);
    for (const auto& [address, known] : known_) {
        if (known.reputation.listings) table->rows.push_back({address, known.reputation.listings});
    }
    std::ranges::sort(table->rows, {}, &DnsblTable::Row::ip);
    table_ = std::move(table);
}

const Reputation* Reputations::of_own(const IpAddress& address) const {
    const auto known = own_.find(address);
    return known == own_.end() || known->second.version == 0 ? nullptr : &known->second.reputation;
}

}  // namespace mxfleet
