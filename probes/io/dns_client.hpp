// Asks the configured resolvers, one after the other, until one gives an answer that can be believed. For one thread.
// Never touches getaddrinfo, /etc/hosts or a search list.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "probes/io/dns_lookup.hpp"
#include "probes/model/settings.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// Told of every query that was sent to a resolver, for the metrics. A query that our own fault ended is none.
class DnsObserver {
public:
    virtual ~DnsObserver() = default;

    /// `resolver` is `192.0.2.1:53`. An answer got only with checking disabled is `bogus`.
    virtual void on_query(const std::string& resolver, RecordType type, DnsOutcome outcome, Duration taken) = 0;
};

class DnsClient : public DnsLookup {
public:
    /// A resolver drops what overruns its receive buffer: the kernel's default holds some 250 queries.
    static constexpr std::size_t queries_in_flight = 100;

    /// `observer` may be null, and outlives the client.
    DnsClient(asio::io_context& context, const DnsSettings& settings, DnsObserver* observer);
    ~DnsClient() override;

    /// Asks each resolver in turn, `tries` times round, each for at most `timeout`. An answer, NODATA and NXDOMAIN
    /// included, ends it; SERVFAIL, another error, a malformed answer or silence leads to the next resolver. At the end
    /// the error is the most telling one: servfail, refused, malformed, timeout, no_resolver, local_fault, in this
    /// order. A name that cannot be asked for (over 255 bytes) is `malformed`. A resolver that was silent three times
    /// running is asked last for a while.
    asio::awaitable<DnsResult> query(std::string name, RecordType type, DnsFlags flags) override;

    /// Ends all queries, and all later ones, with local_fault. The client outlives its queries: run the context until
    /// they have ended.
    void shutdown();

private:
    struct Resolver;
    struct Attempt;

    std::vector<Resolver*> all_resolvers() const;
    static Resolver& next_of(std::vector<Resolver*>& left);
    asio::awaitable<DnsResult> ask(Resolver& resolver, DnsQuestion question, DnsFlags flags);
    asio::awaitable<Attempt> send(Resolver& resolver, DnsQuestion question, DnsQueryOptions options);
    std::uint16_t random_id() { return static_cast<std::uint16_t>(random_()); }

    unsigned tries_;
    DnsObserver* observer_;
    std::vector<std::unique_ptr<Resolver>> resolvers_;
    std::random_device random_;  ///< a query's id must not be guessed
    bool stopped_ = false;
};

}  // namespace mxfleet
