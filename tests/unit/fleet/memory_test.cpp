// What the fleet knows again after a restart.
#include "agent/fleet/memory.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr WallTime long_ago{std::chrono::days{20'000}};

class MemoryTest : public ::testing::Test {
protected:
    MemoryTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mxfleet-memory-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
        restart();
    }
    ~MemoryTest() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    void restart(WallTime started = long_ago) {
        store_.reset();
        store_ = std::move(*StateStore::open(directory_, [](const std::string& words) { FAIL() << words; }));
        memory_.emplace(store_.get());
        memory_->recall(SteadyTime{}, started);
    }

    std::string directory_;
    std::unique_ptr<StateStore> store_;
    std::optional<Memory> memory_;
};

EndpointStatus endpoint() {
    EndpointStatus status;
    status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25};
    return status;
}

TEST_F(MemoryTest, KnowsTheRelayStateAndItsAge) {
    EndpointStatus now = endpoint();
    now.checked_at = long_ago;
    now.relay = {RelayState::suspected, "R03", long_ago, long_ago, {}};
    memory_->session_ended(endpoint(), now);
    restart();
    EndpointCell cell(endpoint());
    memory_->restore(cell);
    const auto status = cell.status.read();
    EXPECT_EQ(status->relay.state, RelayState::suspected);
    EXPECT_EQ(status->relay.reason, "R03");
    EXPECT_EQ(status->relay.conclusive_at, MaybeTime(long_ago));
}

TEST_F(MemoryTest, KnowsWhenStarttlsWasLastOffered) {
    EndpointStatus now = endpoint();
    now.checked_at = long_ago;
    auto session = std::make_shared<SessionFacts>();
    session->starttls = StartTls::ok;
    now.last = now.last_up = session;
    memory_->session_ended(endpoint(), now);
    restart(long_ago + 24h);
    EndpointCell cell(endpoint());
    memory_->restore(cell);
    EXPECT_EQ(cell.status.read()->starttls_offered_at, MaybeTime(long_ago));
    EXPECT_FALSE(cell.status.read()->relay.conclusive_at) << "and no more than that";
}

TEST_F(MemoryTest, NotesStarttlsAndCertificatesOnce) {
    EndpointStatus now = endpoint();
    now.checked_at = long_ago;
    auto session = std::make_shared<SessionFacts>();
    ChainFacts chain;
    chain.sent.resize(1);
    chain.sent.front().sha256 = "aa";
    session->starttls = StartTls::ok;
    session->tls = TlsFacts{"", "", std::make_shared<const ChainFacts>(chain), true};
    now.last = now.last_up = session;
    memory_->session_ended(endpoint(), now);
    memory_->session_ended(now, now);
    store_->flush();
    EXPECT_THAT(store_->verdicts(), ElementsAre(StoredVerdict{now.key, "starttls", "offered", "", long_ago}));
    EXPECT_THAT(store_->certificates(now.key), SizeIs(1));
}

TEST_F(MemoryTest, FindingsHoldSinceTheyWereFirstSeen) {
    const Finding finding{Statement("mta_sts.absent", "seen"), Scope::domain, {}, {}, 0, long_ago + 1h};
    DomainStatus before;
    before.domain = "example.com";
    DomainStatus now = before;
    now.judgement.findings = {finding};
    memory_->domain_judged(before, now);
    restart(long_ago + 24h);
    std::vector<Finding> again = {finding};
    again.front().since = long_ago + 25h;
    memory_->restore(again, "example.com");
    EXPECT_EQ(again.front().since, MaybeTime(long_ago + 1h));
    memory_->domain_judged(now, before);  // it goes
    restart(long_ago + 48h);
    again.front().since = long_ago + 49h;
    memory_->restore(again, "example.com");
    EXPECT_EQ(again.front().since, MaybeTime(long_ago + 49h));
}

TEST_F(MemoryTest, FindingsThatDoNotComeBackAreForgotten) {
    store_->keep_finding("example.com mta_sts.absent", long_ago);
    restart();
    memory_->tidy(SteadyTime{} + Memory::recalls_for);
    restart();
    std::size_t count = 0;
    store_->findings([&](const std::string&, WallTime) { ++count; });
    EXPECT_EQ(count, 0u);
}

TEST(MemoryWithoutAStore, KeepsAndKnowsNothing) {
    Memory memory(nullptr);
    memory.recall({}, {});
    memory.session_ended(endpoint(), endpoint());
    memory.domain_judged({}, {});
    memory.policy_fetched("example.com", {}, "");
    EXPECT_EQ(memory.policies_of("example.com", {}), nullptr);
}

}  // namespace
}  // namespace mxfleet
