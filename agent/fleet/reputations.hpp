// What is known of the fleet's addresses, and our own: reverse names, looked up again at their TTL, and block lists,
// each asked once an hour. Each address is looked up once, however many endpoints it has. For the coordinating thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "agent/fleet/dnsbl_table.hpp"
#include "agent/fleet/domain_cell.hpp"
#include "agent/fleet/interned.hpp"
#include "probes/io/dns_lookup.hpp"
#include "probes/reputation/look_up.hpp"

namespace mxfleet {

/// Whom addresses are looked up for.
class ReputationUser {
public:
    virtual ~ReputationUser() = default;
    virtual void reputation_learned(const std::shared_ptr<EndpointCell>& cell, const Reputation& reputation) = 0;
    virtual void list_asked(DnsblAnswer listing) = 0;
};

class Reputations {
public:
    /// `user` outlives it.
    Reputations(asio::io_context& context, ReputationUser& user) : context_(context), user_(user) {}

    void configure(const Settings& settings);

    /// Goes on through the fleet, a stretch a call: begins what is due, and tells what endpoints do not know yet. `own`
    /// are the addresses that we leave from. `dns` outlives the lookups.
    void look(const Fleet& fleet, std::span<const IpAddress> own, DnsLookup& dns);

    /// Of one of our own addresses; null before the first lookup.
    const Reputation* of_own(const IpAddress& address) const;

    /// Null without block lists. Another one whenever something in it changed.
    const std::shared_ptr<const DnsblTable>& table() const { return table_; }

    void stop() { stopped_ = true; }

private:
    /// A fleet keeps one of these for each of its addresses. Moments are whole seconds of the steady clock.
    using Moment = std::uint32_t;
    struct Known {
        Reputation reputation;
        Moment reverse_due = 0;
        Moment lists_due = 0;
        std::uint32_t version = 0;  ///< of the reputation; 0: nothing was learned yet
        std::uint32_t round = 0;    ///< when an endpoint was last seen there
        bool is_under_way = false;
    };
    /// Our own address may be one of the fleet's, too.
    struct Place {
        IpAddress address;
        bool is_own = false;
    };
    struct ZoneTest {
        ZoneState state = ZoneState::unknown;
        bool was_tested = false;
        bool is_under_way = false;
        Moment due = 0;
    };
    struct ListingsHash {
        std::size_t operator()(const Listings& each) const noexcept { return each.known * 31 + each.listed; }
    };
    using Zones = std::shared_ptr<const DnsblZones>;

    void look_at(EndpointCell& cell, const std::shared_ptr<EndpointCell>& held, DnsLookup& dns);
    void begin_if_due(const Place& place, Known& known, DnsLookup& dns);
    void begin_zone_tests(DnsLookup& dns);
    void end_round();
    void make_table();
    bool lists_are_due(const Known& known, Moment now) const;
    asio::awaitable<void> test(Zones zones, std::size_t zone, DnsLookup& dns);
    asio::awaitable<void> look_up(Place place, bool reverse, bool lists, DnsLookup& dns);
    asio::awaitable<std::shared_ptr<const Listings>> ask_lists(IpAddress address, Listings listings, DnsLookup& dns);
    Known* find(const Place& place);
    void learn(Known& known, Reputation reputation);
    void withdraw(std::size_t zone);

    asio::io_context& context_;
    ReputationUser& user_;
    Zones zones_ = std::make_shared<const DnsblZones>();
    std::vector<ZoneTest> tests_;
    std::unordered_map<IpAddress, Known> known_;
    std::map<IpAddress, Known> own_;
    Interned<Listings, ListingsHash> listings_;  ///< most addresses are on no list
    std::shared_ptr<const DnsblTable> table_;
    bool table_changed_ = false;
    std::size_t next_ = 0;  ///< of the fleet's endpoints
    std::uint32_t round_ = 1;
    std::uint32_t versions_ = 0;
    std::size_t under_way_ = 0;
    bool stopped_ = false;
};

}  // namespace mxfleet
