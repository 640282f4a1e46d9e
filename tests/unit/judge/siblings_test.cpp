// Whether the addresses behind one exchange answer alike, and one of them always (CHECKS §11).
#include "agent/judge/siblings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr CertificateTime end_of_certificate{std::chrono::sys_days{std::chrono::year{2026} / 12 / 5}};

std::shared_ptr<const Capabilities> keywords(std::vector<std::string> all) {
    Capabilities capabilities;
    capabilities.keywords = std::move(all);
    if (capabilities.keywords.back() == "STARTTLS") capabilities.offered.add(Capability::starttls);
    return std::make_shared<const Capabilities>(std::move(capabilities));
}

std::shared_ptr<const ChainFacts> chain(CertificateTime not_after = end_of_certificate, bool trusted = true) {
    ChainFacts facts;
    facts.sent.resize(1);
    facts.sent[0].not_after = not_after;
    facts.trusted = trusted;
    facts.dates = facts.chain_complete = true;
    return std::make_shared<const ChainFacts>(std::move(facts));
}

SessionFacts healthy() {
    SessionFacts facts;
    facts.greeting = Greeting{"mx.example.com ESMTP", 220, false};
    facts.hello_code = 250;
    facts.capabilities = keywords({"PIPELINING", "STARTTLS"});
    facts.capabilities_tls = keywords({"PIPELINING"});
    facts.starttls = StartTls::ok;
    facts.tls = TlsFacts{"TLSv1.3", "TLS_AES_256_GCM_SHA384", chain(), true};
    return facts;
}

EndpointStatus endpoint(SessionFacts facts, const char* ip, const char* mx = "mx.example.com") {
    EndpointStatus status;
    status.key = {mx, *IpAddress::parse(ip), 25};
    status.confirmation.confirmed = Confirmed::up;
    status.last_up = std::make_shared<const SessionFacts>(std::move(facts));
    return status;
}

std::string differences(const EndpointStatus& one, const EndpointStatus& other) {
    const std::vector<const EndpointStatus*> both = {&one, &other};
    const SiblingComparison comparison = compare_siblings(both);
    std::string names;
    for (std::size_t at = 0; at < sibling_aspect_count; ++at) {
        if (comparison.differ[at]) names += std::string(name(static_cast<SiblingAspect>(at))) + " ";
    }
    return names;
}

struct SiblingsRow {
    const char* why;
    std::function<void(SessionFacts&)> alter;
    const char* differ;
};

TEST(Siblings, AreComparedInEachAspect) {
    const std::vector<SiblingsRow> rows = {
        {"alike", [](auto&) {}, ""},
        {"another case", [](auto& f) { f.greeting->text = "MX.example.com hello"; }, ""},
        {"another name", [](auto& f) { f.greeting->text = "other.example.com ESMTP"; }, "banner "},
        {"equal values", [](auto& f) { f.capabilities = keywords({"PIPELINING", "STARTTLS"}); }, ""},
        {"another keyword", [](auto& f) { f.capabilities = keywords({"STARTTLS"}); }, "capabilities "},
        {"inside TLS", [](auto& f) { f.capabilities_tls = keywords({"DSN"}); }, "capabilities "},
        {"the same dates", [](auto& f) { f.tls->chain = chain(end_of_certificate + 1h); }, ""},
        {"other dates", [](auto& f) { f.tls->chain = chain(end_of_certificate - 240h); }, "certificate "},
        {"not trusted", [](auto& f) { f.tls->chain = chain(end_of_certificate, false); }, "certificate "},
        {"another host's", [](auto& f) { f.tls->name_match = false; }, "certificate "},
        {"an older version", [](auto& f) { f.tls->version = "TLSv1.2"; }, "tls_version "},
        {"TLS failed", [](auto& f) { f.tls.reset(), f.starttls = StartTls::failed; }, "tls_version "},
        {"for the moment", [](auto& f) { f.tls.reset(), f.starttls = StartTls::temporary; }, ""},
        {"STARTTLS is gone",
         [](auto& f) {
             f.tls.reset();
             f.capabilities_tls.reset();
             f.starttls = StartTls::not_offered;
             f.capabilities = keywords({"PIPELINING"});
         },
         "capabilities tls_version "},
    };
    for (const SiblingsRow& row : rows) {
        SessionFacts other = healthy();
        row.alter(other);
        const EndpointStatus one = endpoint(healthy(), "192.0.2.1");
        const EndpointStatus two = endpoint(other, "192.0.2.2");
        EXPECT_EQ(differences(one, two), row.differ) << row.why;
        EXPECT_EQ(differences(two, one), row.differ) << row.why;
        EXPECT_EQ(same_to_siblings(one, two), std::string_view(row.differ).empty()) << row.why;
    }
}

TEST(Siblings, OneThatIsDownIsNotCompared) {
    SessionFacts other = healthy();
    other.tls->version = "TLSv1.2";
    EndpointStatus down = endpoint(other, "192.0.2.2");
    down.confirmation.confirmed = Confirmed::down;
    EXPECT_EQ(differences(endpoint(healthy(), "192.0.2.1"), down), "");
}

TEST(Siblings, AreJudgedByExchange) {
    SessionFacts other = healthy();
    other.tls->version = "TLSv1.2";
    other.capabilities = keywords({"PIPELINING", "SIZE 1", "STARTTLS"});
    const EndpointStatus a = endpoint(healthy(), "192.0.2.1", "a.example.com");
    const EndpointStatus b = endpoint(other, "192.0.2.2", "b.example.com");
    const EndpointStatus a_too = endpoint(other, "2001:db8::1", "a.example.com");
    EXPECT_THAT(judge_siblings(std::vector{&a, &b}), IsEmpty());
    const auto findings = judge_siblings(std::vector{&a, &b, &a_too});
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].scope, Scope::exchange);
    EXPECT_EQ(findings[0].mx, "a.example.com");
    EXPECT_EQ(findings[0].statement.severity, Severity::warning);
    EXPECT_THAT(std::string(findings[0].statement.summary), HasSubstr("SIZE 1 only at 2001:db8::1"));
    EXPECT_THAT(std::string(findings[0].statement.summary), HasSubstr("TLSv1.2 at 2001:db8::1, TLSv1.3 at 192.0.2.1"));
}

TEST(Siblings, ThatGreetByNamesOfTheirOwnAreNoted) {
    SessionFacts other = healthy();
    other.greeting->text = "mx-b.example.com ESMTP";
    const EndpointStatus a = endpoint(healthy(), "192.0.2.1");
    const EndpointStatus b = endpoint(other, "192.0.2.2");
    const auto findings = judge_siblings(std::vector{&a, &b});
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].statement.severity, Severity::info);
}

// ---- Flapping -------------------------------------------------------------------------------------------------------

Flapping flapping_after(std::string_view sessions) {
    Flapping flapping;
    for (const char each : sessions) {
        SessionFacts facts;
        if (each != 'd') facts.starttls = each == 'T' ? StartTls::ok : StartTls::not_offered;
        const std::optional<bool> is_up = each == '?' ? std::nullopt : std::optional(each != 'd');
        flapping = after_session(flapping, facts, is_up);
    }
    return flapping;
}

TEST(Flapping, IsNowSoAndNowOtherwise) {
    struct FlapRow {
        const char* sessions;  ///< T: up with STARTTLS, u: up without, d: down, ?: neither up nor down
        const char* said;
    };
    const std::vector<FlapRow> rows = {
        {"", ""},
        {"TTTTTTTT", ""},
        {"TTTTdddd", ""},  // down
        {"TTddddTT", ""},  // an outage
        {"TTTTuuuu", ""},  // a change
        {"TdTd", "up in 2 of the last 4 sessions"},
        {"TuTu", "STARTTLS offered in 2 of the last 4 sessions that were up"},
        {"T?T?T?", ""},  // put off
        {"TdTdTTTTTTTT", ""},
        {"uTdTu", ""},
        {"TdudTu", "up in 4 of the last 6 sessions; STARTTLS offered in 2 of the last 4 sessions that were up"},
    };
    for (const FlapRow& row : rows) {
        const auto statement = judge_flapping(flapping_after(row.sessions));
        EXPECT_EQ(statement ? std::string(statement->summary) : "", row.said) << row.sessions;
    }
}

}  // namespace
}  // namespace mxfleet
