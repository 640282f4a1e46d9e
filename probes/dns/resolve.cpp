#include "probes/dns/resolve.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <utility>

#include "probes/dns/assess.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

/// Of one domain, so that the many exchanges of one leave room for the others.
constexpr std::size_t lookups_at_once = 8;

/// RFC 4035 §3.2.2: behind CD stands what a validating resolver keeps back.
asio::awaitable<DnsResult> ask_twice(DnsLookup& lookup, std::string name, RecordType type) {
    DnsFlags flags;
    DnsResult result = co_await lookup.query(name, type, flags);
    if (result.answer || result.answer.error() != DnsError::servfail) co_return result;
    flags.checking_disabled = true;
    const DnsResult unchecked = co_await lookup.query(std::move(name), type, flags);
    result.elapsed += unchecked.elapsed;
    if (unchecked.answer) {
        result.answer = std::unexpected(DnsError::bogus);
        result.dnssec = Dnssec::bogus;
    }
    co_return result;
}

struct AddressQuestion {
    std::string name;
    RecordType type = RecordType::a;
};

/// The questions of one domain and their answers. Belongs to all who work on it, so that whoever ends first may go.
struct Round {
    Round(const asio::any_io_executor& executor, std::vector<AddressQuestion> asked, std::size_t most)
        : questions(std::move(asked)), answers(questions.size()), cap(most), over(executor, SteadyTime::max()) {}

    std::vector<AddressQuestion> questions;
    std::vector<AddressAnswer> answers;
    std::size_t cap;
    std::size_t next = 0;
    std::size_t at_work = 0;
    asio::steady_timer over;  ///< cancelled when the last one is done
};

asio::awaitable<void> work(std::shared_ptr<Round> round, DnsLookup& lookup) {
    while (round->next < round->questions.size()) {
        const std::size_t at = round->next++;
        const AddressQuestion& question = round->questions[at];
        const DnsResult result = co_await resolve(lookup, question.name, question.type);
        round->answers[at] = assess_addresses(result, round->cap);
    }
}

/// The answers in the order of the questions. Where we are stopped meanwhile, the missing ones are our own fault.
asio::awaitable<std::vector<AddressAnswer>> ask_all(DnsLookup& lookup, std::vector<AddressQuestion> questions,
                                                    std::size_t cap) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto round = std::make_shared<Round>(executor, std::move(questions), cap);
    round->at_work = std::min(round->questions.size(), lookups_at_once);
    const auto done = [round](const std::exception_ptr& error) {
        if (--round->at_work == 0) round->over.cancel();
        if (error) std::rethrow_exception(error);
    };
    for (std::size_t worker = std::min(round->questions.size(), lookups_at_once); worker > 0; --worker)
        asio::co_spawn(executor, work(round, lookup), done);
    if (round->at_work > 0) {
        co_await round->over.async_wait(as_result);
    }
    co_return round->answers;
}

std::vector<AddressQuestion> questions_of(const MxFacts& facts) {
    std::vector<AddressQuestion> questions;
    for (const MxExchange& exchange : facts.exchanges) {
        if (!wants_addresses(exchange)) continue;
        questions.push_back({exchange.name, RecordType::a});
        questions.push_back({exchange.name, RecordType::aaaa});
    }
    return questions;
}

asio::awaitable<MxFacts> with_addresses(DnsLookup& lookup, MxFacts facts, ResolveSettings settings) {
    const std::vector<AddressAnswer> answers = co_await ask_all(lookup, questions_of(facts), settings.max_endpoints);
    auto answer = answers.begin();
    for (MxExchange& exchange : facts.exchanges) {
        if (!wants_addresses(exchange)) continue;
        const AddressAnswer& a = *answer++;
        const AddressAnswer& aaaa = *answer++;
        assess_exchange(exchange, a, aaaa, settings.targets);
        facts.dropped_addresses += static_cast<std::uint32_t>(a.dropped + aaaa.dropped);
    }
    conclude(facts, settings.max_endpoints);
    co_return facts;
}

}  // namespace

asio::awaitable<DnsResult> resolve(DnsLookup& lookup, std::string name, RecordType type) {
    DnsResult last = co_await ask_twice(lookup, name, type);
    DnsResult whole = last;
    while (last.answer && last.answer->stops_at_alias() && !whole.answer->endless) {
        last = co_await ask_twice(lookup, last.answer->aliases.back(), type);
        whole = continued(std::move(whole), last, name);
    }
    co_return whole;
}

asio::awaitable<MxFacts> resolve_mx(DnsLookup& lookup, std::string domain, ResolveSettings settings) {
    const DnsResult result = co_await resolve(lookup, domain, RecordType::mx);
    MxFacts facts = assess_mx(domain, result, settings.max_endpoints);
    co_return co_await with_addresses(lookup, std::move(facts), std::move(settings));
}

asio::awaitable<MxFacts> resolve_host(DnsLookup& lookup, std::string domain, std::string host,
                                      ResolveSettings settings) {
    MxFacts facts = assume_mx(domain, std::move(host));
    co_return co_await with_addresses(lookup, std::move(facts), std::move(settings));
}

asio::awaitable<std::expected<std::vector<TxtRecord>, DnsError>> resolve_txt(DnsLookup& lookup, std::string name) {
    const DnsResult result = co_await resolve(lookup, std::move(name), RecordType::txt);
    if (!result.answer) co_return std::unexpected(result.answer.error());
    co_return records_of<TxtRecord>(*result.answer);
}

}  // namespace mxfleet
