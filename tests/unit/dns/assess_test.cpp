#include "probes/dns/assess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t cap = 64;

std::vector<std::string> names_of(const MxFacts& facts) {
    std::vector<std::string> names;
    for (const MxExchange& exchange : facts.exchanges)
        names.push_back(exchange.name);
    return names;
}

MxFacts assess(const DnsResult& result) {
    return assess_mx("example.com", result, cap);
}

// ---- The MX answer --------------------------------------------------------------------------------------------------

TEST(AssessMx, PutsTheLowestPreferenceFirst) {
    const MxFacts facts = assess(mx_of({{20, "b.example"}, {10, "z.example"}, {10, "a.example"}}, Dnssec::secure));
    EXPECT_EQ(facts.state, MxState::explicit_);
    EXPECT_THAT(names_of(facts), ElementsAre("a.example", "z.example", "b.example"));
    EXPECT_EQ(facts.records, 3u);
    EXPECT_EQ(facts.dnssec, Dnssec::secure);
    EXPECT_EQ(facts.ttl, seconds{300});
    EXPECT_EQ(facts.resolver, "127.0.0.1:53");
    EXPECT_GT(facts.lookup, Duration::zero());
    EXPECT_TRUE(wants_addresses(facts.exchanges[0]));
}

struct MxRow {
    std::string_view why;
    DnsResult result;
    MxState state;
    std::vector<std::string> exchanges;
    bool null_mixed = false;
    bool null_malformed = false;
};

std::ostream& operator<<(std::ostream& out, const MxRow& row) {
    return out << row.why;
}

class MxAnswers : public testing::TestWithParam<MxRow> {};

TEST_P(MxAnswers, AreTakenByTheBook) {
    const auto& [why, result, state, exchanges, null_mixed, null_malformed] = GetParam();
    const MxFacts facts = assess(result);
    EXPECT_EQ(name(facts.state), name(state));
    EXPECT_EQ(names_of(facts), exchanges);
    EXPECT_EQ(facts.null_mixed, null_mixed);
    EXPECT_EQ(facts.null_malformed, null_malformed);
    EXPECT_EQ(facts.error.has_value(), state == MxState::unknown);
}

INSTANTIATE_TEST_SUITE_P(
    Assess, MxAnswers,
    testing::Values(
        MxRow{"no MX", nodata(), MxState::implicit, {"example.com"}},
        MxRow{"no MX behind an alias", behind({"b.example"}, nodata()), MxState::implicit, {"b.example"}},
        MxRow{"no such name", nxdomain(), MxState::nxdomain, {}},
        MxRow{"an alias of no such name", behind({"gone.example"}, nxdomain()), MxState::nxdomain, {}},
        MxRow{"null MX", mx_of({{0, "."}}), MxState::null, {}},
        MxRow{"null MX of another preference", mx_of({{10, "."}}), MxState::null, {}, false, true},
        MxRow{"nothing but null MX", mx_of({{0, "."}, {10, "."}}), MxState::null, {}, false, true},
        MxRow{"null MX among others", mx_of({{0, "."}, {10, "a.example"}}), MxState::explicit_, {"a.example"}, true},
        MxRow{"null MX of another preference among others",
              mx_of({{5, "."}, {10, "a.example"}}),
              MxState::explicit_,
              {"a.example"},
              true},
        MxRow{"SERVFAIL", failed(DnsError::servfail), MxState::unknown, {}},
        MxRow{"silence", failed(DnsError::timeout), MxState::unknown, {}},
        MxRow{"bogus", failed(DnsError::bogus), MxState::unknown, {}}));

TEST(AssessMx, KeepsTheError) {
    EXPECT_EQ(assess(failed(DnsError::refused)).error, DnsError::refused);
}

TEST(AssessMx, NamesEachExchangeOnce) {
    const MxFacts facts = assess(mx_of({{20, "a.example"}, {10, "a.example"}, {10, "b.example"}, {30, "a.example"}}));
    EXPECT_THAT(names_of(facts), ElementsAre("a.example", "b.example"));
    EXPECT_EQ(facts.exchanges[0].preference, 10);
    EXPECT_THAT(facts.duplicates, ElementsAre("a.example"));
}

TEST(AssessMx, DropsTheHighestPreferencesOverTheCap) {
    const MxFacts facts = assess_mx("example.com", mx_of({{30, "c.example"}, {10, "a.example"}, {20, "b.example"}}), 2);
    EXPECT_THAT(names_of(facts), ElementsAre("a.example", "b.example"));
    EXPECT_EQ(facts.dropped_exchanges, 1u);
}

TEST(AssessMx, AsksForNoNameThatIsNone) {
    for (const std::string_view name : {"192.0.2.1", "2001:db8::1", "[192.0.2.1]", "[ipv6:2001:db8::1]"}) {
        const MxFacts facts = assess(mx_of({{10, std::string(name)}}));
        EXPECT_EQ(facts.exchanges[0].state, ExchangeState::ip_literal) << name;
        EXPECT_FALSE(wants_addresses(facts.exchanges[0]));
    }
    for (const std::string_view name : {"a\\000b.example", "a\\032b", "*.example.com", "a\\046b", "x;y"}) {
        const MxFacts facts = assess(mx_of({{10, std::string(name)}}));
        EXPECT_EQ(facts.exchanges[0].state, ExchangeState::refused_by_policy) << name;
        EXPECT_FALSE(wants_addresses(facts.exchanges[0]));
    }
}

TEST(AssessMx, CanBeAssumed) {
    const MxFacts facts = assume_mx("example.com", "new.example.com");
    EXPECT_EQ(facts.state, MxState::explicit_);
    EXPECT_THAT(names_of(facts), ElementsAre("new.example.com"));
}

// ---- Addresses ------------------------------------------------------------------------------------------------------

TEST(AssessAddresses, SortsAndCutsAndCounts) {
    const AddressAnswer answer = assess_addresses(addresses({"8.8.8.3", "8.8.8.1", "8.8.8.3", "8.8.8.2"}), 2);
    EXPECT_THAT(answer.addresses, ElementsAre(ip("8.8.8.1"), ip("8.8.8.2")));
    EXPECT_EQ(answer.dropped, 1u);
    EXPECT_EQ(answer.error, std::nullopt);
    EXPECT_EQ(answer.ttl, seconds{300});
}

TEST(AssessAddresses, KeepsWhatTheAnswerSays) {
    EXPECT_EQ(assess_addresses(failed(DnsError::timeout), cap).error, DnsError::timeout);
    EXPECT_TRUE(assess_addresses(nxdomain(), cap).is_nxdomain);
    EXPECT_EQ(assess_addresses(nodata(7), cap).ttl, seconds{7});
    EXPECT_EQ(assess_addresses(behind({"b.example", "c.example"}, addresses({"8.8.8.8"})), cap).alias_of, "c.example");
}

struct ExchangeCase {
    std::string_view why;
    DnsResult a;
    DnsResult aaaa;
    ExchangeState state;
    std::vector<std::string_view> addresses = {};
    std::vector<std::string_view> refused = {};
    std::string name = "mx.example";
};

std::ostream& operator<<(std::ostream& out, const ExchangeCase& row) {
    return out << row.why;
}

MxExchange assessed(std::string name, const DnsResult& a, const DnsResult& aaaa, const TargetSettings& targets = {}) {
    MxExchange exchange = assume_mx("example.com", std::move(name)).exchanges[0];
    assess_exchange(exchange, assess_addresses(a, cap), assess_addresses(aaaa, cap), targets);
    return exchange;
}

class ExchangeAnswers : public testing::TestWithParam<ExchangeCase> {};

TEST_P(ExchangeAnswers, AreTakenByTheBook) {
    const ExchangeCase& row = GetParam();
    const TargetSettings targets{{*IpNetwork::parse("127.0.0.0/8")}, {*IpNetwork::parse("9.0.0.0/8")}};
    const MxExchange exchange = assessed(row.name, row.a, row.aaaa, targets);
    std::vector<std::string> kept;
    for (const IpAddress& address : exchange.addresses)
        kept.push_back(address.text());
    std::vector<std::string> refused;
    for (const RefusedAddress& each : exchange.refused)
        refused.push_back(each.ip.text());
    EXPECT_EQ(name(exchange.state), name(row.state));
    EXPECT_EQ(kept, std::vector<std::string>(row.addresses.begin(), row.addresses.end()));
    EXPECT_EQ(refused, std::vector<std::string>(row.refused.begin(), row.refused.end()));
}

using State = ExchangeState;

INSTANTIATE_TEST_SUITE_P(
    Assess, ExchangeAnswers,
    testing::Values(
        ExchangeCase{
            "both families", addresses({"8.8.8.8"}), addresses({"2a00::1"}), State::ok, {"8.8.8.8", "2a00::1"}},
        ExchangeCase{"IPv4 only", addresses({"8.8.8.8"}), nodata(), State::ok, {"8.8.8.8"}},
        ExchangeCase{"IPv4, NXDOMAIN for AAAA", addresses({"8.8.8.8"}), nxdomain(), State::ok, {"8.8.8.8"}},
        ExchangeCase{
            "IPv4, no answer for AAAA", addresses({"8.8.8.8"}), failed(DnsError::timeout), State::ok, {"8.8.8.8"}},
        ExchangeCase{"no address", nodata(), nodata(), State::no_address},
        ExchangeCase{"an endless alias", nodata(), nodata(), State::no_address},
        ExchangeCase{"no such name", nxdomain(), nxdomain(), State::not_found},
        ExchangeCase{"servers that contradict themselves", nodata(), nxdomain(), State::no_address},
        ExchangeCase{"no answers", failed(DnsError::timeout), failed(DnsError::servfail), State::unknown},
        ExchangeCase{"no answer for A", failed(DnsError::timeout), nodata(), State::unknown},
        ExchangeCase{"no answer for A, NXDOMAIN for AAAA", failed(DnsError::timeout), nxdomain(), State::unknown},
        ExchangeCase{"private address", addresses({"10.0.0.1"}), nodata(), State::refused_by_policy, {}, {"10.0.0.1"}},
        ExchangeCase{
            "private and public", addresses({"10.0.0.1", "8.8.8.8"}), nodata(), State::ok, {"8.8.8.8"}, {"10.0.0.1"}},
        ExchangeCase{"private, and no answer for AAAA",
                     addresses({"10.0.0.1"}),
                     failed(DnsError::timeout),
                     State::unknown,
                     {},
                     {"10.0.0.1"}},
        ExchangeCase{"denied", addresses({"9.9.9.9"}), nodata(), State::refused_by_policy, {}, {"9.9.9.9"}},
        ExchangeCase{"allowed", addresses({"127.0.0.1"}), nodata(), State::ok, {"127.0.0.1"}},
        ExchangeCase{"local name", addresses({"8.8.8.8"}), nodata(), State::refused_by_policy, {}, {"8.8.8.8"}, "mail"},
        ExchangeCase{"local name that is allowed",
                     addresses({"127.0.0.1"}),
                     nodata(),
                     State::ok,
                     {"127.0.0.1"},
                     {},
                     "localhost"},
        ExchangeCase{"local name that is denied",
                     addresses({"9.9.9.9"}),
                     nodata(),
                     State::refused_by_policy,
                     {},
                     {"9.9.9.9"},
                     "mail"},
        ExchangeCase{"local name that does not exist", nxdomain(), nxdomain(), State::not_found, {}, {}, "mail"}));

TEST(AssessExchange, SaysWhyAnAddressIsRefused) {
    const TargetSettings targets{{}, {*IpNetwork::parse("9.0.0.0/8")}};
    const MxExchange exchange = assessed("mx.example", addresses({"9.9.9.9", "10.0.0.1"}), nodata(), targets);
    EXPECT_EQ(exchange.refused[0].verdict.kind, AddressVerdict::Kind::denied);
    EXPECT_EQ(exchange.refused[1].verdict.kind, AddressVerdict::Kind::reserved);
    EXPECT_EQ(exchange.refused[1].verdict.network, "private use");
    EXPECT_EQ(assessed("mail", addresses({"8.8.8.8"}), nodata()).refused[0].verdict.network, "behind a local name");
}

struct DnssecRow {
    Dnssec a;
    Dnssec aaaa;
    Dnssec both;
};

TEST(AssessExchange, IsAsSecureAsTheWeakerAnswer) {
    for (const auto& [a, aaaa, both] : {DnssecRow{Dnssec::secure, Dnssec::secure, Dnssec::secure},
                                        DnssecRow{Dnssec::secure, Dnssec::insecure, Dnssec::insecure},
                                        DnssecRow{Dnssec::unknown, Dnssec::secure, Dnssec::unknown},
                                        DnssecRow{Dnssec::secure, Dnssec::bogus, Dnssec::bogus}}) {
        AddressAnswer first = assess_addresses(addresses({"8.8.8.8"}), cap);
        AddressAnswer second = assess_addresses(nodata(), cap);
        first.dnssec = a;
        second.dnssec = aaaa;
        MxExchange exchange;
        assess_exchange(exchange, first, second, {});
        EXPECT_EQ(exchange.dnssec, both) << name(a) << " " << name(aaaa);
    }
}

// ---- The end --------------------------------------------------------------------------------------------------------

MxExchange exchange_in(State state, std::vector<std::string_view> texts = {}) {
    MxExchange exchange = assume_mx("example.com", "mx.example").exchanges[0];
    exchange.state = state;
    for (const std::string_view text : texts)
        exchange.addresses.push_back(ip(text));
    if (state == State::unknown) exchange.aaaa_error = DnsError::servfail;
    return exchange;
}

MxExchange denied_exchange() {
    MxExchange exchange = exchange_in(State::refused_by_policy);
    exchange.refused = {{ip("9.9.9.9"), {AddressVerdict::Kind::denied, {}, {}}}};
    return exchange;
}

MxExchange reserved_exchange() {
    MxExchange exchange = exchange_in(State::refused_by_policy);
    exchange.refused = {{ip("10.0.0.1"), {AddressVerdict::Kind::reserved, "private use", {}}}};
    return exchange;
}

struct ConclusionRow {
    std::string_view why;
    std::vector<MxExchange> exchanges;
    MxState state;
};

std::ostream& operator<<(std::ostream& out, const ConclusionRow& row) {
    return out << row.why;
}

class Conclusions : public testing::TestWithParam<ConclusionRow> {};

TEST_P(Conclusions, AreDrawn) {
    MxFacts facts;
    facts.state = MxState::explicit_;
    facts.exchanges = GetParam().exchanges;
    conclude(facts, cap);
    EXPECT_EQ(name(facts.state), name(GetParam().state));
    EXPECT_EQ(facts.error, facts.state == MxState::unknown ? std::optional{DnsError::servfail} : std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Assess, Conclusions,
    testing::Values(
        ConclusionRow{"one usable", {exchange_in(State::not_found), exchange_in(State::ok)}, MxState::explicit_},
        ConclusionRow{
            "usable beside unknown", {exchange_in(State::unknown), exchange_in(State::ok)}, MxState::explicit_},
        ConclusionRow{"none usable",
                      {exchange_in(State::not_found), exchange_in(State::no_address), exchange_in(State::ip_literal),
                       reserved_exchange()},
                      MxState::none_usable},
        ConclusionRow{"none known", {exchange_in(State::not_found), exchange_in(State::unknown)}, MxState::unknown},
        ConclusionRow{"none known beside denied", {denied_exchange(), exchange_in(State::unknown)}, MxState::unknown},
        ConclusionRow{"only we will not", {exchange_in(State::not_found), denied_exchange()}, MxState::explicit_}));

TEST(Conclude, LeavesWhatIsFinalAlone) {
    for (const MxState state : {MxState::null, MxState::nxdomain, MxState::unknown}) {
        MxFacts facts;
        facts.state = state;
        conclude(facts, cap);
        EXPECT_EQ(facts.state, state);
    }
}

TEST(Conclude, KeepsTheAddressesOfTheLowestPreferences) {
    MxFacts facts;
    facts.state = MxState::explicit_;
    facts.exchanges = {exchange_in(State::ok, {"8.8.8.1", "8.8.8.2"}), exchange_in(State::ok, {"8.8.8.3", "8.8.8.4"}),
                       exchange_in(State::ok, {"8.8.8.5"})};
    conclude(facts, 3);
    EXPECT_THAT(facts.exchanges[0].addresses, SizeIs(2));
    EXPECT_THAT(facts.exchanges[1].addresses, ElementsAre(ip("8.8.8.3")));
    EXPECT_THAT(facts.exchanges[2].addresses, IsEmpty());
    EXPECT_EQ(facts.dropped_addresses, 2u);
    EXPECT_EQ(facts.state, MxState::explicit_);
}

TEST(Conclude, KnowsTheShortestTtl) {
    MxFacts facts = assess(mx_of({{10, "a.example"}, {20, "b.example"}}));
    facts.exchanges[0].ttl = seconds{20};
    facts.exchanges[1].ttl = seconds{400};
    conclude(facts, cap);
    EXPECT_EQ(facts.shortest_ttl, seconds{20});
    EXPECT_EQ(facts.ttl, seconds{300});
}

// ---- Aliases over several answers -----------------------------------------------------------------------------------

TEST(Continued, JoinsBothAnswers) {
    const DnsResult whole =
        continued(stops_at({"b.example"}), behind({"c.example"}, addresses({"8.8.8.8"}, 20)), "a.example");
    EXPECT_THAT(whole.answer->aliases, ElementsAre("b.example", "c.example"));
    EXPECT_THAT(whole.answer->records, SizeIs(1));
    EXPECT_EQ(whole.answer->ttl, seconds{20});
    EXPECT_EQ(whole.elapsed, std::chrono::milliseconds{2});
    EXPECT_FALSE(whole.answer->endless);
}

TEST(Continued, IsNoBetterThanItsEnd) {
    EXPECT_EQ(continued(stops_at({"b.example"}), failed(DnsError::timeout), "a.example").answer.error(),
              DnsError::timeout);
    EXPECT_TRUE(continued(stops_at({"b.example"}), nxdomain(), "a.example").is_nxdomain());
    DnsResult secure = stops_at({"b.example"});
    secure.dnssec = Dnssec::secure;
    EXPECT_EQ(continued(secure, nodata(), "a.example").dnssec, Dnssec::insecure);
}

TEST(Continued, EndsInALoop) {
    for (const std::string target : {"a.example", "b.example"}) {
        const DnsResult whole =
            continued(stops_at({"b.example"}), behind({target}, addresses({"8.8.8.8"})), "a.example");
        EXPECT_TRUE(whole.answer->endless) << target;
        EXPECT_THAT(whole.answer->records, IsEmpty());
    }
}

TEST(Continued, EndsAfterEightAliases) {
    const DnsResult seven = stops_at({"1", "2", "3", "4", "5", "6", "7"});
    EXPECT_TRUE(continued(seven, behind({"8"}, addresses({"8.8.8.8"})), "0").has_records());
    const DnsResult nine = continued(seven, behind({"8", "9"}, addresses({"8.8.8.8"})), "0");
    EXPECT_TRUE(nine.answer->endless);
    EXPECT_FALSE(nine.has_records());
}

}  // namespace
}  // namespace mxfleet
