#include "probes/dns/resolve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <optional>

#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ResolveTest : public testing::Test {
protected:
    template <class T>
    T run(asio::awaitable<T> step) {
        std::optional<T> result;
        asio::co_spawn(context_, std::move(step), [&](const std::exception_ptr& error, T value) {
            if (error) std::rethrow_exception(error);
            result = std::move(value);
        });
        context_.restart();
        context_.run();
        return *std::move(result);
    }

    MxFacts resolve(std::string domain = "example.com") { return run(resolve_mx(dns_, std::move(domain), settings_)); }

    asio::io_context context_;
    FakeLookup dns_{context_};
    ResolveSettings settings_;
};

TEST_F(ResolveTest, AsksForTheAddressesOfAllExchanges) {
    dns_.say("example.com", RecordType::mx, mx_of({{10, "a.example"}, {20, "b.example"}}));
    dns_.say("a.example", RecordType::a, addresses({"8.8.8.1"}));
    dns_.say("a.example", RecordType::aaaa, addresses({"2a00::1"}));
    dns_.say("b.example", RecordType::a, addresses({"8.8.8.2"}));
    dns_.say("b.example", RecordType::aaaa, nodata());
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.state, MxState::explicit_);
    EXPECT_THAT(facts.exchanges[0].addresses, ElementsAre(ip("8.8.8.1"), ip("2a00::1")));
    EXPECT_THAT(facts.exchanges[1].addresses, ElementsAre(ip("8.8.8.2")));
    EXPECT_THAT(dns_.asked, UnorderedElementsAre("example.com MX", "a.example A", "a.example AAAA", "b.example A",
                                                 "b.example AAAA"));
}

TEST_F(ResolveTest, FallsBackToTheDomainOnlyWithoutMx) {
    dns_.say("example.com", RecordType::mx, nodata());
    dns_.say("example.com", RecordType::a, addresses({"8.8.8.8"}));
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.state, MxState::implicit);
    EXPECT_EQ(facts.exchanges[0].name, "example.com");
    EXPECT_EQ(facts.exchanges[0].preference, 0);
}

TEST_F(ResolveTest, NeverFallsBackOtherwise) {
    dns_.say("example.com", RecordType::a, addresses({"8.8.8.8"}));
    for (const DnsResult& result : {nxdomain(), failed(DnsError::timeout), failed(DnsError::malformed),
                                    mx_of({{0, "."}}), mx_of({{10, "192.0.2.1"}})}) {
        dns_.say("example.com", RecordType::mx, result);
        dns_.asked.clear();
        resolve();
        EXPECT_THAT(dns_.asked, ElementsAre("example.com MX"));
    }
}

TEST_F(ResolveTest, FindsNoneUsable) {
    dns_.say("example.com", RecordType::mx, mx_of({{10, "gone.example"}}));
    dns_.say("example.com", RecordType::a, addresses({"8.8.8.8"}));
    EXPECT_EQ(resolve().state, MxState::none_usable);
}

// ---- SERVFAIL and CD ------------------------------------------------------------------------------------------------

TEST_F(ResolveTest, TellsBogusFromBroken) {
    dns_.say("example.com", RecordType::mx, failed(DnsError::servfail));
    dns_.say("example.com", RecordType::mx, mx_of({{10, "a.example"}}), true);
    const MxFacts bogus = resolve();
    EXPECT_EQ(bogus.state, MxState::unknown);
    EXPECT_EQ(bogus.error, DnsError::bogus);
    EXPECT_EQ(bogus.dnssec, Dnssec::bogus);
    EXPECT_THAT(bogus.exchanges, IsEmpty()) << "what is bogus is not used";
    EXPECT_THAT(dns_.asked, ElementsAre("example.com MX", "example.com MX CD"));

    dns_.say("example.com", RecordType::mx, failed(DnsError::servfail), true);
    const MxFacts broken = resolve();
    EXPECT_EQ(broken.error, DnsError::servfail);
    EXPECT_EQ(broken.dnssec, Dnssec::unknown);
}

TEST_F(ResolveTest, AsksNobodyToLookAwayUnlessThereIsServfail) {
    for (const DnsError error : {DnsError::timeout, DnsError::refused, DnsError::no_resolver, DnsError::local_fault}) {
        dns_.say("example.com", RecordType::mx, failed(error));
        dns_.asked.clear();
        EXPECT_EQ(resolve().error, error);
        EXPECT_THAT(dns_.asked, ElementsAre("example.com MX"));
    }
}

TEST_F(ResolveTest, TellsBogusAddresses) {
    dns_.say("example.com", RecordType::mx, mx_of({{10, "a.example"}}, Dnssec::secure));
    dns_.say("a.example", RecordType::a, failed(DnsError::servfail));
    dns_.say("a.example", RecordType::a, addresses({"8.8.8.8"}), true);
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.state, MxState::unknown);
    EXPECT_EQ(facts.error, DnsError::bogus);
    EXPECT_EQ(facts.dnssec, Dnssec::secure);
    EXPECT_EQ(facts.exchanges[0].dnssec, Dnssec::bogus);
    EXPECT_EQ(facts.exchanges[0].state, ExchangeState::unknown);
}

// ---- Aliases --------------------------------------------------------------------------------------------------------

TEST_F(ResolveTest, GoesOnWhereTheResolverStopsAtAnAlias) {
    dns_.say("example.com", RecordType::mx, stops_at({"b.example"}));
    dns_.say("b.example", RecordType::mx, stops_at({"c.example"}));
    dns_.say("c.example", RecordType::mx, mx_of({{10, "mx.example"}}));
    dns_.say("mx.example", RecordType::a, addresses({"8.8.8.8"}));
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.state, MxState::explicit_);
    EXPECT_EQ(facts.alias_of, "c.example");
}

TEST_F(ResolveTest, KeepsThePublishedNameOfAnExchangeThatIsAnAlias) {
    dns_.say("example.com", RecordType::mx, mx_of({{10, "mx.example"}}));
    dns_.say("mx.example", RecordType::a, stops_at({"host.example"}));
    dns_.say("mx.example", RecordType::aaaa, stops_at({"host.example"}));
    dns_.say("host.example", RecordType::a, addresses({"8.8.8.8"}));
    dns_.say("host.example", RecordType::aaaa, nodata());
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.exchanges[0].name, "mx.example");
    EXPECT_EQ(facts.exchanges[0].alias_of, "host.example");
    EXPECT_THAT(facts.exchanges[0].addresses, ElementsAre(ip("8.8.8.8")));
}

TEST_F(ResolveTest, EndsInALoopOverSeveralAnswers) {
    dns_.say("example.com", RecordType::mx, mx_of({{10, "a.example"}}));
    for (const RecordType type : {RecordType::a, RecordType::aaaa}) {
        dns_.say("a.example", type, stops_at({"b.example"}));
        dns_.say("b.example", type, stops_at({"a.example"}));
    }
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.exchanges[0].state, ExchangeState::no_address);
    EXPECT_EQ(facts.state, MxState::none_usable);
}

TEST_F(ResolveTest, EndsAtTheNinthAliasOverSeveralAnswers) {
    for (int hop = 0; hop < 20; ++hop)
        dns_.say("h" + std::to_string(hop), RecordType::mx, stops_at({"h" + std::to_string(hop + 1)}));
    resolve("h0");
    EXPECT_EQ(std::ranges::count_if(dns_.asked, [](const auto& each) { return each.ends_with("MX"); }), 9);
}

TEST_F(ResolveTest, TakesTheTargetsWordThatThereIsNothing) {
    DnsAnswer without_soa;
    dns_.say("example.com", RecordType::mx, stops_at({"b.example"}));
    dns_.say("b.example", RecordType::mx, answered(without_soa));
    dns_.say("b.example", RecordType::a, addresses({"8.8.8.8"}));
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.state, MxState::implicit);
    EXPECT_EQ(facts.exchanges[0].name, "b.example");
}

// ---- Bounds ---------------------------------------------------------------------------------------------------------

TEST_F(ResolveTest, AsksAFewAtATime) {
    std::vector<MxRecord> records;
    for (std::uint16_t each = 0; each < 40; ++each)
        records.push_back({each, "mx" + std::to_string(each) + ".example"});
    dns_.say("example.com", RecordType::mx, mx_of(records));
    std::optional<MxFacts> facts;
    asio::co_spawn(context_, resolve_mx(dns_, "example.com", settings_),
                   [&](const std::exception_ptr&, MxFacts value) { facts = std::move(value); });
    dns_.hold();
    context_.poll();
    EXPECT_EQ(dns_.most_at_once, 8u);
    dns_.release();
    context_.run();
    EXPECT_EQ(dns_.asked.size(), 81u);
    EXPECT_EQ(facts->state, MxState::none_usable);
}

TEST_F(ResolveTest, CapsExchangesAndAddresses) {
    settings_.max_endpoints = 3;
    dns_.say("example.com", RecordType::mx,
             mx_of({{1, "a.example"}, {2, "b.example"}, {3, "c.example"}, {4, "d.example"}, {5, "e.example"}}));
    for (const std::string name : {"a.example", "b.example", "c.example", "d.example", "e.example"})
        dns_.say(name, RecordType::a, addresses({"8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4", "8.8.8.5"}));
    const MxFacts facts = resolve();
    EXPECT_EQ(facts.exchanges.size(), 3u);
    EXPECT_EQ(facts.dropped_exchanges, 2u);
    EXPECT_EQ(facts.exchanges[0].addresses.size(), 3u);
    EXPECT_THAT(facts.exchanges[1].addresses, IsEmpty());
    EXPECT_EQ(facts.dropped_addresses, 12u) << "of fifteen";
}

TEST_F(ResolveTest, KnowsNothingWhenItIsCancelled) {
    dns_.say("example.com", RecordType::mx, mx_of({{10, "a.example"}}));
    asio::cancellation_signal cancel;
    std::optional<MxFacts> facts;
    const auto keep = [&](const std::exception_ptr& error, MxFacts value) {
        if (!error) facts = std::move(value);
    };
    asio::co_spawn(context_, resolve_mx(dns_, "example.com", settings_),
                   asio::bind_cancellation_slot(cancel.slot(), keep));
    dns_.hold();
    context_.poll();
    cancel.emit(asio::cancellation_type::terminal);
    context_.poll();
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->state, MxState::unknown);
    EXPECT_EQ(facts->error, DnsError::local_fault);
    dns_.release();
    context_.run();
}

// ---- The others -----------------------------------------------------------------------------------------------------

TEST_F(ResolveTest, CanDoForAHostThatIsNotYetPublished) {
    dns_.say("new.example.com", RecordType::a, addresses({"8.8.8.8"}));
    const MxFacts facts = run(resolve_host(dns_, "example.com", "new.example.com", settings_));
    EXPECT_EQ(facts.state, MxState::explicit_);
    EXPECT_EQ(facts.domain, "example.com");
    EXPECT_THAT(facts.exchanges[0].addresses, ElementsAre(ip("8.8.8.8")));
    EXPECT_THAT(dns_.asked, ElementsAre("new.example.com A", "new.example.com AAAA"));
}

TEST_F(ResolveTest, FindsTexts) {
    dns_.say("_mta-sts.example.com", RecordType::txt, stops_at({"sts.example"}));
    dns_.say("sts.example", RecordType::txt, answered(with_records({TxtRecord{{"v=STSv1; ", "id=1;"}}})));
    EXPECT_EQ(run(resolve_txt(dns_, "_mta-sts.example.com"))->records.at(0).joined(), "v=STSv1; id=1;");
    EXPECT_THAT(run(resolve_txt(dns_, "nothing.example"))->records, IsEmpty());
    dns_.say("broken.example", RecordType::txt, failed(DnsError::refused));
    EXPECT_EQ(run(resolve_txt(dns_, "broken.example")).error(), DnsError::refused);
}

}  // namespace
}  // namespace mxfleet
