#include "probes/dns/shared_lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <memory>
#include <optional>

#include "tests/unit/dns/fake_lookup.hpp"

namespace mxfleet {
namespace {

using namespace testing_dns;
using testing::ElementsAre;

class SharedLookupTest : public testing::Test {
protected:
    SharedLookupTest() {
        source_.say("mx.example", RecordType::a, addresses({"8.8.8.8"}));
        source_.say("mx.example", RecordType::mx, mx_of({{10, "a.example"}}));
    }

    /// A query that has been started, and its result once that is there.
    struct Started {
        asio::cancellation_signal cancel;
        std::optional<DnsResult> result;
    };
    using Pending = std::shared_ptr<Started>;

    Pending start(std::string name, RecordType type = RecordType::a, DnsFlags flags = {}) {
        const auto pending = std::make_shared<Started>();
        const auto keep = [pending](const std::exception_ptr& error, DnsResult result) {
            if (error) std::rethrow_exception(error);
            pending->result = std::move(result);
        };
        asio::co_spawn(context_, shared_.query(std::move(name), type, flags),
                       asio::bind_cancellation_slot(pending->cancel.slot(), keep));
        return pending;
    }

    DnsResult ask(std::string name, RecordType type = RecordType::a, DnsFlags flags = {}) {
        const Pending pending = start(std::move(name), type, flags);
        run();
        return pending->result.value();
    }

    void run() {
        context_.restart();
        context_.poll();
    }

    asio::io_context context_;
    FakeLookup source_{context_};
    SharedLookup shared_{context_, source_};
};

TEST_F(SharedLookupTest, AsksOnceForManyAtTheSameTime) {
    source_.hold();
    std::vector<Pending> pending;
    for (int each = 0; each < 100; ++each)
        pending.push_back(start(each % 2 == 0 ? "mx.example" : "MX.Example."));
    run();
    source_.release();
    run();
    for (const Pending& each : pending)
        EXPECT_TRUE(each->result.value().has_records());
    EXPECT_THAT(source_.asked, ElementsAre("mx.example A"));
}

TEST_F(SharedLookupTest, KeepsAddresses) {
    ask("mx.example");
    EXPECT_TRUE(ask("mx.example").has_records());
    EXPECT_THAT(source_.asked, ElementsAre("mx.example A"));
}

TEST_F(SharedLookupTest, KeepsTlsaRecords) {
    source_.say("_25._tcp.mx.example", RecordType::tlsa, answered(with_records({TlsaRecord{3, 1, 1, {1, 2}}})));
    for (int each = 0; each < 2; ++each)
        EXPECT_TRUE(ask("_25._tcp.mx.example", RecordType::tlsa).has_records());
    EXPECT_THAT(source_.asked, ElementsAre("_25._tcp.mx.example TLSA"));
}

TEST_F(SharedLookupTest, KeepsNothingElse) {
    for (int each = 0; each < 2; ++each)
        EXPECT_TRUE(ask("mx.example", RecordType::mx).has_records());
    DnsFlags flags;
    flags.checking_disabled = true;
    for (int each = 0; each < 2; ++each)
        ask("mx.example", RecordType::a, flags);
    EXPECT_THAT(source_.asked, ElementsAre("mx.example MX", "mx.example MX", "mx.example A CD", "mx.example A CD"));
}

TEST_F(SharedLookupTest, GoesOnWhenTheFirstToAskIsCancelled) {
    source_.hold();
    const Pending first = start("mx.example");
    run();
    first->cancel.emit(asio::cancellation_type::terminal);
    run();
    EXPECT_EQ(first->result.value().answer.error(), DnsError::local_fault);

    const Pending second = start("mx.example");
    run();
    source_.release();
    run();
    EXPECT_TRUE(second->result.value().has_records());
    EXPECT_THAT(source_.asked, ElementsAre("mx.example A"));
}

}  // namespace
}  // namespace mxfleet
