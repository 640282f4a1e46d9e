#include "probes/dns/resolve.hpp"

#include <asio/cancellation_state.hpp>
#include <asio/this_coro.hpp>
#include <utility>

#include "probes/dns/ask.hpp"
#include "probes/dns/assess.hpp"
#include "probes/dns/tlsa.hpp"
#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

struct AddressQuestion {
    std::string name;
    RecordType type = RecordType::a;
    std::size_t cap = 0;
};

asio::awaitable<AddressAnswer> ask_addresses(DnsLookup& lookup, AddressQuestion question) {
    const DnsResult result = co_await ask(lookup, std::move(question.name), question.type);
    co_return assess_addresses(result, question.cap);
}

std::vector<AddressQuestion> questions_of(const MxFacts& facts, std::size_t cap) {
    std::vector<AddressQuestion> questions;
    for (const MxExchange& exchange : facts.exchanges) {
        if (!wants_addresses(exchange)) continue;
        questions.push_back({exchange.name, RecordType::a, cap});
        questions.push_back({exchange.name, RecordType::aaaa, cap});
    }
    return questions;
}

asio::awaitable<MxFacts> with_addresses(DnsLookup& lookup, MxFacts facts, const ResolveSettings& settings) {
    auto questions = questions_of(facts, settings.max_endpoints);
    const std::vector<AddressAnswer> answers = co_await ask_all(lookup, std::move(questions), &ask_addresses);
    auto answer = answers.begin();
    for (MxExchange& exchange : facts.exchanges) {
        if (!wants_addresses(exchange)) continue;
        const AddressAnswer& a = *answer++;
        const AddressAnswer& aaaa = *answer++;
        assess_exchange(exchange, a, aaaa, settings.targets);
        facts.dropped_addresses += static_cast<std::uint32_t>(a.dropped + aaaa.dropped);
    }
    co_return facts;
}

/// What is known of TLSA records without asking; the questions that remain, and of whom.
std::vector<TlsaQuestion> tlsa_questions(MxFacts& facts, Dnssec mx, std::optional<std::uint16_t> port,
                                         std::vector<MxExchange*>& asked) {
    std::vector<TlsaQuestion> questions;
    for (MxExchange& exchange : facts.exchanges) {
        exchange.tlsa = tlsa_unasked(exchange, mx);
        auto question = port ? tlsa_question(exchange, mx, *port) : std::nullopt;
        if (!question) continue;
        questions.push_back(*std::move(question));
        asked.push_back(&exchange);
    }
    return questions;
}

/// `mx` is what the MX records are; assumed ones are as good as secure.
asio::awaitable<MxFacts> completed(DnsLookup& lookup, MxFacts facts, ResolveSettings settings, Dnssec mx) {
    facts = co_await with_addresses(lookup, std::move(facts), settings);
    std::vector<MxExchange*> asked;
    auto questions = tlsa_questions(facts, mx, settings.tlsa_port, asked);
    const asio::cancellation_state stopping = co_await asio::this_coro::cancellation_state;
    const bool asks = !questions.empty() && stopping.cancelled() == asio::cancellation_type::none;
    if (asks) {
        const std::vector<TlsaReply> replies = co_await ask_all(lookup, std::move(questions), &ask_tlsa);
        for (std::size_t at = 0; at < asked.size(); ++at) {
            asked[at]->tlsa = replies[at].tlsa;
            asked[at]->ttl = shorter(asked[at]->ttl, replies[at].ttl);
        }
    }
    conclude(facts, settings.max_endpoints);
    co_return facts;
}

}  // namespace

asio::awaitable<MxFacts> resolve_mx(DnsLookup& lookup, std::string domain, ResolveSettings settings) {
    const DnsResult result = co_await ask(lookup, domain, RecordType::mx);
    MxFacts facts = assess_mx(domain, result, settings.max_endpoints);
    const Dnssec dnssec = facts.dnssec;
    co_return co_await completed(lookup, std::move(facts), std::move(settings), dnssec);
}

asio::awaitable<MxFacts> resolve_host(DnsLookup& lookup, std::string domain, std::string host,
                                      ResolveSettings settings) {
    MxFacts facts = assume_mx(domain, std::move(host));
    co_return co_await completed(lookup, std::move(facts), std::move(settings), Dnssec::secure);
}

asio::awaitable<std::expected<TxtAnswer, DnsError>> resolve_txt(DnsLookup& lookup, std::string name) {
    const DnsResult result = co_await ask(lookup, std::move(name), RecordType::txt);
    if (!result.answer) co_return std::unexpected(result.answer.error());
    const DnsAnswer& answer = *result.answer;
    TxtAnswer found{records_of<TxtRecord>(answer), answer.records.empty() ? answer.negative_ttl : answer.ttl};
    co_return found;
}

}  // namespace mxfleet
