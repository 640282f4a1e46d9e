// CHECKS §5 for a domain, and the classes of senders: a row a case.
#include "agent/judge/dane.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/judge/domain.hpp"
#include "tests/unit/judge/moments.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

SharedTlsa records(TlsaState state) {
    if (state == TlsaState::absent || state == TlsaState::insecure) return tlsa_without_records(state);
    TlsaFacts facts{.state = state, .base = "mx.example.com"};
    if (state == TlsaState::lookup_failed) {
        facts.error = DnsError::bogus;
    } else {
        facts.records = {{3, 1, 1, std::vector<std::uint8_t>(32, 1)}};
        facts.usable = state == TlsaState::usable ? 1 : 0;
    }
    return std::make_shared<const TlsaFacts>(std::move(facts));
}

/// What an endpoint's last session showed.
struct Shown {
    StartTls starttls = StartTls::ok;
    std::optional<DaneMatch> match = std::nullopt;
    std::vector<std::string> names = {};
    bool verified = false;
    bool offers_requiretls = false;
};

EndpointStatus endpoint(const SharedTlsa& tlsa, const Shown& shown, Confirmed confirmed = Confirmed::up) {
    SessionFacts session;
    session.greeting = Greeting{"mx.example.com", 220, false};
    session.hello_code = 250;
    session.starttls = shown.starttls;
    if (shown.starttls == StartTls::ok) {
        ChainFacts chain{.trusted = shown.verified, .dates = true};
        chain.sent.resize(1);
        chain.sent[0].names = shown.names;
        session.tls = TlsFacts{"TLSv1.3", "", std::make_shared<const ChainFacts>(chain), shown.verified};
        Capabilities inside;
        if (shown.offers_requiretls) inside.offered.add(Capability::requiretls);
        session.capabilities_tls = std::make_shared<const Capabilities>(inside);
    }
    if (shown.match) session.dane = std::make_shared<const DaneFacts>(DaneFacts{tlsa, *shown.match, {}});
    EndpointStatus status;
    status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25};
    status.state = confirmed == Confirmed::down ? EndpointState::down : EndpointState::up;
    status.confirmation.confirmed = confirmed;
    status.checked_at = start_of_time;
    status.tlsa = tlsa;
    status.last_up = std::make_shared<const SessionFacts>(std::move(session));
    return status;
}

MxFacts mx_with(const SharedTlsa& tlsa, Dnssec dnssec = Dnssec::secure) {
    MxFacts facts;
    facts.domain = "example.com";
    facts.state = MxState::explicit_;
    facts.dnssec = dnssec;
    facts.records = 1;
    MxExchange exchange;
    exchange.name = "mx.example.com";
    exchange.preference = 10;
    exchange.state = ExchangeState::ok;
    exchange.addresses = {*IpAddress::parse("192.0.2.1")};
    exchange.tlsa = tlsa;
    facts.exchanges = {exchange};
    return facts;
}

DomainJudgement judged(const MxFacts& mx, const std::vector<EndpointStatus>& endpoints, bool all = true) {
    std::vector<const EndpointStatus*> seen;
    for (const EndpointStatus& each : endpoints)
        seen.push_back(&each);
    return judge_domain(mx, seen, {}, {}, start_of_time, all);
}

/// Only what is about TLSA records, or sums up.
std::vector<std::string> said(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const Finding& each : findings) {
        const std::string code(each.statement.code.text());
        if (!code.starts_with("dane.") && !code.starts_with("mail.")) continue;
        all.push_back(code + " " + std::string(name(each.statement.severity)) + " " + std::string(name(each.scope)));
    }
    return all;
}

struct DaneRow {
    const char* what;
    std::optional<TlsaState> tlsa;
    Shown shown;
    std::optional<DaneState> state;
    std::optional<bool> dane;
    std::vector<std::string> said = {};
};

TEST(Dane, WhatEachOutcomeComesTo) {
    const std::string undeliverable = "mail.undeliverable critical domain";
    const std::vector<DaneRow> rows = {
        {"not known", std::nullopt, {}, std::nullopt, std::nullopt},
        {"absent", TlsaState::absent, {}, DaneState::absent, true},
        {"absent, in clear", TlsaState::absent, {StartTls::not_offered}, DaneState::absent, true},
        {"insecure", TlsaState::insecure, {StartTls::failed}, DaneState::insecure, true},
        {"a match", TlsaState::usable, {StartTls::ok, DaneMatch::end_entity}, DaneState::match, true},
        {"a trust anchor", TlsaState::usable, {StartTls::ok, DaneMatch::trust_anchor}, DaneState::match, true},
        {"no match", TlsaState::usable, {StartTls::ok, DaneMatch::none}, DaneState::mismatch, false, {undeliverable}},
        {"a trust anchor, and the name of the next hop",
         TlsaState::usable,
         {StartTls::ok, DaneMatch::other_name, {"x.example", "example.com"}},
         DaneState::match,
         true},
        {"a trust anchor, and a stranger's name",
         TlsaState::usable,
         {StartTls::ok, DaneMatch::other_name, {"x.example"}},
         DaneState::mismatch,
         false,
         {"dane.mismatch critical endpoint", undeliverable}},
        {"not compared yet", TlsaState::usable, {}, std::nullopt, std::nullopt},
        {"no TLS",
         TlsaState::usable,
         {StartTls::not_offered},
         DaneState::mismatch,
         false,
         {"dane.tls_unavailable critical domain", undeliverable}},
        {"TLS fails",
         TlsaState::usable,
         {StartTls::failed},
         DaneState::mismatch,
         false,
         {"dane.tls_unavailable critical domain", undeliverable}},
        {"no TLS for now", TlsaState::usable, {StartTls::temporary}, std::nullopt, std::nullopt},
        {"unusable", TlsaState::unusable, {}, DaneState::unusable, true, {"dane.unusable warning exchange"}},
        {"unusable, in clear",
         TlsaState::unusable,
         {StartTls::broken},
         DaneState::unusable,
         false,
         {"dane.unusable warning exchange", "dane.tls_unavailable critical domain", undeliverable}},
        {"a failed lookup",
         TlsaState::lookup_failed,
         {},
         DaneState::lookup_failed,
         false,
         {"dane.lookup_failed critical exchange", undeliverable}},
    };
    for (const DaneRow& row : rows) {
        SCOPED_TRACE(row.what);
        const SharedTlsa tlsa = row.tlsa ? records(*row.tlsa) : nullptr;
        const MxFacts mx = mx_with(tlsa);
        const EndpointStatus status = endpoint(tlsa, row.shown);
        EXPECT_EQ(dane_state(mx, status), row.state);
        const DomainJudgement judgement = judged(mx, {status});
        EXPECT_EQ(judgement.takes_from(Sender::dane), row.dane);
        EXPECT_EQ(judgement.takes_from(Sender::plain), true);
        EXPECT_EQ(judgement.deliverable, true);
        EXPECT_THAT(said(judgement.findings), testing::UnorderedElementsAreArray(row.said));
    }
}

TEST(Dane, UnderATrustAnchorWhatTheDomainIsAnAliasOfIsAName) {
    const SharedTlsa tlsa = records(TlsaState::usable);
    const EndpointStatus status = endpoint(tlsa, {StartTls::ok, DaneMatch::other_name, {"target.example"}});
    MxFacts mx = mx_with(tlsa);
    EXPECT_EQ(dane_state(mx, status), DaneState::mismatch);
    mx.alias_of = "target.example";
    EXPECT_EQ(dane_state(mx, status), DaneState::match);
}

TEST(Dane, ADomainWithoutASecureMxDoesNotGoByTheRecordsOfASharedExchange) {
    const SharedTlsa wrong = records(TlsaState::usable);
    EndpointStatus shared = endpoint(wrong, {StartTls::ok, DaneMatch::none});
    shared.findings = {{Statement("dane.mismatch", "x"), coarse(start_of_time)},
                       {Statement("smtp.bare_lf", "x"), coarse(start_of_time)}};
    const MxFacts secure = mx_with(wrong);
    const MxFacts insecure = mx_with(tlsa_without_records(TlsaState::insecure), Dnssec::insecure);
    EXPECT_EQ(judged(secure, {shared}).verdict, Verdict::critical);
    EXPECT_EQ(judged(insecure, {shared}).verdict, Verdict::ok);
    EXPECT_EQ(judged(insecure, {shared}).takes_from(Sender::dane), true);
    EXPECT_EQ(findings_of(shared, {}, &secure).size(), 2u);
    EXPECT_EQ(findings_of(shared, {}, &insecure).size(), 1u);
    EXPECT_EQ(findings_of(shared, {}).size(), 2u) << "of the endpoint itself";
}

TEST(Dane, WhileTheMxCannotBeLookedUpTheEndpointKnows) {
    const SharedTlsa tlsa = records(TlsaState::usable);
    MxFacts failed;
    failed.domain = "example.com";
    failed.error = DnsError::timeout;
    EXPECT_EQ(dane_state(failed, endpoint(tlsa, {StartTls::ok, DaneMatch::end_entity})), DaneState::match);
}

TEST(Dane, OneEndpointThatPassesIsEnough) {
    const SharedTlsa tlsa = records(TlsaState::usable);
    const MxFacts mx = mx_with(tlsa);
    const EndpointStatus bad = endpoint(tlsa, {StartTls::ok, DaneMatch::none});
    const EndpointStatus good = endpoint(tlsa, {StartTls::ok, DaneMatch::end_entity});
    const EndpointStatus good_but_down = endpoint(tlsa, {StartTls::ok, DaneMatch::end_entity}, Confirmed::down);
    EXPECT_EQ(judged(mx, {bad, good}).takes_from(Sender::dane), true);
    EXPECT_EQ(judged(mx, {bad, bad}).takes_from(Sender::dane), false);
    const DomainJudgement down = judged(mx, {bad, good_but_down});
    EXPECT_EQ(down.takes_from(Sender::dane), false) << "one refuses, the other is down";
    EXPECT_EQ(down.takes_from(Sender::plain), true);
    EXPECT_EQ(judged(mx, {bad}, false).takes_from(Sender::dane), std::nullopt) << "another agent may know better";
}

TEST(Dane, WhoDeliversToNobodyIsSaidOnce) {
    const SharedTlsa tlsa = records(TlsaState::usable);
    const auto down = judged(mx_with(tlsa), {endpoint(tlsa, {StartTls::ok, DaneMatch::none}, Confirmed::down)});
    EXPECT_EQ(down.takes_from(Sender::dane), false);
    EXPECT_THAT(said(down.findings), ElementsAre("mail.undeliverable critical domain"));
    const auto in_clear = judged(mx_with(tlsa), {endpoint(tlsa, {StartTls::not_offered}, Confirmed::down)});
    EXPECT_THAT(said(in_clear.findings), ElementsAre("mail.undeliverable critical domain")) << "nobody gets so far";
}

TEST(Dane, WhatFindingsRestOn) {
    const SharedTlsa tlsa = records(TlsaState::usable);
    const auto rests = [&](const Shown& shown) {
        std::vector<RestsOn> all;
        for (const Finding& each : judged(mx_with(tlsa), {endpoint(tlsa, shown)}).findings)
            if (said({each}).size() == 1) all.push_back(rests_on(each));
        return all;
    };
    EXPECT_THAT(rests({StartTls::not_offered}), UnorderedElementsAre(RestsOn::an_endpoint, RestsOn::all_endpoints));
    EXPECT_THAT(rests({StartTls::ok, DaneMatch::other_name}),
                UnorderedElementsAre(RestsOn::an_endpoint, RestsOn::all_endpoints));
    EXPECT_EQ(rests_on(judge_dane(mx_with(records(TlsaState::lookup_failed)), {})[0]), RestsOn::dns);
}

// ---- REQUIRETLS -----------------------------------------------------------------------------------------------------

TEST(Senders, WithRequiretls) {
    struct Case {
        const char* what;
        Dnssec mx;
        TlsaState tlsa;
        Shown shown;
        std::optional<bool> takes;
    };
    const std::optional<DaneMatch> nothing;
    for (const Case& row : {
             Case{"by DANE",
                  Dnssec::secure,
                  TlsaState::usable,
                  {StartTls::ok, DaneMatch::end_entity, {}, false, true},
                  true},
             Case{"not compared yet", Dnssec::secure, TlsaState::usable, {StartTls::ok, nothing, {}, true, true}, {}},
             Case{"not offered", Dnssec::secure, TlsaState::usable, {StartTls::ok, DaneMatch::end_entity}, false},
             Case{"DANE fails",
                  Dnssec::secure,
                  TlsaState::usable,
                  {StartTls::ok, DaneMatch::none, {}, true, true},
                  false},
             Case{"by DNSSEC and certificate",
                  Dnssec::secure,
                  TlsaState::absent,
                  {StartTls::ok, nothing, {}, true, true},
                  true},
             Case{
                 "bad certificate", Dnssec::secure, TlsaState::absent, {StartTls::ok, nothing, {}, false, true}, false},
             Case{
                 "no policy known", Dnssec::insecure, TlsaState::insecure, {StartTls::ok, nothing, {}, true, true}, {}},
             Case{"no TLS", Dnssec::secure, TlsaState::absent, {StartTls::not_offered}, false},
             Case{"no TLS for now", Dnssec::secure, TlsaState::absent, {StartTls::temporary}, {}},
             Case{
                 "no lookup", Dnssec::secure, TlsaState::lookup_failed, {StartTls::ok, nothing, {}, true, true}, false},
         }) {
        const SharedTlsa tlsa = records(row.tlsa);
        const auto judgement = judged(mx_with(tlsa, row.mx), {endpoint(tlsa, row.shown)});
        EXPECT_EQ(judgement.takes_from(Sender::requiretls), row.takes) << row.what;
    }
}

TEST(Senders, ADomainThatTakesNoMailRefusesNobodyWhateverItsServersDidBefore) {
    MxFacts mx;
    mx.domain = "example.com";
    mx.state = MxState::null;
    const EndpointStatus down = endpoint(nullptr, {}, Confirmed::down);
    for (const Sender sender : all_senders)
        EXPECT_EQ(judged(mx, {down}).takes_from(sender), std::nullopt) << name(sender);
}

TEST(Senders, AllKnowWhatDnsSays) {
    for (const MxState state : {MxState::null, MxState::nxdomain, MxState::none_usable, MxState::unknown}) {
        MxFacts mx;
        mx.domain = "example.com";
        mx.state = state;
        const bool nowhere = state == MxState::nxdomain || state == MxState::none_usable;
        for (const Sender sender : all_senders)
            EXPECT_EQ(judged(mx, {}).takes_from(sender), nowhere ? std::optional(false) : std::nullopt) << name(state);
    }
}

}  // namespace
}  // namespace mxfleet
