// Which domain is looked up when: once it came, and then as its TTL and the configuration say; so many at once. For the
// coordinating thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "config/settings.hpp"
#include "probes/dns/resolve.hpp"
#include "probes/dns/shared_lookup.hpp"
#include "probes/io/dns_client.hpp"
#include "probes/model/shared_text.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// No name is looked up again sooner (CHECKS §1).
inline constexpr Duration lookup_interval_least = std::chrono::seconds{60};

/// How long facts are gone by: min(TTL, dns.interval), and no less than that.
Duration until_next_lookup(const MxFacts& facts, const ScheduleSettings& schedule);

/// Whom lookups are made for.
class LookupUser {
public:
    virtual ~LookupUser() = default;

    /// Whether a domain is to be looked up still.
    virtual bool is_watched(const SharedText& domain) = 0;

    /// At which port its exchanges are spoken to: that whose TLSA records count.
    virtual std::uint16_t port_of(const SharedText& domain) = 0;

    virtual void lookup_ended(const SharedText& domain, MxFacts facts) = 0;
};

class Lookups {
public:
    /// `user` and `observer` outlive it. To be configured before anything else.
    Lookups(asio::io_context& context, LookupUser& user, DnsObserver& observer)
        : context_(context), user_(user), observer_(observer) {}

    /// Goes by these settings from now on. Questions under way end as they were asked.
    void configure(const Settings& settings);

    void add(const SharedText& domain, SteadyTime due);

    /// What keeps a domain from being looked up again now.
    enum class Hindrance : std::uint8_t { none, under_way, too_soon };
    Hindrance hindrance(const SharedText& domain, MaybeTime last, WallTime now) const;

    /// Its lookup is due now, instead of when it was. Costs a look at every domain: for what people ask for.
    void bring_forward(const SharedText& domain);

    /// Begins what is due and has room. A domain that nobody watches any more is forgotten.
    void begin();

    DnsLookup& dns() { return resolving_.back()->shared; }

    /// When to look up again what these are the facts of: no sooner than CHECKS §1 allows, no later than the TTL says.
    SteadyTime next_after(const MxFacts& facts) const;

    /// From any thread.
    std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

    /// Ends what is under way.
    void shutdown();

private:
    struct Due {
        SteadyTime at;
        SharedText domain;
        auto operator<=>(const Due&) const = default;
    };

    /// A DNS client and what stands before it.
    struct Resolving {
        Resolving(asio::io_context& context, const DnsSettings& settings, DnsObserver* observer)
            : client(context, settings, observer), shared(context, client) {}
        DnsClient client;
        SharedLookup shared;
    };

    asio::awaitable<void> look_up(SharedText domain);

    asio::io_context& context_;
    LookupUser& user_;
    DnsObserver& observer_;
    DnsSettings dns_;
    ScheduleSettings schedule_;
    ResolveSettings how_;
    std::vector<std::unique_ptr<Resolving>> resolving_;  ///< the last is used; queries of those before may still end
    std::vector<Due> due_;  ///< a heap, whose first is due first: a tree would take three times the room
    std::unordered_set<SharedText> under_way_;
    std::atomic<std::size_t> in_flight_ = 0;
};

}  // namespace mxfleet
