#include "probes/dns/tlsa.hpp"

#include <algorithm>
#include <utility>

#include "probes/dns/ask.hpp"
#include "probes/io/dane.hpp"

namespace mxfleet {
namespace {

/// RFC 7672 §2.1.2: whoever cannot be asked is not to be delivered to. What is our own fault says nothing.
TlsaReply failed(std::string_view base, DnsError error) {
    // A failure is over soon, or found again.
    constexpr auto shortly = std::chrono::seconds{0};
    if (is_our_own(error)) return {nullptr, shortly};
    TlsaFacts facts{.state = TlsaState::lookup_failed, .base = SharedText(base), .error = error};
    return {std::make_shared<const TlsaFacts>(std::move(facts)), shortly};
}

}  // namespace

std::optional<TlsaQuestion> tlsa_question(const MxExchange& exchange, Dnssec mx, std::uint16_t port) {
    if (mx != Dnssec::secure) return std::nullopt;
    const std::string host = exchange.name;
    const SharedText& alias_of = exchange.alias_of;
    if (exchange.dnssec == Dnssec::secure && !alias_of.empty()) return TlsaQuestion{{alias_of, host}, false, port};
    if (exchange.dnssec == Dnssec::secure) return TlsaQuestion{{host}, false, port};
    if (exchange.dnssec == Dnssec::insecure && !alias_of.empty()) return TlsaQuestion{{host}, true, port};
    return std::nullopt;
}

SharedTlsa tlsa_unasked(const MxExchange& exchange, Dnssec mx) {
    const bool is_insecure = mx == Dnssec::insecure || (mx == Dnssec::secure && exchange.dnssec == Dnssec::insecure);
    return is_insecure ? tlsa_without_records(TlsaState::insecure) : nullptr;
}

asio::awaitable<TlsaReply> ask_tlsa(DnsLookup& lookup, TlsaQuestion question) {
    if (question.alias_is_in_doubt) {
        const DnsFlags flags;
        const DnsResult alias = co_await lookup.query(question.bases.front(), RecordType::cname, flags);
        if (!alias.answer) co_return failed(question.bases.front(), alias.answer.error());
        const bool is_secure = alias.dnssec == Dnssec::secure && alias.has_records();
        if (!is_secure) co_return TlsaReply{tlsa_without_records(TlsaState::insecure), {}};
    }
    TlsaReply reply{tlsa_without_records(TlsaState::absent), {}};
    for (const std::string& base : question.bases) {
        const DnsResult result = co_await ask(lookup, tlsa_name(base, question.port), RecordType::tlsa);
        if (!result.answer) co_return failed(base, result.answer.error());
        reply.ttl = result.answer->ttl ? result.answer->ttl : result.answer->negative_ttl;
        if (!result.has_records()) continue;
        if (result.dnssec == Dnssec::secure) {
            auto facts = assess_tlsa(base, records_of<TlsaRecord>(*result.answer));
            reply.tlsa = std::make_shared<const TlsaFacts>(std::move(facts));
            co_return reply;
        }
        reply.tlsa = tlsa_without_records(TlsaState::insecure);
    }
    co_return reply;
}

}  // namespace mxfleet
