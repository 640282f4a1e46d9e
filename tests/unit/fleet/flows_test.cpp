// Flows through mail servers and a mailbox that are simulated here: what is sent when, what is kept, what is removed.
#include "agent/fleet/flows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <asio/executor_work_guard.hpp>
#include <filesystem>

#include "probes/flow/message.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"
#include "tests/unit/config/folder.hpp"
#include "tests/unit/dns/fake_lookup.hpp"
#include "tests/unit/fleet/simulated_mail.hpp"

namespace mxfleet::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class FlowWatcher : public FlowObserver {
public:
    void flow_settled(const SharedText&, const FlowMessage& message) override { settled.push_back(message.state); }

    std::vector<MessageState> settled;
};

/// One run of an agent's flows.
struct FlowRun {
    FlowRun(MailWorld& world, const Settings& settings, StateStore* state)
        : flows(context, observer, state, std::make_unique<SimulatedMail>(context, world)) {
        lookup.say("example.com", RecordType::mx, testing_dns::mx_of({{10, "mx.example.com"}}));
        lookup.say("mx.example.com", RecordType::a, testing_dns::addresses({"127.0.0.1", "127.0.0.2"}));
        lookup.say("mx.example.com", RecordType::aaaa, testing_dns::nodata());
        lookup.say("box.example.com", RecordType::a, testing_dns::addresses({"127.0.0.9"}));
        lookup.say("box.example.com", RecordType::aaaa, testing_dns::nodata());
        flows.configure(settings, {});
    }

    ~FlowRun() {
        flows.stop();
        work.reset();
        context.run();
    }

    /// Turns until that is the case, or for ten seconds.
    template <class Condition>
    bool comes(Condition condition, BlockedFamilies blocked = {}) {
        const SteadyTime end = steady_now() + 10s;
        while (steady_now() < end) {
            flows.begin(lookup, blocked);
            context.run_one_for(10ms);
            if (condition()) return true;
        }
        return false;
    }

    std::shared_ptr<const FlowStatus> status() const { return flows.cells().at(0)->status.read(); }
    std::uint64_t counted(FlowOutcome outcome) const { return status()->counts[outcome]; }

    std::vector<std::string> said() const {
        std::vector<std::string> all;
        for (const Finding& finding : status()->findings)
            all.push_back(std::string(finding.statement.code.text()) + (finding.ip ? " " + finding.ip->text() : ""));
        return all;
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    testing_dns::FakeLookup lookup{context};
    FlowWatcher observer;
    Flows flows;
};

class FlowsTest : public ::testing::Test {
protected:
    FlowsTest() {
        const std::string password = folder.write("password", "s3cret-word\n");
        ::chmod(password.c_str(), 0600);
        settings.credentials["probe"] = {"user", password, ""};
        settings.targets.allow_networks = {*IpNetwork::parse("127.0.0.0/8")};
        settings.services = {{"box", ServiceKind::imaps, "box.example.com", 993, "probe"}};
        flow.name = "in";
        flow.from = "probe@example.net";
        flow.to = "probe@example.com";
        flow.mailbox = "box";
        flow.interval = 1h;
        flow.late = 1h;
        flow.lost = 1h;
    }

    std::unique_ptr<FlowRun> run(StateStore* state = nullptr) {
        settings.flows = {flow};
        return std::make_unique<FlowRun>(world, settings, state);
    }

    std::unique_ptr<StateStore> state(const std::string& name) {
        return *StateStore::open((folder.path() / name).string(),
                                 [](const std::string& words) { ADD_FAILURE() << words; });
    }

    /// As a kill would leave it: what is written by now, and nothing else.
    void copy_state(const std::string& from, const std::string& to) {
        std::filesystem::create_directory(folder.path() / to);
        for (const char* const name : {"state.sqlite", "state.sqlite-wal"}) {
            const auto file = folder.path() / from / name;
            if (std::filesystem::exists(file)) std::filesystem::copy(file, folder.path() / to / name);
        }
    }

    Folder folder;
    Settings settings;
    FlowSettings flow;
    MailWorld world;
};

TEST_F(FlowsTest, SendAMessageFindItAndRemoveIt) {
    world.file("Subject: somebody else's\r\n\r\nX-Mxfleet-Token: nothing\r\n");
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return !world.removed.empty(); }));
    ASSERT_THAT(world.handed, SizeIs(1));
    EXPECT_EQ(world.handed[0].endpoint.text(), "mx.example.com [127.0.0.1]:25");
    EXPECT_EQ(world.handed[0].sender, "probe@example.net");
    EXPECT_EQ(world.handed[0].recipient, "probe@example.com");
    EXPECT_THAT(world.handed[0].message, HasSubstr(world.handed[0].envelope_id + "; ip=127.0.0.1\r\n"));
    EXPECT_EQ(agent->counted(FlowOutcome::delivered), 1u);
    EXPECT_THAT(agent->observer.settled, ElementsAre(MessageState::arrived));
    EXPECT_THAT(agent->said(), IsEmpty());
    EXPECT_EQ(agent->status()->verdict(), Verdict::ok);
    EXPECT_THAT(world.box, ElementsAre(AllOf(::testing::Field(&Letter::text, HasSubstr("somebody else's")))));
}

TEST_F(FlowsTest, NameTheAddressThatSwallowsMail) {
    flow.via.kind = FlowRoute::Kind::each_endpoint;
    flow.late = flow.lost = 1s;
    world.fates["127.0.0.2"] = MailWorld::Fate::swallowed;
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return agent->counted(FlowOutcome::lost) == 1; }));
    EXPECT_THAT(agent->said(), ElementsAre("flow.lost 127.0.0.2"));
    EXPECT_EQ(agent->counted(FlowOutcome::delivered), 1u);
    EXPECT_THAT(world.handed, SizeIs(2));
}

TEST_F(FlowsTest, TellJunkAndCopies) {
    world.fates["127.0.0.1"] = MailWorld::Fate::junk;
    flow.via.kind = FlowRoute::Kind::each_endpoint;
    world.fates["127.0.0.2"] = MailWorld::Fate::doubled;
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return world.removed.size() == 3; }));
    EXPECT_THAT(agent->said(), UnorderedElementsAre("flow.junk 127.0.0.1", "flow.duplicate 127.0.0.2"));
}

TEST_F(FlowsTest, ComeAgainToWhoGreylistsWithTheSameMessage) {
    flow.lost = 2s;
    world.answers["127.0.0.1"] = {Handed::failed};
    world.answers["127.0.0.2"] = {Handed::not_now};
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return agent->counted(FlowOutcome::delivered) == 1; }));
    ASSERT_THAT(world.handed, SizeIs(3));
    EXPECT_EQ(world.handed[1].message, world.handed[2].message);
    EXPECT_EQ(world.handed[2].endpoint.ip.text(), "127.0.0.2") << "where it becomes known";
    EXPECT_EQ(agent->counted(FlowOutcome::sent), 1u);
    EXPECT_EQ(agent->counted(FlowOutcome::send_failed), 0u);
}

TEST_F(FlowsTest, GoOnToTheNextWhereOneIsNotReached) {
    world.answers["127.0.0.1"] = {Handed::failed};
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return agent->counted(FlowOutcome::delivered) == 1; }));
    ASSERT_THAT(world.handed, SizeIs(2));
    EXPECT_EQ(world.handed[1].endpoint.ip.text(), "127.0.0.2");
    EXPECT_THAT(world.handed[1].message, HasSubstr("; ip=127.0.0.2\r\n"));
}

TEST_F(FlowsTest, LoseNothingInAMailboxThatCannotBeRead) {
    flow.late = flow.lost = 100ms;
    world.is_readable = false;
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return world.readings == 1; }));
    const SteadyTime later = steady_now() + 1s;
    ASSERT_TRUE(agent->comes([&] { return steady_now() > later; }));
    EXPECT_EQ(agent->counted(FlowOutcome::lost), 0u);
    EXPECT_THAT(agent->said(), IsEmpty());
    EXPECT_EQ(agent->status()->verdict(), Verdict::unknown);
    EXPECT_EQ(agent->status()->mailbox_failure->detail, "nobody there");
    EXPECT_EQ(world.readings, 1) << "a mailbox that fails is left alone for a while";
}

TEST_F(FlowsTest, SendNothingWhileOurWayOutFails) {
    const auto agent = run();
    const SteadyTime later = steady_now() + 1s;
    ASSERT_TRUE(agent->comes([&] { return steady_now() > later; }, {.ipv4 = true}));
    EXPECT_THAT(world.handed, IsEmpty());
    EXPECT_TRUE(agent->comes([&] { return !world.handed.empty(); }));
}

TEST_F(FlowsTest, HandOverThroughAServiceWithALogin) {
    settings.services.push_back({"sub", ServiceKind::submissions, "mx.example.com", 465, "probe"});
    flow.via = {FlowRoute::Kind::service, "sub"};
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return agent->counted(FlowOutcome::delivered) == 1; }));
    ASSERT_THAT(world.handed, SizeIs(1));
    EXPECT_EQ(world.handed[0].service, ServiceKind::submissions);
    EXPECT_EQ(world.handed[0].endpoint.port, 465);
    EXPECT_EQ(world.handed[0].login->password, "s3cret-word");
    EXPECT_THAT(world.handed[0].message, Not(HasSubstr("s3cret-word")));
}

TEST_F(FlowsTest, RemoveWhatAnEarlierRunLeftOnceNobodyWaitsForIt) {
    std::string mark;
    {
        const auto agent = run();
        ASSERT_TRUE(agent->comes([&] { return !world.handed.empty(); }));
        mark = world.handed[0].envelope_id.substr(0, 8);
    }
    world.box.clear();
    world.removed.clear();
    const auto stray = [&](const std::string& first, std::chrono::sys_seconds at) {
        const Token token{static_cast<std::uint32_t>(std::stoul(first, nullptr, 16)), at, "0123456789abcdef01234567"};
        world.file(compose({token, "in", flow.from, flow.to, {"mx", *IpAddress::parse("192.0.2.1")}}));
        return world.box.back().key();
    };
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const LetterKey old = stray(mark, now - std::chrono::days{3});
    stray(mark, now - 1h);
    stray("00000001", now - std::chrono::days{3});
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return world.removed.size() >= 2; }));
    EXPECT_THAT(world.box, SizeIs(2)) << "one may be another agent's, one is";
    EXPECT_NE(std::ranges::find(world.removed, old), world.removed.end());
}

TEST_F(FlowsTest, TakeReportsFromAnotherFlowsMailbox) {
    settings.services.push_back({"elsewhere", ServiceKind::imaps, "mx.example.com", 993, "probe"});
    world.empty_host = "mx.example.com";
    world.fates["127.0.0.1"] = MailWorld::Fate::swallowed;
    FlowSettings other = flow;
    other.name = "out";
    other.mailbox = "elsewhere";
    settings.flows = {flow, other};
    FlowRun agent(world, settings, nullptr);
    ASSERT_TRUE(agent.comes([&] { return world.handed.size() == 2; }));
    const auto& of_other = *std::ranges::find_if(
        world.handed, [](const Consignment& each) { return each.message.find("Flow:      out") != std::string::npos; });
    world.file(
        "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Original-Envelope-Id: " +
        of_other.envelope_id + "\r\n\r\nAction: failed\r\n\r\n--b--\r\n");
    const auto status = [&] { return agent.flows.cells().at(1)->status.read(); };
    ASSERT_TRUE(agent.comes([&] { return status()->counts[FlowOutcome::lost] == 1; }));
    EXPECT_EQ(agent.counted(FlowOutcome::lost), 0u);
    EXPECT_TRUE(agent.comes([&] { return world.box.empty(); })) << "it is removed as ours";
}

TEST_F(FlowsTest, KeepWhatTheySendBeforeTheySendIt) {
    const auto store = state("state");
    std::vector<std::string> states;
    world.on_delivery = [&] {
        copy_state("state", "seen");
        for (const StoredFlowMessage& kept : state("seen")->flow_messages())
            states.push_back(kept.state);
    };
    const auto agent = run(store.get());
    ASSERT_TRUE(agent->comes([&] { return !world.handed.empty(); }));
    EXPECT_THAT(states, ElementsAre("handing"));
}

TEST_F(FlowsTest, WriteNothingOfAMessageThatStillWaitsForItsTurn) {
    world.is_busy = true;
    {
        const auto store = state("state");
        const auto agent = run(store.get());
        ASSERT_TRUE(agent->comes([&] { return !world.asked_for.empty(); }));
        copy_state("state", "after");
        world.is_busy = false;
        ASSERT_TRUE(agent->comes([&] { return !world.handed.empty(); }));
        EXPECT_THAT(world.asked_for, ElementsAre("127.0.0.1"));
    }
    EXPECT_THAT(state("after")->flow_messages(), IsEmpty());
}

TEST_F(FlowsTest, SendNothingTwiceAfterAKillInTheMiddleAndKnowWhatArrived) {
    std::string message;
    {
        const auto store = state("state");
        world.hangs = true;
        const auto agent = run(store.get());
        ASSERT_TRUE(agent->comes([&] { return !world.handed.empty(); }));
        message = world.handed[0].message;
        copy_state("state", "after");
    }
    world.hangs = false;
    world.handed.clear();
    world.box.clear();
    world.file(message);
    const auto store = state("after");
    const auto agent = run(store.get());
    ASSERT_TRUE(agent->comes([&] { return agent->counted(FlowOutcome::delivered) == 1; }));
    EXPECT_THAT(world.handed, IsEmpty());
    EXPECT_THAT(agent->said(), IsEmpty());
}

TEST_F(FlowsTest, WaitOnForWhatWasOnItsWayOverARestart) {
    flow.late = flow.lost = 2s;
    world.fates["127.0.0.1"] = MailWorld::Fate::swallowed;
    {
        const auto store = state("state");
        const auto agent = run(store.get());
        ASSERT_TRUE(agent->comes([&] { return agent->counted(FlowOutcome::sent) == 1; }));
        store->flush();
        copy_state("state", "after");
    }
    const auto store = state("after");
    const auto agent = run(store.get());
    EXPECT_EQ(agent->status()->in_flight, 1u);
    ASSERT_TRUE(agent->comes([&] { return !agent->said().empty(); }));
    EXPECT_THAT(agent->said(), ElementsAre("flow.lost"));
    EXPECT_THAT(world.handed, SizeIs(1));
}

TEST_F(FlowsTest, KeepWhatIsKnownOverAReloadUnlessTheMailGoesElsewhere) {
    const auto agent = run();
    ASSERT_TRUE(agent->comes([&] { return agent->counted(FlowOutcome::delivered) == 1; }));
    settings.flows[0].late = 30min;
    agent->flows.configure(settings, {});
    EXPECT_EQ(agent->counted(FlowOutcome::delivered), 1u);
    settings.flows[0].to = "other@example.com";
    agent->flows.configure(settings, {});
    EXPECT_EQ(agent->counted(FlowOutcome::delivered), 0u);
    settings.flows.clear();
    agent->flows.configure(settings, {});
    EXPECT_THAT(agent->flows.cells(), IsEmpty());
}

}  // namespace
}  // namespace mxfleet::testing
