// Open relays are confirmed by mail that arrives: who is sent what, how often, and what comes of it.
#include "agent/fleet/relay_confirmations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <asio/executor_work_guard.hpp>

#include "agent/fleet/settings_of.hpp"
#include "probes/io/clocks.hpp"
#include "tests/unit/config/folder.hpp"
#include "tests/unit/dns/fake_lookup.hpp"
#include "tests/unit/fleet/simulated_mail.hpp"
#include "tests/unit/fleet/some_targets.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const EndpointKey suspect{"mx.watched.example", *IpAddress::parse("127.0.0.7"), 25};

EndpointStatus relaying(const EndpointKey& key, RelayState state, const char* form) {
    EndpointStatus status;
    status.key = key;
    status.relay.state = state;
    status.relay.reason = form;
    return status;
}

/// The confirmations of one run of an agent that watches one domain.
struct ConfirmingRun {
    ConfirmingRun(MailWorld& world, const Settings& settings, StateStore* state)
        : targets(target_terms(settings), {}),
          confirmations(context, state, std::make_unique<SimulatedMail>(context, world),
                        [this](const std::shared_ptr<EndpointCell>& cell, const std::string& form) {
                            relayed.push_back(cell->key.text() + " " + form);
                        }) {
        lookup.say("box.example.com", RecordType::a, testing_dns::addresses({"127.0.0.9"}));
        lookup.say("box.example.com", RecordType::aaaa, testing_dns::nodata());
        targets.set_domains({domain("watched.example")}, start);
        confirmations.configure(settings, {});
    }

    ~ConfirmingRun() {
        confirmations.stop();
        work.reset();
        context.run();
    }

    /// The endpoint has that verdict now.
    void look(const EndpointStatus& status) {
        targets.set_endpoints(*targets.find("watched.example"), {{10, status.key, {}}}, start, wall);
        for (const auto& cell : targets.endpoint_cells()) {
            if (cell->key != status.key) continue;
            cell->status.publish(std::make_shared<const EndpointStatus>(status));
            confirmations.look(cell, route, targets.domains_of(cell->key));
        }
    }

    template <class Condition>
    bool comes(Condition condition) {
        const SteadyTime end = steady_now() + 10s;
        while (steady_now() < end) {
            confirmations.begin(lookup, {});
            context.run_one_for(10ms);
            if (condition()) return true;
        }
        return false;
    }

    /// Whether that has not come after two rounds of everything.
    template <class Condition>
    bool never_comes(Condition condition) {
        const SteadyTime end = steady_now() + 1500ms;
        return !comes([&] { return condition() || steady_now() > end; }) || !condition();
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    testing_dns::FakeLookup lookup{context};
    Targets targets;
    std::shared_ptr<const RecipientRoute> route = std::make_shared<const RecipientRoute>();
    std::vector<std::string> relayed;
    RelayConfirmations confirmations;
};

class RelayConfirmationsTest : public testing::Test {
protected:
    RelayConfirmationsTest() {
        const std::string password = folder.write("password", "s3cret-word\n");
        ::chmod(password.c_str(), 0600);
        settings.credentials["probe"] = {"user", password, ""};
        settings.targets.allow_networks = {*IpNetwork::parse("127.0.0.0/8")};
        settings.services = {{"box", ServiceKind::imaps, "box.example.com", 993, "probe"}};
        settings.relay.sender = "probe@example.net";
        settings.relay.recipient = "me@example.org";
        settings.relay.confirm = true;
        settings.relay.confirm_mailbox = "box";
    }

    std::unique_ptr<StateStore> open_state() {
        return *StateStore::open((folder.path() / "state").string(),
                                 [](const std::string& words) { ADD_FAILURE() << words; });
    }

    Folder folder;
    Settings settings;
    MailWorld world;
};

TEST_F(RelayConfirmationsTest, AMessageSentByTheFormThatArrivesIsTheProof) {
    const auto state = open_state();
    ConfirmingRun agent(world, settings, state.get());
    agent.look(relaying(suspect, RelayState::suspected, "R03"));
    ASSERT_TRUE(agent.comes([&] { return !agent.relayed.empty(); }));
    EXPECT_THAT(agent.relayed, ElementsAre("mx.watched.example [127.0.0.7]:25 R03"));
    ASSERT_THAT(world.handed, SizeIs(1));
    EXPECT_EQ(world.handed[0].endpoint, suspect);
    EXPECT_EQ(world.handed[0].reverse_path, "<probe@watched.example>");
    EXPECT_EQ(world.handed[0].forward_path, "<me@example.org>");
    EXPECT_THAT(world.handed[0].message, HasSubstr("To: <me@example.org>\r\n"));
    EXPECT_TRUE(agent.comes([&] { return world.box.empty(); })) << "our own mail is removed";
}

TEST_F(RelayConfirmationsTest, WhoTakesItAndDropsItStaysSuspected) {
    world.fates["127.0.0.7"] = MailWorld::Fate::swallowed;
    const auto state = open_state();
    ConfirmingRun agent(world, settings, state.get());
    agent.look(relaying(suspect, RelayState::suspected, "R01"));
    ASSERT_TRUE(agent.comes([&] { return world.readings > 1; }));
    EXPECT_THAT(agent.relayed, IsEmpty());
    EXPECT_THAT(world.handed, SizeIs(1));
}

TEST_F(RelayConfirmationsTest, OneMessageAWeekPerAddressAndFormOverRestarts) {
    for (int run = 0; run < 2; ++run) {
        const auto state = open_state();
        ConfirmingRun agent(world, settings, state.get());
        agent.look(relaying(suspect, RelayState::suspected, "R01"));
        EndpointStatus other_name = relaying(suspect, RelayState::suspected, "R01");
        other_name.key.mx = "mx2.watched.example";
        agent.look(other_name);
        ASSERT_TRUE(run > 0 || agent.comes([&] { return agent.relayed.size() == 2; })) << "both names are that server";
        ASSERT_TRUE(agent.never_comes([&] { return world.handed.size() > 1; }));
    }
    const auto state = open_state();
    ConfirmingRun agent(world, settings, state.get());
    agent.look(relaying(suspect, RelayState::suspected, "R02"));
    EXPECT_TRUE(agent.comes([&] { return world.handed.size() == 2; })) << "another form may be asked";
}

TEST_F(RelayConfirmationsTest, WhoRefusesTheMessageIsNotGivenItAgain) {
    world.answers["127.0.0.7"] = {Handed::refused};
    const auto state = open_state();
    ConfirmingRun agent(world, settings, state.get());
    agent.look(relaying(suspect, RelayState::suspected, "R01"));
    ASSERT_TRUE(agent.comes([&] { return world.handed.size() == 1; }));
    EXPECT_TRUE(agent.never_comes([&] { return world.handed.size() > 1; }));
    EXPECT_THAT(agent.relayed, IsEmpty());
}

TEST_F(RelayConfirmationsTest, AMessageThatArrivesWhileTheAgentStartsCountsOnceTheSuspicionIsKnownAgain) {
    world.is_readable = false;
    {
        const auto state = open_state();
        ConfirmingRun agent(world, settings, state.get());
        agent.look(relaying(suspect, RelayState::suspected, "R01"));
        ASSERT_TRUE(agent.comes([&] { return !world.box.empty(); }));
    }
    world.is_readable = true;
    const auto state = open_state();
    ConfirmingRun agent(world, settings, state.get());
    ASSERT_TRUE(agent.comes([&] { return world.box.empty(); })) << "seen, and removed";
    EXPECT_THAT(agent.relayed, IsEmpty());
    agent.look(relaying(suspect, RelayState::suspected, "R01"));
    EXPECT_THAT(agent.relayed, SizeIs(1));
}

TEST_F(RelayConfirmationsTest, NothingIsSentUnaskedNorWithoutAStateNorToWhoIsNotSuspected) {
    const auto state = open_state();
    {
        ConfirmingRun agent(world, settings, nullptr);
        agent.look(relaying(suspect, RelayState::suspected, "R01"));
        EXPECT_TRUE(agent.never_comes([&] { return !world.handed.empty(); }));
    }
    {
        ConfirmingRun agent(world, settings, state.get());
        agent.look(relaying(suspect, RelayState::suspected, "R01"));
        agent.look(relaying(suspect, RelayState::closed, ""));
        EXPECT_TRUE(agent.never_comes([&] { return !world.handed.empty(); }));
        agent.route = nullptr;
        agent.look(relaying(suspect, RelayState::suspected, "R01"));
        EXPECT_TRUE(agent.never_comes([&] { return !world.handed.empty(); })) << "where the recipient is is not known";
    }
    settings.relay.confirm = false;
    ConfirmingRun agent(world, settings, state.get());
    agent.look(relaying(suspect, RelayState::suspected, "R01"));
    EXPECT_TRUE(agent.never_comes([&] { return !world.handed.empty(); }));
}

}  // namespace
}  // namespace mxfleet
