#include "probes/mta_sts/look.hpp"

#include <algorithm>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <memory>

#include "probes/dns/resolve.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/wire/policy_record.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t addresses_tried = 8;

std::vector<std::string> texts_in(const TxtAnswer& answer) {
    std::vector<std::string> texts;
    for (const TxtRecord& record : answer.records)
        texts.push_back(record.joined());
    return texts;
}

RecordFacts mta_sts_facts(const std::expected<TxtAnswer, DnsError>& answer) {
    if (!answer) return {};
    const auto id = read_mta_sts_record(texts_in(*answer));
    if (!id) return {RecordState::invalid, id.error()};
    return {id->empty() ? RecordState::absent : RecordState::valid, *id};
}

RecordFacts tlsrpt_facts(const std::expected<TxtAnswer, DnsError>& answer) {
    if (!answer) return {};
    const auto is_there = read_tlsrpt_record(texts_in(*answer));
    if (!is_there) return {RecordState::invalid, is_there.error()};
    return {*is_there ? RecordState::valid : RecordState::absent, {}};
}

/// The fetcher works on a thread of its own; its answer comes back to this one.
struct Waiting {
    explicit Waiting(const asio::any_io_executor& executor) : over(executor, SteadyTime::max()) {}
    asio::steady_timer over;  ///< cancelled when the facts are there
    PolicyFetchFacts facts;
};

asio::awaitable<PolicyFetchFacts> fetched(PolicyFetcher& fetcher, PolicyRequest request) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto waiting = std::make_shared<Waiting>(executor);
    const auto deliver = [waiting, executor](PolicyFetchFacts facts) {
        asio::post(executor, [waiting, found = std::move(facts)]() mutable {
            waiting->facts = std::move(found);
            waiting->over.cancel();
        });
    };
    fetcher.fetch(std::move(request), deliver);
    co_await waiting->over.async_wait(as_result);
    co_return std::move(waiting->facts);
}

/// Why no address may be dialled.
PolicyFetchFacts without_address(const MxExchange& host) {
    const auto ended = [&](FetchOutcome outcome, const std::string& why) {
        return PolicyFetchFacts{.outcome = outcome, .detail = host.name + " " + why};
    };
    if (host.has_refused(AddressVerdict::Kind::denied))
        return ended(FetchOutcome::unknown, "is not asked: targets.deny_networks holds its address");
    if (!host.refused.empty()) return ended(FetchOutcome::failed, "has only addresses that are not public");
    if (host.state != ExchangeState::unknown) return ended(FetchOutcome::failed, "has no address");
    const DnsError error = host.error().value_or(DnsError::local_fault);
    const bool says_something = error == DnsError::servfail || error == DnsError::bogus || error == DnsError::refused ||
                                error == DnsError::malformed;
    return ended(says_something ? FetchOutcome::failed : FetchOutcome::unknown,
                 "cannot be looked up: " + std::string(name(error)));
}

}  // namespace

asio::awaitable<TlsRecordFacts> look_up_tls_records(DnsLookup& lookup, SharedText domain) {
    const auto mta_sts = co_await resolve_txt(lookup, "_mta-sts." + domain);
    const auto tlsrpt = co_await resolve_txt(lookup, "_smtp._tls." + domain);
    TlsRecordFacts facts{mta_sts_facts(mta_sts), tlsrpt_facts(tlsrpt), std::nullopt};
    for (const auto* const answer : {&mta_sts, &tlsrpt}) {
        if (!*answer || !(*answer)->ttl) continue;
        facts.ttl = facts.ttl ? std::min(*facts.ttl, *(*answer)->ttl) : *(*answer)->ttl;
    }
    co_return facts;
}

asio::awaitable<PolicyFetchFacts> fetch_policy(DnsLookup& lookup, PolicyFetcher& fetcher, SharedText domain,
                                               FetchSettings settings) {
    const std::string host = "mta-sts." + domain;
    ResolveSettings how{addresses_tried, settings.targets};
    const MxFacts found = co_await resolve_host(lookup, host, host, std::move(how));
    const MxExchange& exchange = found.exchanges.front();
    if (exchange.addresses.empty()) co_return without_address(exchange);
    PolicyRequest request{host, exchange.addresses, settings.trust};
    co_return co_await fetched(fetcher, std::move(request));
}

}  // namespace mxfleet
