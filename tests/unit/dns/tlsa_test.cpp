// RFC 7672 §2.2: who is asked for TLSA records, in which order, and the four outcomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <asio/co_spawn.hpp>

#include "probes/dns/resolve.hpp"
#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const TlsaRecord of_key{3, 1, 1, std::vector<std::uint8_t>(32, 0xAB)};
const TlsaRecord of_pkix{1, 1, 1, std::vector<std::uint8_t>(32, 0xAB)};

DnsResult secure(DnsResult result) {
    result.dnssec = Dnssec::secure;
    return result;
}

DnsResult tlsa(std::vector<DnsRecord> records, Dnssec dnssec = Dnssec::secure) {
    return answered(with_records(std::move(records), 100), dnssec);
}

/// A domain with one exchange, everything signed, and no TLSA records.
class TlsaTest : public testing::Test {
protected:
    TlsaTest() {
        settings_.tlsa_port = 25;
        dns_.say("example.com", RecordType::mx, mx_of({{10, "mx.example"}}, Dnssec::secure));
        dns_.say("mx.example", RecordType::a, secure(addresses({"8.8.8.8"})));
        dns_.say("mx.example", RecordType::aaaa, secure(nodata()));
    }

    /// The exchange becomes an alias of host.example.
    void alias(Dnssec whole) {
        for (const auto& [type, end] :
             {std::pair{RecordType::a, addresses({"8.8.8.8"})}, {RecordType::aaaa, nodata()}}) {
            DnsResult result = behind({"host.example"}, end);
            result.dnssec = whole;
            dns_.say("mx.example", type, result);
        }
    }

    MxFacts resolve() { return run(resolve_mx(dns_, "example.com", settings_)); }

    /// What is known of the exchange's records, and who was asked for TLSA or CNAME meanwhile.
    SharedTlsa found() {
        dns_.asked.clear();
        const MxFacts facts = resolve();
        std::erase_if(dns_.asked, [](const auto& each) { return !each.contains("TLSA") && !each.contains("CNAME"); });
        EXPECT_EQ(facts.exchanges.size(), 1u);
        return facts.exchanges.empty() ? nullptr : facts.exchanges[0].tlsa;
    }

    MxFacts run(asio::awaitable<MxFacts> step) {
        std::optional<MxFacts> result;
        asio::co_spawn(context_, std::move(step), [&](const std::exception_ptr& error, MxFacts value) {
            if (error) std::rethrow_exception(error);
            result = std::move(value);
        });
        context_.restart();
        context_.run();
        return *std::move(result);
    }

    asio::io_context context_;
    FakeLookup dns_{context_};
    ResolveSettings settings_;
};

// ---- The four outcomes ----------------------------------------------------------------------------------------------

TEST_F(TlsaTest, SecureAndUsable) {
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key, of_pkix}));
    const SharedTlsa seen = found();
    EXPECT_EQ(seen->state, TlsaState::usable);
    EXPECT_EQ(seen->base, "mx.example");
    EXPECT_THAT(seen->records, ElementsAre(of_key, of_pkix));
    EXPECT_EQ(seen->usable, 1u);
    EXPECT_THAT(dns_.asked, ElementsAre("_25._tcp.mx.example TLSA"));
    EXPECT_EQ(resolve().shortest_ttl, std::chrono::seconds{60}) << "of the absence of AAAA";
    dns_.say("mx.example", RecordType::aaaa, secure(addresses({"2a00::1"})));
    EXPECT_EQ(resolve().shortest_ttl, std::chrono::seconds{100}) << "that of the records";
}

TEST_F(TlsaTest, SecureAndNoneUsable) {
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_pkix, TlsaRecord{3, 1, 1, {1, 2, 3}}}));
    EXPECT_EQ(found()->state, TlsaState::unusable);
}

TEST_F(TlsaTest, AbsentOrInsecure) {
    for (const DnsResult& none : {secure(nodata()), secure(nxdomain()), nodata(), nxdomain()}) {
        dns_.say("_25._tcp.mx.example", RecordType::tlsa, none);
        EXPECT_EQ(found(), tlsa_without_records(TlsaState::absent));
    }
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}, Dnssec::insecure));
    EXPECT_EQ(found(), tlsa_without_records(TlsaState::insecure));
}

TEST_F(TlsaTest, AFailedLookupIsNoAbsence) {
    for (const DnsError error : {DnsError::servfail, DnsError::timeout, DnsError::refused, DnsError::malformed}) {
        dns_.say("_25._tcp.mx.example", RecordType::tlsa, failed(error));
        dns_.say("_25._tcp.mx.example", RecordType::tlsa, failed(error), true);
        const SharedTlsa seen = found();
        EXPECT_EQ(seen->state, TlsaState::lookup_failed);
        EXPECT_EQ(seen->error, error);
        EXPECT_EQ(seen->base, "mx.example");
    }
    EXPECT_EQ(resolve().shortest_ttl, std::chrono::seconds{0}) << "to be found again soon";
    EXPECT_EQ(resolve().state, MxState::explicit_);
}

TEST_F(TlsaTest, ABogusAnswerIsAFailure) {
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, failed(DnsError::servfail));
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}), true);
    EXPECT_EQ(found()->error, DnsError::bogus);
    EXPECT_THAT(dns_.asked, ElementsAre("_25._tcp.mx.example TLSA", "_25._tcp.mx.example TLSA CD"));
}

TEST_F(TlsaTest, OurOwnFaultSaysNothing) {
    for (const DnsError error : {DnsError::no_resolver, DnsError::local_fault}) {
        dns_.say("_25._tcp.mx.example", RecordType::tlsa, failed(error));
        EXPECT_EQ(found(), nullptr);
    }
}

// ---- Who is asked ---------------------------------------------------------------------------------------------------

TEST_F(TlsaTest, NobodyIsAskedUnlessTheMxIsSecure) {
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}));
    dns_.say("example.com", RecordType::mx, mx_of({{10, "mx.example"}}, Dnssec::insecure));
    EXPECT_EQ(found(), tlsa_without_records(TlsaState::insecure));
    EXPECT_THAT(dns_.asked, IsEmpty());
    dns_.say("example.com", RecordType::mx, mx_of({{10, "mx.example"}}, Dnssec::unknown));
    EXPECT_EQ(found(), nullptr) << "an AD bit that means nothing";
    EXPECT_THAT(dns_.asked, IsEmpty());
}

TEST_F(TlsaTest, NobodyIsAskedUnlessTheAddressesAreSecure) {
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}));
    dns_.say("mx.example", RecordType::a, addresses({"8.8.8.8"}));
    EXPECT_EQ(found(), tlsa_without_records(TlsaState::insecure));
    dns_.say("mx.example", RecordType::a, failed(DnsError::timeout));
    EXPECT_EQ(found(), nullptr);
    EXPECT_THAT(dns_.asked, IsEmpty());
}

TEST_F(TlsaTest, ThePortIsTheEndpoints) {
    settings_.tlsa_port = 2525;
    dns_.say("_2525._tcp.mx.example", RecordType::tlsa, tlsa({of_key}));
    EXPECT_EQ(found()->state, TlsaState::usable);
}

TEST_F(TlsaTest, AHostThatIsNotYetPublishedIsAskedToo) {
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}));
    const MxFacts facts = run(resolve_host(dns_, "example.com", "mx.example", settings_));
    EXPECT_EQ(facts.dnssec, Dnssec::unknown);
    EXPECT_EQ(facts.exchanges[0].tlsa->state, TlsaState::usable);
}

TEST_F(TlsaTest, OfManyExchangesEachHasItsOwn) {
    std::vector<MxRecord> records;
    for (std::uint16_t each = 0; each < 20; ++each) {
        const std::string host = "mx" + std::to_string(each) + ".example";
        records.push_back({each, host});
        dns_.say(host, RecordType::a, each % 2 == 0 ? secure(addresses({"8.8.8.8"})) : addresses({"8.8.8.8"}));
        dns_.say(host, RecordType::aaaa, secure(nodata()));
        dns_.say("_25._tcp." + host, RecordType::tlsa, each % 4 == 0 ? tlsa({of_key}) : secure(nxdomain()));
    }
    dns_.say("example.com", RecordType::mx, mx_of(records, Dnssec::secure));
    const MxFacts facts = resolve();
    for (std::size_t each = 0; each < 20; ++each) {
        const TlsaState wanted = each % 4 == 0   ? TlsaState::usable
                                 : each % 2 == 0 ? TlsaState::absent
                                                 : TlsaState::insecure;
        EXPECT_EQ(facts.exchanges[each].tlsa->state, wanted) << each;
    }
}

// ---- Aliases --------------------------------------------------------------------------------------------------------

TEST_F(TlsaTest, OfASecureAliasTheExpandedNameComesFirst) {
    alias(Dnssec::secure);
    dns_.say("_25._tcp.host.example", RecordType::tlsa, tlsa({of_key}));
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_pkix}));
    EXPECT_EQ(found()->base, "host.example");
    EXPECT_THAT(dns_.asked, ElementsAre("_25._tcp.host.example TLSA"));
}

TEST_F(TlsaTest, OfASecureAliasTheOriginalNameIsNext) {
    alias(Dnssec::secure);
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}));
    for (const DnsResult& first : {secure(nxdomain()), tlsa({of_pkix}, Dnssec::insecure)}) {
        dns_.say("_25._tcp.host.example", RecordType::tlsa, first);
        EXPECT_EQ(found()->base, "mx.example");
        EXPECT_THAT(dns_.asked, ElementsAre("_25._tcp.host.example TLSA", "_25._tcp.mx.example TLSA"));
    }
    dns_.say("_25._tcp.host.example", RecordType::tlsa, failed(DnsError::refused));
    EXPECT_EQ(found()->state, TlsaState::lookup_failed) << "a failure is no absence";
}

TEST_F(TlsaTest, OfAnAliasWithAnInsecureEndTheOriginalNameIsAsked) {
    alias(Dnssec::insecure);
    dns_.say("mx.example", RecordType::cname, secure(answered(with_records({NameRecord{"host.example"}}))));
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}));
    dns_.say("_25._tcp.host.example", RecordType::tlsa, tlsa({of_pkix}));
    EXPECT_EQ(found()->base, "mx.example");
    EXPECT_THAT(dns_.asked, ElementsAre("mx.example CNAME", "_25._tcp.mx.example TLSA"));
}

TEST_F(TlsaTest, OfAnInsecureAliasNobodyIsAsked) {
    alias(Dnssec::insecure);
    dns_.say("mx.example", RecordType::cname, answered(with_records({NameRecord{"host.example"}})));
    dns_.say("_25._tcp.mx.example", RecordType::tlsa, tlsa({of_key}));
    EXPECT_EQ(found(), tlsa_without_records(TlsaState::insecure));
    EXPECT_THAT(dns_.asked, ElementsAre("mx.example CNAME"));
    dns_.say("mx.example", RecordType::cname, secure(nodata()));
    EXPECT_EQ(found(), tlsa_without_records(TlsaState::insecure)) << "it is no alias any more";
    dns_.say("mx.example", RecordType::cname, failed(DnsError::servfail));
    EXPECT_EQ(found()->state, TlsaState::lookup_failed);
}

}  // namespace
}  // namespace mxfleet
