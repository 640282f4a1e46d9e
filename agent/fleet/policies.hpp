// Which domain's TLS policies are looked at when: behind its MX lookup, at the pace of their own TTL; fetched when the
// id is another one or the policy has been kept for long. For the coordinating thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "agent/fleet/lookups.hpp"
#include "agent/fleet/memory.hpp"
#include "agent/fleet/observer.hpp"
#include "agent/fleet/targets.hpp"
#include "config/settings.hpp"
#include "probes/mta_sts/look.hpp"

namespace mxfleet {

/// Whom the looks are for.
class PolicyUser {
public:
    virtual ~PolicyUser() = default;

    /// The domain as it is now; null if nobody watches it any more.
    virtual DomainTarget* watched(const SharedText& domain) = 0;

    /// `target.tls_policies` is another than before.
    virtual void tls_policies_changed(DomainTarget& target) = 0;
};

/// One look at a domain that nothing is known of, and the fetch that it leads to.
asio::awaitable<SharedTlsPolicies> look_once(DnsLookup& lookup, PolicyFetcher& fetcher, SharedText domain,
                                             FetchSettings how);

class Policies {
public:
    static constexpr std::size_t looks_at_once = 256;
    static constexpr Duration shortest_retry = std::chrono::minutes{5};  ///< of one id (CHECKS §6)
    static constexpr Duration longest_retry = std::chrono::hours{1};

    /// All of them outlive it.
    Policies(asio::io_context& context, PolicyUser& user, Lookups& lookups, Memory& memory, FleetObserver& observer)
        : context_(context), user_(user), lookups_(lookups), memory_(memory), observer_(observer) {}

    void configure(const Settings& settings, const TrustStore& trust);

    /// The MX of the domain was looked up: its policies are looked at if they are due and somebody could use them.
    void mx_looked_up(DomainTarget& domain);

    /// From any thread.
    std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

    /// Ends what is under way.
    void shutdown();

private:
    /// Of a fetch that is not to be tried again at once.
    struct Attempt {
        SharedText id;
        unsigned failures = 0;
        SteadyTime next{};
    };

    asio::awaitable<void> look(SharedText domain);
    asio::awaitable<void> fetch(SharedText domain);
    bool may_fetch(const SharedText& domain, const TlsPolicies& policies) const;
    void fetched(DomainTarget& target, const PolicyFetchFacts& facts);
    void note_attempt(const SharedText& domain, const TlsPolicies& policies, const PolicyFetchFacts& facts);
    void take(DomainTarget& target, SharedTlsPolicies policies);
    Duration pace(const TlsRecordFacts& facts) const;

    asio::io_context& context_;
    PolicyUser& user_;
    Lookups& lookups_;
    Memory& memory_;
    FleetObserver& observer_;
    FetchSettings how_;
    Duration interval_{};
    std::unordered_map<SharedText, Attempt> attempts_;  ///< of domains whose last fetch failed
    std::unordered_set<SharedText> fetching_;
    bool reached_anybody_ = false;  ///< a policy host answered us once
    std::size_t looking_ = 0;
    std::atomic<std::size_t> in_flight_ = 0;  ///< fetches
    PolicyFetcher fetcher_;
};

}  // namespace mxfleet
