// What the fleet knows again after a restart.
#include "agent/fleet/memory.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Not so long that nobody cares any more.
const WallTime long_ago =
    std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) - std::chrono::days{100};

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
    now.relay = {.state = RelayState::suspected, .reason = "R03", .conclusive_at = long_ago};
    memory_->session_ended(endpoint(), now);
    restart();
    EndpointCell cell(endpoint());
    memory_->restore(cell);
    const auto status = cell.status.read();
    EXPECT_EQ(status->relay.state, RelayState::suspected);
    EXPECT_EQ(status->relay.reason, "R03");
    EXPECT_EQ(status->relay.conclusive_at, MaybeTime(long_ago));
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

TEST_F(MemoryTest, KnowsWhenStarttlsWasLastOffered) {
    EndpointStatus now = endpoint();
    now.checked_at = long_ago;
    auto session = std::make_shared<SessionFacts>();
    session->starttls = StartTls::broken;
    now.last = now.last_up = session;
    memory_->session_ended(endpoint(), now);
    restart();
    EndpointCell cell(endpoint());
    memory_->restore(cell);
    EXPECT_EQ(cell.status.read()->starttls_offered_at, coarse(long_ago));
    EXPECT_EQ(cell.status.read()->relay.state, endpoint().relay.state);
}

TEST_F(MemoryTest, AnEndpointsFindingsHoldSinceTheyWereFirstSeen) {
    const auto with = [](std::initializer_list<HeldStatement> findings) {
        EndpointStatus status = endpoint();
        status.findings = findings;
        return status;
    };
    const Statement gone("tls.not_offered", "gone");
    const Statement slow("smtp.banner_slow", "slow");
    EndpointStatus first = with({{gone, coarse(long_ago + 1h)}, {slow, coarse(long_ago + 1h)}});
    memory_->endpoint_judged(endpoint(), first);
    EndpointStatus second = with({{gone, coarse(long_ago + 1h)}});
    memory_->endpoint_judged(first, second);
    restart(long_ago + 24h);
    EndpointStatus again = with({{gone, coarse(long_ago + 25h)}, {slow, coarse(long_ago + 25h)}});
    memory_->endpoint_judged(endpoint(), again);
    EXPECT_EQ(again.findings[0].since, coarse(long_ago + 1h));
    EXPECT_EQ(again.findings[1].since, coarse(long_ago + 25h)) << "it had gone";
    EndpointStatus elsewhere = with({{gone, coarse(long_ago + 25h)}});
    elsewhere.key.port = 26;
    memory_->endpoint_judged(endpoint(), elsewhere);
    EXPECT_EQ(elsewhere.findings[0].since, coarse(long_ago + 25h));
    restart(long_ago + 48h);
    EndpointStatus third = with({{slow, coarse(long_ago + 49h)}});
    memory_->endpoint_judged(endpoint(), third);
    EXPECT_EQ(third.findings[0].since, coarse(long_ago + 25h));
}

MxFacts mx(std::initializer_list<std::pair<std::uint16_t, const char*>> exchanges) {
    MxFacts facts;
    facts.state = exchanges.size() == 0 ? MxState::implicit : MxState::explicit_;
    for (const auto& [preference, name] : exchanges) {
        MxExchange& exchange = facts.exchanges.emplace_back();
        exchange.name = name;
        exchange.preference = preference;
    }
    return facts;
}

TEST_F(MemoryTest, KnowsHowMxRecordsChanged) {
    const MxFacts first = mx({{10, "a"}});
    const MxFacts second = mx({{10, "b"}, {20, "c"}});
    EXPECT_EQ(memory_->mx_seen("example.com", nullptr, first, long_ago), std::nullopt) << "no run before this";
    EXPECT_EQ(memory_->mx_seen("example.com", &first, first, long_ago), std::nullopt);
    EXPECT_EQ(memory_->mx_seen("example.com", &first, second, long_ago), (MxChange{long_ago, "10 a", "10 b\n20 c"}));
    EXPECT_TRUE(memory_->mx_seen("example.com", &second, mx({}), long_ago + 1h));
    restart();
    DomainTarget domain;
    domain.cell = std::make_shared<DomainCell>(first_status("example.com", nullptr, {}));
    memory_->restore(domain);
    ASSERT_TRUE(domain.past);
    EXPECT_THAT(*domain.past->history,
                ElementsAre(MxChange{long_ago, "10 a", "10 b\n20 c"}, MxChange{long_ago + 1h, "10 b\n20 c", ""}));
    EXPECT_EQ(domain.past->changed_at, MaybeTime(long_ago + 1h));
    DomainTarget other;
    other.cell = std::make_shared<DomainCell>(first_status("other.example", nullptr, {}));
    memory_->restore(other);
    EXPECT_FALSE(other.past);
}

TEST_F(MemoryTest, NoticesThatTheMxChangedWhileTheAgentWasAway) {
    memory_->mx_seen("example.com", nullptr, mx({{10, "a"}}), long_ago);
    memory_->mx_seen("still.example", nullptr, mx({{10, "a"}}), long_ago);
    restart();
    const MxChange change{long_ago + 1h, "10 a", "10 b"};
    EXPECT_EQ(memory_->mx_seen("example.com", nullptr, mx({{10, "b"}}), long_ago + 1h), change);
    EXPECT_EQ(memory_->mx_seen("still.example", nullptr, mx({{10, "a"}}), long_ago + 1h), std::nullopt);
    restart();
    EXPECT_EQ(memory_->mx_seen("example.com", nullptr, mx({{10, "b"}}), long_ago + 2h), std::nullopt) << "told before";
    std::vector<StoredMxChange> kept;
    store_->mx_changes([&](const std::string&, const StoredMxChange& each) { kept.push_back(each); });
    EXPECT_THAT(kept, ElementsAre(StoredMxChange{"10 a", "10 b", long_ago + 1h}));
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

TEST_F(MemoryTest, TheAgentsOwnFindingsHoldSinceTheyWereFirstSeen) {
    const FindingCode blocked("vantage.egress_blocked");
    EXPECT_EQ(memory_->own_finding_began(blocked, long_ago), long_ago);
    restart();
    EXPECT_EQ(memory_->own_finding_began(blocked, long_ago + 1h), long_ago);
    memory_->own_finding_ended(blocked);
    EXPECT_EQ(memory_->own_finding_began(blocked, long_ago + 2h), long_ago + 2h) << "another time";
    memory_->own_finding_ended(blocked);
    restart();
    EXPECT_EQ(memory_->own_finding_began(blocked, long_ago + 3h), long_ago + 3h);
}

TEST_F(MemoryTest, FindingsThatDoNotComeBackAreForgotten) {
    store_->keep_finding("example.com mta_sts.absent", long_ago);
    restart();
    std::vector<Finding> held = {{Statement("mta_sts.absent", "seen"), Scope::domain, {}, {}, 0, long_ago}};
    store_->keep_finding("other.example mta_sts.absent", long_ago);
    restart();
    memory_->restore(held, "other.example");
    memory_->tidy(SteadyTime{} + Memory::recalls_for);
    restart();
    std::vector<std::string> names;
    store_->findings([&](const std::string& name, WallTime) { names.push_back(name); });
    EXPECT_THAT(names, ElementsAre("other.example mta_sts.absent"));
}

TEST(MemoryWithoutAStore, KeepsAndKnowsNothing) {
    Memory memory(nullptr);
    memory.recall({}, {});
    memory.session_ended(endpoint(), endpoint());
    memory.domain_judged({}, {});
    EndpointStatus judged = endpoint();
    memory.endpoint_judged(endpoint(), judged);
    memory.policy_fetched("example.com", {}, "");
    EXPECT_EQ(memory.own_finding_began(FindingCode("vantage.clock"), long_ago), long_ago);
    memory.own_finding_ended(FindingCode("vantage.clock"));
    EXPECT_EQ(memory.mx_seen("example.com", nullptr, mx({{10, "a"}}), {}), std::nullopt);
    EXPECT_EQ(memory.policies_of("example.com", {}), nullptr);
}

}  // namespace
}  // namespace mxfleet
