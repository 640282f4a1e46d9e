#include "probes/dns/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "probes/dns/assess.hpp"
#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr std::size_t most_addresses = 4;
using Kind = MxExpectation::Kind;

/// What DNS says about one exchange.
struct Target {
    std::string name;
    DnsResult a = nodata();
    DnsResult aaaa = nodata();
};

const TargetSettings targets{{*IpNetwork::parse("127.0.0.0/8")}, {*IpNetwork::parse("9.0.0.0/8")}};

MxFacts facts_of(const DnsResult& mx, const std::vector<Target>& answers = {}) {
    MxFacts facts = assess_mx("example.com", mx, most_addresses);
    for (MxExchange& exchange : facts.exchanges) {
        if (!wants_addresses(exchange)) continue;
        const auto target = std::ranges::find(answers, exchange.name.text(), &Target::name);
        const Target found = target == answers.end() ? Target{exchange.name} : *target;
        assess_exchange(exchange, assess_addresses(found.a, most_addresses),
                        assess_addresses(found.aaaa, most_addresses), targets);
    }
    conclude(facts, most_addresses);
    return facts;
}

/// `code` for the domain, `code exchange` for an exchange.
std::vector<std::string> codes_of(const MxFacts& facts, const MxExpectation& expected = {}) {
    std::vector<std::string> codes;
    for (const Finding& finding : judge_mx(facts, expected)) {
        std::string code(finding.statement.code.text().substr(4));
        EXPECT_EQ(finding.scope, finding.mx.empty() ? Scope::domain : Scope::exchange);
        EXPECT_FALSE(finding.statement.summary.empty());
        codes.push_back(finding.mx.empty() ? code : code + " " + finding.mx);
    }
    return codes;
}

const DnsResult v4 = addresses({"8.8.8.8"});
const DnsResult other_v4 = addresses({"8.8.4.4"});
const DnsResult v6 = addresses({"2a00::1"});
const DnsResult private_v4 = addresses({"10.0.0.1"});
const DnsResult denied_v4 = addresses({"9.9.9.9"});
const DnsResult silent = failed(DnsError::timeout);

struct Case {
    std::string_view why;
    DnsResult mx;
    std::vector<Target> answers;
    std::vector<std::string> codes;
};

std::ostream& operator<<(std::ostream& out, const Case& row) {
    return out << row.why;
}

class Findings : public testing::TestWithParam<Case> {};

TEST_P(Findings, AreStated) {
    EXPECT_EQ(codes_of(facts_of(GetParam().mx, GetParam().answers)), GetParam().codes);
}

const DnsResult two = mx_of({{10, "a.example"}, {20, "b.example"}});
const DnsResult one = mx_of({{10, "a.example"}});
const Target good{"a.example", v4, v6};
const Target also_good{"b.example", other_v4};

INSTANTIATE_TEST_SUITE_P(
    Domain, Findings,
    testing::Values(
        Case{"nothing to say", two, {good, also_good}, {}}, Case{"NXDOMAIN", nxdomain(), {}, {"domain_not_found"}},
        Case{"an alias of nothing", behind({"gone.example"}, nxdomain()), {}, {"domain_not_found"}},
        Case{"null MX", mx_of({{0, "."}}), {}, {"null_mx"}},
        Case{"null MX of another preference", mx_of({{10, "."}}), {}, {"null_mx_malformed", "null_mx"}},
        Case{"null MX among others", mx_of({{0, "."}, {10, "a.example"}}), {good}, {"null_mx_mixed"}},
        Case{"no MX", nodata(), {{"example.com", v4, v6}}, {"implicit_mx"}},
        Case{"no MX, one address", nodata(), {{"example.com", v4}}, {"implicit_mx", "mx_no_ipv6", "single_endpoint"}},
        Case{"no MX and no address", nodata(), {}, {"no_usable_mx"}},
        Case{"no MX, private address",
             nodata(),
             {{"example.com", private_v4}},
             {"no_usable_mx", "mx_private_address example.com"}},
        Case{"no MX, an alias", behind({"b.example"}, nodata()), {{"b.example", v4, v6}}, {"implicit_mx"}},
        Case{"SERVFAIL", failed(DnsError::servfail), {}, {"lookup_failed"}},
        Case{"REFUSED", failed(DnsError::refused), {}, {"lookup_failed"}},
        Case{"malformed", failed(DnsError::malformed), {}, {"lookup_failed"}},
        Case{"nobody to ask", failed(DnsError::no_resolver), {}, {}},
        Case{"our own fault", failed(DnsError::local_fault), {}, {}},
        Case{"IPv6 only", one, {{"a.example", nodata(), v6}}, {"mx_ipv6_only", "single_endpoint"}},
        Case{"IPv6 and a private IPv4",
             one,
             {{"a.example", private_v4, v6}},
             {"mx_ipv6_only", "single_endpoint", "mx_private_address a.example"}},
        Case{"IPv6, and IPv4 that only we avoid", one, {{"a.example", denied_v4, v6}}, {}},
        Case{"IPv4 only", two, {{"a.example", v4}, also_good}, {"mx_no_ipv6"}},
        Case{"IPv4 only as far as is known", two, {{"a.example", v4, silent}, also_good}, {"lookup_failed a.example"}},
        Case{"IPv6 only as far as is known", one, {{"a.example", silent, v6}}, {"lookup_failed a.example"}},
        Case{"one address", one, {{"a.example", v4}}, {"mx_no_ipv6", "single_endpoint"}},
        Case{"one address that we avoid", one, {{"a.example", denied_v4}}, {"mx_no_ipv6", "single_endpoint"}},
        Case{"an exchange twice", mx_of({{10, "a.example"}, {20, "a.example"}}), {good}, {"mx_duplicate"}},
        Case{"an address twice", two, {good, {"b.example", v4}}, {"mx_duplicate"}},
        Case{"too many addresses",
             one,
             {{"a.example", addresses({"8.8.8.1", "8.8.8.2", "8.8.8.3"}), addresses({"2a00::1", "2a00::2"})}},
             {"too_many_endpoints"}},
        Case{"too many exchanges",
             mx_of({{1, "a.example"}, {2, "b.example"}, {3, "c.example"}, {4, "d.example"}, {5, "e.example"}}),
             {good, also_good, {"c.example", addresses({"8.8.8.1"})}, {"d.example", addresses({"8.8.8.2"})}},
             {"too_many_endpoints"}}));

INSTANTIATE_TEST_SUITE_P(
    Exchange, Findings,
    testing::Values(
        Case{"an alias", two, {{"a.example", behind({"c.example"}, v4), v6}, also_good}, {"mx_is_cname a.example"}},
        Case{"an address in text",
             mx_of({{10, "a.example"}, {20, "192.0.2.1"}}),
             {good},
             {"mx_is_ip_literal 192.0.2.1"}},
        Case{"only an address in text", mx_of({{20, "192.0.2.1"}}), {}, {"no_usable_mx", "mx_is_ip_literal 192.0.2.1"}},
        Case{"no such name", two, {good, {"b.example", nxdomain(), nxdomain()}}, {"mx_target_not_found b.example"}},
        Case{"no address", two, {good, {"b.example"}}, {"mx_target_no_address b.example"}},
        Case{"none at all",
             two,
             {},
             {"no_usable_mx", "mx_target_no_address a.example", "mx_target_no_address b.example"}},
        Case{"private address", two, {good, {"b.example", private_v4}}, {"mx_private_address b.example"}},
        Case{"an address that only we avoid", two, {good, {"b.example", denied_v4}}, {}},
        Case{"single label",
             mx_of({{10, "a.example"}, {20, "mail"}}),
             {good, {"mail", other_v4}},
             {"mx_private_address mail"}},
        Case{"single label that does not exist",
             mx_of({{10, "a.example"}, {20, "mail"}}),
             {good, {"mail", nxdomain(), nxdomain()}},
             {"mx_target_not_found mail", "mx_private_address mail"}},
        Case{"localhost that is allowed",
             mx_of({{10, "a.example"}, {20, "localhost"}}),
             {good, {"localhost", addresses({"127.0.0.1"})}},
             {}},
        Case{"no host name",
             mx_of({{10, "a.example"}, {20, "a\\032b.example"}}),
             {good},
             {"invalid_name a\\032b.example"}},
        Case{"silence", two, {good, {"b.example", silent, silent}}, {"lookup_failed b.example"}},
        Case{"nothing but silence", one, {{"a.example", silent, silent}}, {"lookup_failed a.example"}},
        Case{"our own fault",
             two,
             {good, {"b.example", failed(DnsError::local_fault), failed(DnsError::no_resolver)}},
             {}}));

TEST(JudgeMx, SaysWhatIsBogusAndNotThatItFailed) {
    DnsResult bogus = failed(DnsError::bogus);
    bogus.dnssec = Dnssec::bogus;
    EXPECT_THAT(codes_of(facts_of(bogus)), ElementsAre("dnssec_bogus"));
    EXPECT_THAT(codes_of(facts_of(two, {good, {"b.example", bogus, bogus}})), ElementsAre("dnssec_bogus b.example"));
}

// ---- What was expected ----------------------------------------------------------------------------------------------

struct ExpectRow {
    std::string_view why;
    MxFacts facts;
    bool as_mail;
    bool as_null;
};

TEST(JudgeMx, ComparesWithWhatIsExpected) {
    for (const auto& [why, facts, as_mail, as_null] :
         {ExpectRow{"MX", facts_of(two, {good, also_good}), true, false},
          ExpectRow{"implicit", facts_of(nodata(), {{"example.com", v4, v6}}), true, false},
          ExpectRow{"null MX", facts_of(mx_of({{0, "."}})), false, true},
          ExpectRow{"none usable", facts_of(two), false, false},
          ExpectRow{"NXDOMAIN", facts_of(nxdomain()), false, false}, ExpectRow{"unknown", facts_of(silent), true, true},
          ExpectRow{"addresses unknown", facts_of(one, {{"a.example", silent, silent}}), true, false}}) {
        const auto raised = [&](Kind kind) {
            return std::ranges::count(codes_of(facts, {kind, {}}), "mx_unexpected") > 0;
        };
        EXPECT_FALSE(raised(Kind::anything)) << why;
        EXPECT_EQ(raised(Kind::mail), !as_mail) << why;
        EXPECT_EQ(raised(Kind::null_mx), !as_null) << why;
    }
}

TEST(JudgeMx, ComparesTheSetOfExchanges) {
    const MxExpectation expected{Kind::anything, {"b.example", "a.example"}};
    EXPECT_THAT(codes_of(facts_of(two, {good, also_good}), expected), Not(Contains("mx_unexpected")));
    EXPECT_THAT(codes_of(facts_of(one, {good}), expected), Contains("mx_unexpected"));
    EXPECT_THAT(codes_of(facts_of(mx_of({{1, "a.example"}, {2, "b.example"}, {3, "c.example"}})), expected),
                Contains("mx_unexpected"));
    EXPECT_THAT(codes_of(facts_of(mx_of({{0, "."}})), expected), Contains("mx_unexpected"));
    EXPECT_THAT(codes_of(facts_of(silent), expected), Not(Contains("mx_unexpected"))) << "nothing is known";
    EXPECT_THAT(codes_of(facts_of(nodata(), {{"example.com", v4, v6}}), {Kind::anything, {"example.com"}}),
                Not(Contains("mx_unexpected")));
}

// ---- How it is said -------------------------------------------------------------------------------------------------

std::string summary_of(std::string_view code, const MxFacts& facts, const MxExpectation& expected = {}) {
    for (const Finding& finding : judge_mx(facts, expected)) {
        if (finding.statement.code.text() == code) return finding.statement.summary;
    }
    return {};
}

TEST(JudgeMx, SaysWhatWasSeen) {
    EXPECT_EQ(summary_of("dns.no_usable_mx", facts_of(two)),
              "none of 2 exchanges has a usable address: a.example, b.example");
    EXPECT_EQ(summary_of("dns.mx_unexpected", facts_of(one, {good}), {Kind::anything, {"b.example"}}),
              "expected b.example, published a.example");
    EXPECT_EQ(summary_of("dns.mx_unexpected", facts_of(nxdomain()), {Kind::mail, {}}),
              "mail is expected to be taken, the MX is nxdomain");
    EXPECT_EQ(summary_of("dns.mx_duplicate", facts_of(two, {good, {"b.example", v4}})),
              "a.example and b.example are both 8.8.8.8");
    EXPECT_EQ(
        summary_of("dns.mx_private_address", facts_of(one, {{"a.example", private_v4, addresses({"2002:a00:1::1"})}})),
        "a.example: 10.0.0.1 (private use), 2002:a00:1::1 (private use, inside 6to4)");
    EXPECT_EQ(summary_of("dns.lookup_failed", facts_of(one, {{"a.example", v4, failed(DnsError::servfail)}})),
              "a.example: AAAA lookup: servfail");
    EXPECT_EQ(summary_of("dns.too_many_endpoints",
                         facts_of(one, {{"a.example", addresses({"8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4"}), v6}})),
              "1 address not probed: over `smtp.max_endpoints_per_domain`");
}

TEST(JudgeMx, WarnsOfAnExchangeWithoutAName) {
    const auto findings = judge_mx(facts_of(mx_of({{10, "a\\032b"}})), {});
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(findings[0].statement.severity, Severity::critical) << "no usable exchange";
    EXPECT_EQ(findings[1].statement.severity, Severity::warning);
}

TEST(MxWords, AreThoseOfTheReport) {
    EXPECT_EQ(name(MxState::explicit_), "explicit");
    EXPECT_EQ(name(MxState::none_usable), "none_usable");
    EXPECT_EQ(name(ExchangeState::refused_by_policy), "refused_by_policy");
}

}  // namespace
}  // namespace mxfleet
