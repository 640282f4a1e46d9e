// CHECKS §6: what is held over many looks, and what it comes to beside exchanges and endpoints.
#include "agent/judge/mta_sts.hpp"

#include <gmock/gmock.h>

#include "agent/judge/domain.hpp"
#include "agent/judge/senders.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr WallTime day_one{std::chrono::days{20'000}};

std::string body(std::string_view mode, std::string_view mx = "mx.example.com", std::string_view max_age = "604800") {
    return "version: STSv1\nmode: " + std::string(mode) + "\nmx: " + std::string(mx) +
           "\nmax_age: " + std::string(max_age) + "\n";
}

TlsRecordFacts record(RecordState state, std::string_view text = {}) {
    return {{state, text}, {RecordState::valid, {}}, {}};
}

PolicyFetchFacts fetched(std::string text) {
    return {.outcome = FetchOutcome::fetched, .body = std::move(text)};
}

PolicyFetchFacts not_fetched(FetchOutcome outcome) {
    return {.outcome = outcome, .detail = "why"};
}

SharedTlsPolicies holding(const std::string& text, std::string_view id = "1") {
    return after_fetch(after_look(nullptr, record(RecordState::valid, id), day_one), fetched(text), false, day_one);
}

// ---- What is held ---------------------------------------------------------------------------------------------------

TEST(TlsPolicies, StateOfOneLook) {
    EXPECT_EQ(TlsPolicies{}.state(), MtaStsState::unknown);
    EXPECT_EQ(after_look(nullptr, record(RecordState::absent), day_one)->state(), MtaStsState::absent);
    EXPECT_EQ(after_look(nullptr, record(RecordState::invalid, "?"), day_one)->state(), MtaStsState::invalid);
    const auto looked = after_look(nullptr, record(RecordState::valid, "1"), day_one);
    EXPECT_EQ(looked->state(), MtaStsState::unknown);
    EXPECT_EQ(holding(body("enforce"))->state(), MtaStsState::valid);
    EXPECT_EQ(holding("nonsense")->state(), MtaStsState::invalid);
    const auto state_after = [&](FetchOutcome outcome, bool nobody_reached) {
        return after_fetch(looked, not_fetched(outcome), nobody_reached, day_one)->state();
    };
    EXPECT_EQ(state_after(FetchOutcome::malformed, true), MtaStsState::invalid);
    EXPECT_EQ(state_after(FetchOutcome::failed, true), MtaStsState::fetch_failed);
    EXPECT_EQ(state_after(FetchOutcome::unreached, false), MtaStsState::fetch_failed);
    EXPECT_EQ(state_after(FetchOutcome::unreached, true), MtaStsState::unknown);
    EXPECT_EQ(state_after(FetchOutcome::unknown, false), MtaStsState::unknown);
}

TEST(TlsPolicies, NothingPublishedIsOneValueForAll) {
    const TlsRecordFacts nothing{{RecordState::absent, {}}, {RecordState::absent, {}}, {}};
    EXPECT_EQ(after_look(nullptr, nothing, day_one), after_look(nullptr, nothing, day_one));
}

TEST(TlsPolicies, AFailedLookupLeavesWhatWasKnown) {
    const auto held = holding(body("enforce"));
    EXPECT_EQ(after_look(held, {}, day_one + 1h), held);
}

TEST(TlsPolicies, APolicyIsKeptUntilItExpires) {
    const auto held = holding(body("enforce"));
    for (const auto& look : {record(RecordState::absent), record(RecordState::invalid, "?")}) {
        EXPECT_TRUE(after_look(held, look, day_one + 604'799s)->enforces());
        EXPECT_FALSE(after_look(held, look, day_one + 604'800s)->enforces());
    }
    const auto failed = after_fetch(held, not_fetched(FetchOutcome::failed), false, day_one + 48h);
    EXPECT_EQ(failed->state(), MtaStsState::fetch_failed);
    EXPECT_TRUE(failed->enforces());
}

TEST(TlsPolicies, WhenItIsFetched) {
    const auto held = holding(body("enforce"));
    EXPECT_FALSE(wants_fetch(*held, day_one + 23h));
    EXPECT_TRUE(wants_fetch(*held, day_one + 24h));
    EXPECT_TRUE(wants_fetch(*holding(body("enforce", "a.example", "3600")), day_one + 30min));
    EXPECT_TRUE(wants_fetch(*after_look(held, record(RecordState::valid, "2"), day_one), day_one));
    EXPECT_FALSE(wants_fetch(*after_look(nullptr, record(RecordState::absent), day_one), day_one));
}

TEST(TlsPolicies, IdAndTextChangeTogether) {
    const auto held = holding(body("enforce"));
    const auto next = [&](const SharedTlsPolicies& before, std::string_view id, std::string text) {
        return after_fetch(after_look(before, record(RecordState::valid, id), day_one), fetched(std::move(text)), false,
                           day_one);
    };
    EXPECT_EQ(next(held, "1", body("enforce"))->held->drift, PolicyDrift::none);
    EXPECT_EQ(next(held, "2", body("testing"))->held->drift, PolicyDrift::none);
    const auto text_changed = next(held, "1", body("testing"));
    EXPECT_EQ(text_changed->held->drift, PolicyDrift::text_changed);
    EXPECT_EQ(next(text_changed, "1", body("testing"))->held->drift, PolicyDrift::text_changed);
    const auto id_changed = next(held, "2", body("enforce"));
    EXPECT_EQ(id_changed->held->drift, PolicyDrift::id_changed);
    EXPECT_EQ(next(id_changed, "2", body("enforce"))->held->drift, PolicyDrift::none);
}

TEST(TlsPolicies, Restored) {
    const HeldPolicy kept{{}, "1", 0, day_one, PolicyDrift::text_changed, {}};
    const auto policies = restored(body("enforce"), kept, day_one + 1h);
    ASSERT_TRUE(policies);
    EXPECT_TRUE(policies->enforces());
    EXPECT_EQ(policies->held->digest, holding(body("enforce"))->held->digest);
    EXPECT_EQ(after_look(policies, record(RecordState::valid, "1"), day_one + 1h)->state(), MtaStsState::valid);
    EXPECT_FALSE(restored(body("enforce"), kept, day_one + 8 * 24h));
    EXPECT_FALSE(restored("nonsense", kept, day_one));
}

// ---- What it comes to -----------------------------------------------------------------------------------------------

MxFacts mx(std::vector<std::string> names = {"mx.example.com"}) {
    MxFacts facts;
    facts.state = MxState::explicit_;
    for (const std::string& each : names) {
        MxExchange exchange;
        exchange.name = each;
        facts.exchanges.push_back(std::move(exchange));
    }
    return facts;
}

EndpointStatus endpoint(std::optional<StartTls> starttls, bool verified = true, Confirmed confirmed = Confirmed::up) {
    EndpointStatus status;
    status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25};
    status.checked_at = day_one;
    status.state = confirmed == Confirmed::down ? EndpointState::down : EndpointState::up;
    status.confirmation.confirmed = confirmed;
    auto session = std::make_shared<SessionFacts>();
    session->starttls = starttls;
    ChainFacts chain;
    chain.trusted = true;
    chain.dates = verified;
    if (starttls == StartTls::ok) session->tls = TlsFacts{"", "", std::make_shared<const ChainFacts>(chain), true};
    status.last = status.last_up = std::move(session);
    return status;
}

TEST(PassesMtaSts, OnlyWithACertificateThatVerifies) {
    EXPECT_EQ(passes_mta_sts(EndpointStatus{}), std::nullopt);
    EXPECT_EQ(passes_mta_sts(endpoint(std::nullopt)), std::nullopt);
    EXPECT_EQ(passes_mta_sts(endpoint(StartTls::temporary)), std::nullopt);
    EXPECT_EQ(passes_mta_sts(endpoint(StartTls::ok)), true);
    EXPECT_EQ(passes_mta_sts(endpoint(StartTls::ok, false)), false);
    for (const StartTls each : {StartTls::not_offered, StartTls::broken, StartTls::failed})
        EXPECT_EQ(passes_mta_sts(endpoint(each)), false);
    EndpointStatus held_back = endpoint(StartTls::ok);
    held_back.held_back = true;
    EXPECT_EQ(passes_mta_sts(held_back), std::nullopt);
}

std::vector<std::string> said(const SharedTlsPolicies& policies, const MxFacts& facts, const EndpointStatus& status) {
    std::vector<std::string> texts;
    for (const Finding& each : judge_tls_policies(policies.get(), facts, {&status})) {
        const Statement& statement = each.statement;
        texts.push_back(std::string(name(statement.severity)) + " " + std::string(statement.code.text()));
    }
    return texts;
}

TEST(JudgeTlsPolicies, RowByRow) {
    const EndpointStatus good = endpoint(StartTls::ok);
    const EndpointStatus bad = endpoint(StartTls::ok, false);
    const auto looked = [](RecordState state) { return after_look(nullptr, record(state, "x"), day_one); };
    EXPECT_THAT(said(nullptr, mx(), good), IsEmpty());
    EXPECT_THAT(said(looked(RecordState::unknown), mx(), good), IsEmpty());
    EXPECT_THAT(said(looked(RecordState::absent), mx(), good), ElementsAre("info mta_sts.absent"));
    EXPECT_THAT(said(looked(RecordState::invalid), mx(), good), ElementsAre("warning mta_sts.record_invalid"));
    EXPECT_THAT(said(holding("?"), mx(), good), ElementsAre("warning mta_sts.policy_invalid"));
    EXPECT_THAT(said(holding(body("enforce")), mx(), good), IsEmpty());
    EXPECT_THAT(said(holding(body("enforce")), mx(), bad), ElementsAre("critical mta_sts.certificate_fails"));
    EXPECT_THAT(said(holding(body("testing")), mx(), bad), ElementsAre("warning mta_sts.certificate_fails"));
    EXPECT_THAT(said(holding(body("none")), mx(), bad), IsEmpty());
    EXPECT_THAT(said(holding(body("enforce", "a.example")), mx(), bad), ElementsAre("critical mta_sts.mx_mismatch"));
    EXPECT_THAT(said(holding(body("testing", "a.example")), mx(), bad), ElementsAre("warning mta_sts.mx_mismatch"));
    EXPECT_THAT(said(holding(body("enforce", "*.example.com", "86399")), mx(), good),
                ElementsAre("warning mta_sts.short_max_age"));
    EXPECT_THAT(said(holding(body("enforce", "*.example.com", "86400")), mx(), good),
                ElementsAre("info mta_sts.short_max_age"));
    EXPECT_THAT(said(holding(body("none", "*.example.com", "1")), mx(), good), IsEmpty());
}

Taking taking_of(const SharedTlsPolicies& policies, const EndpointStatus& status) {
    return taking(Sender::mta_sts, {mx(), policies.get()}, status);
}

std::optional<bool> class_of(const SharedTlsPolicies& policies, const EndpointStatus& status,
                             bool all_endpoints = true) {
    return deliverable(Sender::mta_sts, {mx(), policies.get()}, {&status}, all_endpoints);
}

TEST(Senders, UnderMtaStsOnlyEnforceForbids) {
    const EndpointStatus good = endpoint(StartTls::ok);
    const EndpointStatus bad = endpoint(StartTls::not_offered);
    const EndpointStatus down = endpoint(StartTls::ok, true, Confirmed::down);
    const auto enforce = holding(body("enforce"));
    EXPECT_EQ(class_of(enforce, good), true);
    EXPECT_EQ(class_of(enforce, bad), false);
    EXPECT_EQ(class_of(enforce, bad, false), std::nullopt);
    EXPECT_EQ(class_of(enforce, endpoint(StartTls::temporary)), std::nullopt);
    EXPECT_EQ(class_of(enforce, down), false);
    EXPECT_EQ(class_of(holding(body("enforce", "a.example")), good), false);
    EXPECT_EQ(class_of(holding(body("testing")), bad), true);
    EXPECT_EQ(class_of(after_look(nullptr, record(RecordState::absent), day_one), bad), true);
    EXPECT_EQ(class_of(nullptr, good), std::nullopt);
    EXPECT_EQ(class_of(nullptr, down), false);
}

TEST(Senders, UnderMtaStsEachEndpointSaysWhy) {
    const auto enforce = holding(body("enforce"));
    EXPECT_EQ(taking_of(enforce, endpoint(StartTls::ok)).why, "");
    EXPECT_EQ(taking_of(enforce, endpoint(StartTls::ok, false)).why,
              "its certificate does not verify for the exchange");
    EXPECT_EQ(taking_of(enforce, endpoint(StartTls::broken)).why, "TLS does not work");
    EXPECT_EQ(taking_of(enforce, endpoint(StartTls::temporary)).why, "STARTTLS is refused for now");
    EXPECT_EQ(taking_of(enforce, endpoint(StartTls::ok, true, Confirmed::down)).why, "it is down");
    EXPECT_EQ(taking_of(holding(body("enforce", "a.example")), endpoint(StartTls::ok)).why,
              "the MTA-STS policy does not name the exchange");
    EXPECT_EQ(taking_of(nullptr, endpoint(StartTls::ok)).why, "the domain's MTA-STS policy is not known");
}

TEST(Senders, WhatForbidsDoesSoWhereAnEndpointIsNotKnownToBeUp) {
    EndpointStatus limited = endpoint(StartTls::ok, true, Confirmed::unknown);
    EXPECT_EQ(class_of(holding(body("enforce", "a.example")), limited), false);
    EXPECT_EQ(class_of(holding(body("enforce")), limited), std::nullopt);
    EXPECT_EQ(taking_of(holding(body("enforce")), limited).why, "whether it is up is not known");
    limited.held_back = true;
    EXPECT_EQ(class_of(holding(body("enforce", "a.example")), limited), std::nullopt)
        << "nothing is said while we fail";
    EXPECT_EQ(taking_of(nullptr, limited).why, "our own way out fails");
}

TEST(Senders, WithRequiretlsThePolicyVouchesForAnMxThatDnssecDoesNot) {
    EndpointStatus offering = endpoint(StartTls::ok);
    auto session = std::make_shared<SessionFacts>(*offering.last_up);
    Capabilities inside;
    inside.offered.add(Capability::requiretls);
    session->capabilities_tls = std::make_shared<const Capabilities>(inside);
    offering.last_up = std::move(session);
    MxFacts insecure = mx();
    insecure.dnssec = Dnssec::insecure;
    MxFacts unsigned_for_all_we_know = mx();
    const auto absent = after_look(nullptr, record(RecordState::absent), day_one);
    const auto takes = [&](const MxFacts& facts, const SharedTlsPolicies& policies) {
        return taking(Sender::requiretls, {facts, policies.get()}, offering).takes;
    };
    EXPECT_EQ(takes(insecure, holding(body("enforce"))), true);
    EXPECT_EQ(takes(insecure, holding(body("testing"))), true);
    EXPECT_EQ(takes(insecure, holding(body("none"))), false);
    EXPECT_EQ(takes(insecure, holding(body("enforce", "a.example"))), false);
    EXPECT_EQ(takes(insecure, absent), false);
    EXPECT_EQ(takes(insecure, nullptr), std::nullopt);
    EXPECT_EQ(takes(unsigned_for_all_we_know, absent), std::nullopt);
    EXPECT_EQ(takes(unsigned_for_all_we_know, holding(body("enforce"))), true);
    offering.tlsa = tlsa_without_records(TlsaState::absent);
    EXPECT_EQ(takes(insecure, holding(body("enforce"))), true);
    TlsaFacts failed{.state = TlsaState::lookup_failed, .error = DnsError::bogus};
    offering.tlsa = std::make_shared<const TlsaFacts>(failed);
    EXPECT_EQ(takes(insecure, holding(body("enforce"))), false) << "MTA-STS never overrides a failing DANE";
}

TEST(Senders, WhyNotInTheWholeDomain) {
    const EndpointStatus good = endpoint(StartTls::ok);
    const EndpointStatus bad = endpoint(StartTls::broken);
    const auto why = [](MxFacts facts, const SharedTlsPolicies& policies, std::vector<const EndpointStatus*> endpoints,
                        bool all = true) { return why_not(Sender::mta_sts, {facts, policies.get()}, endpoints, all); };
    const auto enforce = holding(body("enforce"));
    EXPECT_EQ(why(mx(), enforce, {&bad, &bad}), "TLS does not work");
    EXPECT_EQ(why(mx(), enforce, {&bad}, false), "TLS does not work, other agents watch the rest");
    EXPECT_EQ(why(mx(), nullptr, {&good}), "the domain's MTA-STS policy is not known");
    MxFacts facts;
    facts.state = MxState::null;
    EXPECT_EQ(why(facts, nullptr, {}), "the domain takes no mail");
    facts.state = MxState::unknown;
    facts.error = DnsError::timeout;
    EXPECT_EQ(why(facts, nullptr, {}), "DNS: timeout");
}

TEST(JudgeDomain, WhereOnlyMtaStsForbidsMailIsUndeliverableForThoseWhoHonourIt) {
    const EndpointStatus bad = endpoint(StartTls::ok, false);
    const auto enforce = holding(body("enforce"));
    const auto judged = [&](const SharedTlsPolicies& policies) {
        const auto judgement = judge_domain(mx(), {&bad}, {}, {}, day_one, true, policies.get());
        return std::ranges::count_if(judgement.findings, [](const Finding& each) {
            return each.statement.code == FindingCode("mail.undeliverable");
        });
    };
    EXPECT_EQ(judged(enforce), 1);
    EXPECT_EQ(judged(holding(body("testing"))), 0);
}

}  // namespace
}  // namespace mxfleet
