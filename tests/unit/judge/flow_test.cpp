// A flow's verdict, and since when its findings hold.
#include "agent/judge/flow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

const WallTime flow_start = std::chrono::sys_days{std::chrono::November / 22 / 2026};

FlowMessage flow_message(MessageState state, WallTime begun_at) {
    FlowMessage message;
    message.token = {1, std::chrono::floor<std::chrono::seconds>(begun_at), "0123456789abcdef01234567"};
    message.endpoint = {"mx1.example.com", *IpAddress::parse("192.0.2.1"), 25};
    message.state = state;
    message.begun_at = begun_at;
    message.handed_at = begun_at;
    if (is_settled(state)) message.settled_at = begun_at + 1min;
    return message;
}

FlowStatus flow_status(std::vector<FlowMessage> messages) {
    FlowStatus status;
    status.name = status.settings.name = "in";
    status.settings.via.kind = FlowRoute::Kind::each_endpoint;
    status.messages = std::move(messages);
    status.findings = findings_of(status, {});
    return status;
}

TEST(FlowStatuses, AreUnknownUntilSomethingArrived) {
    EXPECT_EQ(flow_status({}).verdict(), Verdict::unknown);
    EXPECT_EQ(flow_status({flow_message(MessageState::in_flight, flow_start)}).verdict(), Verdict::unknown);
    EXPECT_EQ(flow_status({flow_message(MessageState::arrived, flow_start)}).verdict(), Verdict::ok);
    EXPECT_EQ(flow_status({flow_message(MessageState::lost, flow_start)}).verdict(), Verdict::critical);
    EXPECT_EQ(flow_status({flow_message(MessageState::refused, flow_start)}).verdict(), Verdict::unknown);
}

TEST(FlowStatuses, AreUnknownWhileNobodyCanLook) {
    FlowStatus status = flow_status({flow_message(MessageState::arrived, flow_start)});
    status.mailbox_failure = Failure{Phase::connect, Reason::refused, {}};
    EXPECT_EQ(status.verdict(), Verdict::ok) << "nothing is waited for";
    status.in_flight = 1;
    EXPECT_EQ(status.verdict(), Verdict::unknown);
}

TEST(FlowStatuses, SayWhereAndSinceWhen) {
    const FlowStatus before = flow_status({flow_message(MessageState::lost, flow_start)});
    ASSERT_EQ(before.findings.size(), 1u);
    EXPECT_EQ(before.findings[0].scope, Scope::agent);
    EXPECT_EQ(before.findings[0].mx, "mx1.example.com");
    EXPECT_EQ(before.findings[0].since, MaybeTime(flow_start + 1min));
    FlowStatus now = flow_status({flow_message(MessageState::lost, flow_start + 1h)});
    now.findings = findings_of(now, before.findings);
    EXPECT_EQ(now.findings[0].since, MaybeTime(flow_start + 1min)) << "it holds since the first was lost";
    EXPECT_TRUE(same_judgement(before, now));
    EXPECT_FALSE(same_judgement(before, flow_status({flow_message(MessageState::arrived, flow_start)})));
}

TEST(FlowStatuses, HaveTheWordsThatPeopleKnow) {
    const auto shown = [](MessageState state, auto... change) {
        FlowMessage message = flow_message(state, flow_start);
        (change(message), ...);
        return shown_state(message);
    };
    EXPECT_EQ(shown(MessageState::in_flight), "sent");
    EXPECT_EQ(shown(MessageState::in_flight, [](FlowMessage& each) { each.late = true; }), "late");
    EXPECT_EQ(shown(MessageState::waiting, [](FlowMessage& each) { each.greylisted = true; }), "greylisted");
    EXPECT_EQ(shown(MessageState::arrived), "delivered");
    EXPECT_EQ(shown(MessageState::arrived, [](FlowMessage& each) { each.junk = true; }), "junk");
    EXPECT_EQ(shown(MessageState::arrived, [](FlowMessage& each) { each.letters = {"1", "2"}; }), "duplicate");
    EXPECT_EQ(shown(MessageState::lost), "lost");
}

}  // namespace
}  // namespace mxfleet
