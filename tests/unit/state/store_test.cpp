// What survives a restart, and what becomes of directories that cannot be used.
#include "agent/state/store.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const EndpointKey endpoint{"mx1.example.com", *IpAddress::parse("2001:db8::1"), 25};

WallTime now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::vector<StoredMxChange> changes_in(StateStore& store) {
    std::vector<StoredMxChange> changes;
    store.mx_changes([&](const std::string&, const StoredMxChange& each) { changes.push_back(each); });
    return changes;
}

StoredPolicy policy() {
    return {"example.com", "1", "version: STSv1\n", now() - 1h, now() + 24h, 2, CertificateTime{1'800'000'000s}};
}

StoredFlowMessage flow_message(const char* token, const char* state) {
    return {token, "inbound", endpoint, state, now() - 1h, now(), {}, now(), 2, 5, "INBOX/1 2\n", "250 ok", ""};
}

class StateTest : public ::testing::Test {
protected:
    StateTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mxfleet-state-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
    }
    ~StateTest() override { std::filesystem::remove_all(directory_); }

    auto open() {
        return StateStore::open(directory_, [this](const std::string& words) { complaints_.push_back(words); });
    }
    std::string file() const { return directory_ + "/state.sqlite"; }

    std::string directory_;
    std::vector<std::string> complaints_;
    const WallTime wall_ = now() - 5min;
};

TEST_F(StateTest, EverythingIsThereAfterARestart) {
    const StoredPolicy kept = policy();
    const StoredVerdict verdict{endpoint, "relay", "closed", "", now()};
    {
        const auto store = *open();
        store->keep(StoredPolicy{"example.com", "0", "old", now(), now() + 1h, 0, {}});
        store->keep(kept);
        store->keep(verdict);
        store->keep_finding("example.com dns.null_mx", now());
        store->keep_finding("example.com mta_sts.absent", wall_);
        store->forget_finding("example.com dns.null_mx");
        store->record_mx_change("example.com", {"10 a", "10 b", wall_});
        store->keep_mx_set("example.com", "10 a", wall_);
        store->keep_mx_set("example.com", "10 b", wall_);
    }
    const auto store = *open();
    EXPECT_THAT(store->policies(), ElementsAre(kept));
    EXPECT_THAT(store->verdicts(), ElementsAre(verdict));
    EXPECT_THAT(changes_in(*store), ElementsAre(StoredMxChange{"10 a", "10 b", wall_}));
    EXPECT_EQ(store->mx_set("example.com"), "10 b");
    EXPECT_EQ(store->mx_set("other.example"), std::nullopt);
    std::vector<std::string> names;
    store->findings([&](const std::string& name, WallTime since) {
        names.push_back(name);
        EXPECT_EQ(since, wall_);
    });
    EXPECT_THAT(names, ElementsAre("example.com mta_sts.absent"));
    EXPECT_THAT(complaints_, IsEmpty());
}

TEST_F(StateTest, MessagesOfFlowsAreKeptAsTheyLastWere) {
    const StoredFlowMessage last = flow_message("1", "arrived");
    {
        const auto store = *open();
        store->keep(flow_message("1", "handing"));
        store->keep(flow_message("2", "handing"));
        store->keep(last);
        store->forget_flow_message("2");
    }
    EXPECT_THAT((*open())->flow_messages(), ElementsAre(last));
}

TEST_F(StateTest, TellsWhenWhatWasKeptIsWritten) {
    const auto store = *open();
    std::promise<std::size_t> rows;
    store->keep(flow_message("1", "handing"));
    store->when_written([&] {
        std::size_t count = 0;
        auto database = *Database::open(file());
        ASSERT_TRUE(database.read("SELECT token FROM flow_messages", {}, [&](const DatabaseRow&) { ++count; }));
        rows.set_value(count);
    });
    EXPECT_EQ(rows.get_future().get(), 1u);
    std::promise<void> nothing_new;
    store->when_written([&] { nothing_new.set_value(); });
    EXPECT_EQ(nothing_new.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(StateTest, ACertificateIsRecordedWhenItIsAnotherOne) {
    const auto store = *open();
    for (const char* const sha256 : {"aa", "aa", "bb", "aa"})
        store->record_certificate(endpoint, {sha256, "CA", CertificateTime{}, now()});
    store->flush();
    std::vector<std::string> seen;
    for (const StoredCertificate& each : store->certificates(endpoint))
        seen.push_back(each.sha256);
    EXPECT_THAT(seen, ElementsAre("aa", "bb", "aa"));
}

TEST_F(StateTest, OnlyTheLastChangesOfEachAreKept) {
    constexpr int too_many = StateStore::changes_kept + 8;
    {
        const auto store = *open();
        for (int at = 0; at < too_many; ++at) {
            const std::string number = std::to_string(at);
            store->record_mx_change("example.com", {number, "x", wall_});
            store->record_certificate(endpoint, {number, "CA", CertificateTime{}, wall_});
        }
        store->record_mx_change("other.example", {"a", "b", wall_});
        store->record_certificate({"mx2.example.com", endpoint.ip, 25}, {"aa", "CA", CertificateTime{}, wall_});
    }
    const auto store = *open();
    const auto changes = changes_in(*store);
    EXPECT_EQ(changes.size(), StateStore::changes_kept + 1u);
    EXPECT_EQ(changes.front().before, "8") << "the oldest went";
    EXPECT_EQ(store->certificates(endpoint).size(), std::size_t{StateStore::changes_kept});
    EXPECT_EQ(store->certificates(endpoint).front().sha256, "8");
}

TEST_F(StateTest, WhatIsOldGoes) {
    {
        const auto store = *open();
        store->keep(StoredVerdict{endpoint, "starttls", "offered", "", now() - StateStore::history_kept - 24h});
        store->record_mx_change("example.com", {"a", "b", now() - StateStore::history_kept - 24h});
        store->keep_mx_set("example.com", "a", now() - StateStore::history_kept - 24h);
        store->keep(StoredPolicy{"example.com", "1", "x", now() - 2h, now() - 1h, 0, {}});
    }
    const auto store = *open();
    EXPECT_THAT(changes_in(*store), IsEmpty());
    EXPECT_THAT(store->policies(), IsEmpty());
    EXPECT_THAT(store->verdicts(), IsEmpty());
    EXPECT_EQ(store->mx_set("example.com"), std::nullopt);
}

TEST_F(StateTest, TwoAgentsNeverShareADirectory) {
    auto first = open();
    ASSERT_TRUE(first) << first.error();
    const auto second = open();
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error(), ::testing::AllOf(HasSubstr(directory_), HasSubstr("another mxfleet")));
    first->reset();
    EXPECT_TRUE(open());
}

TEST_F(StateTest, ANewerSchemaIsLeftAlone) {
    open()->reset();
    {
        auto database = *Database::open(file());
        ASSERT_TRUE(database.run("PRAGMA user_version = 99"));
    }
    const auto store = open();
    ASSERT_FALSE(store);
    EXPECT_THAT(store.error(), ::testing::AllOf(HasSubstr(file()), HasSubstr("newer")));
}

TEST_F(StateTest, ADirectoryThatCannotBeMadeOrWrittenTo) {
    for (const std::string& directory : {std::string("/proc/mxfleet"), directory_ + "/no/such"}) {
        const auto store = StateStore::open(directory, [](const std::string&) {});
        ASSERT_FALSE(store);
        EXPECT_THAT(store.error(), HasSubstr(directory));
    }
    std::ofstream(directory_ + "/file") << "x";
    EXPECT_FALSE(StateStore::open(directory_ + "/file", [](const std::string&) {}));
}

TEST_F(StateTest, ADamagedFileIsSetAside) {
    open()->reset();
    std::ofstream(file()) << "this is no database, however long one looks at it";
    const auto store = open();
    ASSERT_TRUE(store) << store.error();
    EXPECT_THAT(complaints_, ElementsAre(HasSubstr("damaged")));
    EXPECT_TRUE(std::filesystem::exists(file() + ".damaged"));
    (*store)->keep(policy());
    (*store)->flush();
    EXPECT_EQ((*store)->policies().size(), 1u);
}

TEST_F(StateTest, DamageInsideOfTheFileIsFound) {
    {
        const auto store = *open();
        for (int at = 0; at < 500; ++at)
            store->record_mx_change("example.com", {std::string(200, 'a'), std::string(200, 'b'), now()});
    }
    {
        std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
        damaged.seekp(40'000);
        damaged << std::string(20'000, '\xff');
    }
    ASSERT_TRUE(open());
    EXPECT_THAT(complaints_, ElementsAre(HasSubstr("damaged")));
}

TEST_F(StateTest, AKillLosesNothingThatWasWritten) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto store = *open();
        store->keep(policy());
        store->flush();
        store->keep(StoredPolicy{"other.example", "1", "x", now(), now() + 1h, 0, {}});
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto store = *open();
    ASSERT_FALSE(store->policies().empty());
    EXPECT_EQ(store->policies().front().domain, "example.com");
    EXPECT_THAT(complaints_, IsEmpty());
}

}  // namespace
}  // namespace mxfleet
