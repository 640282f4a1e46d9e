// A flow as the API, the list, the page of metrics and the terminal show it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/show/flow_json.hpp"
#include "agent/show/flow_text.hpp"
#include "agent/show/lists.hpp"
#include "tests/unit/show/golden.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class FlowShown : public testing::Test {
protected:
    const std::shared_ptr<const Fleet> fleet = small_fleet();
    const std::shared_ptr<const FlowStatus> status = fleet->flows[0]->status.read();

    std::size_t listed(const ListQuery& query) const { return flows_json(*fleet, query)["items"].size(); }
};

TEST_F(FlowShown, AsJson) {
    const Json json = flow_json(*status, Transcripts::shown);
    EXPECT_EQ(json["name"], "inbound");
    EXPECT_EQ(json["via"], "each_endpoint");
    EXPECT_EQ(json["verdict"], "critical");
    EXPECT_EQ(json["counts"]["sent"], 2);
    EXPECT_EQ(json["counts"]["junk"], 1);
    EXPECT_EQ(json["counts"]["lost"], 1);
    ASSERT_EQ(json["messages"].size(), 2u);
    const Json& junk = json["messages"][0];
    EXPECT_EQ(junk["state"], "junk");
    EXPECT_EQ(junk["ip"], "192.0.2.1");
    EXPECT_EQ(junk["seconds"], 3);
    EXPECT_EQ(junk["hops"][1]["seconds"], -1);
    EXPECT_EQ(junk["authentication"],
              Json({{"server", "mx1.example.com"}, {"spf", "pass"}, {"dkim", "none"}, {"dmarc", "fail"}}));
    const Json& lost = json["messages"][1];
    EXPECT_EQ(lost["state"], "lost");
    EXPECT_EQ(lost["arrived_at"], nullptr);
    EXPECT_EQ(lost["hops"], nullptr);
    EXPECT_EQ(json["last_handing"]["transcript"][0]["line"], "RCPT TO:<probe@example.com>");
    EXPECT_FALSE(flow_json(*status, Transcripts::hidden)["last_handing"].contains("transcript"));
}

TEST_F(FlowShown, AsText) {
    const std::string text = flow_text(*status, {.transcripts = Transcripts::shown});
    EXPECT_THAT(text, HasSubstr("inbound  CRITICAL  probe@example.net to probe@example.com\n"));
    EXPECT_THAT(text, HasSubstr("mx1.example.com [192.0.2.1]:25  JUNK after 3.0 s\n"));
    EXPECT_THAT(text, HasSubstr("mx1.example.com from probe.example.net with ESMTPS: 4 s\n"));
    EXPECT_THAT(text, HasSubstr("LMTP: -1 s, clocks differ\n"));
    EXPECT_THAT(text, HasSubstr("SPF pass, DKIM none, DMARC fail, says mx1.example.com\n"));
    EXPECT_THAT(text, HasSubstr("CRITICAL flow.lost  [192.0.2.2]\n"));
    EXPECT_THAT(text, HasSubstr("   0.0100  -> RCPT TO:<probe@example.com>\n"));
    EXPECT_THAT(flow_text(*status, {}), Not(HasSubstr("-> ")));
}

TEST_F(FlowShown, NoMoreExactlyThanServersTellIt) {
    FlowStatus quick = *status;
    for (const std::chrono::milliseconds taken : {-400ms, 0ms, 999ms}) {
        quick.messages[0].settled_at = *status->messages[0].settled_at - 3s + taken;
        EXPECT_THAT(flow_text(quick, {}), HasSubstr("JUNK within a second\n")) << taken.count();
    }
}

TEST_F(FlowShown, InAListThatCanBeNarrowed) {
    EXPECT_EQ(listed({}), 1u);
    EXPECT_EQ(listed({.verdict = Verdict::ok}), 0u);
    EXPECT_EQ(listed({.code = FindingCode("flow.junk")}), 1u);
    EXPECT_EQ(listed({.code = FindingCode("flow.late")}), 0u);
    EXPECT_EQ(listed({.part = "192.0.2.2"}), 1u);
    EXPECT_EQ(listed({.part = "elsewhere"}), 0u);
    EXPECT_EQ(listed({.after = "inbound"}), 0u);
}

TEST_F(FlowShown, AmongTheFindings) {
    const Json items = findings_json(*fleet, {.code = FindingCode("flow.lost")})["items"];
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0]["scope"], "agent");
    EXPECT_EQ(items[0]["ip"], "192.0.2.2");
}

TEST_F(FlowShown, OnThePageOfMetrics) {
    const std::string page = page_of(fleet, ExpositionFormat::text);
    for (const char* const line :
         {"mxfleet_flow_messages_total{flow=\"inbound\",outcome=\"lost\"} 1\n",
          "mxfleet_flow_messages_total{flow=\"inbound\",outcome=\"duplicate\"} 0\n",
          "mxfleet_flow_finding{flow=\"inbound\",code=\"flow.lost\",severity=\"critical\",mx=\"mx1.example.com\","
          "ip=\"192.0.2.2\",port=\"25\"} 1\n",
          "mxfleet_flow_delivery_duration_seconds_bucket{flow=\"inbound\",le=\"2.5\"} 0\n",
          "mxfleet_flow_delivery_duration_seconds_bucket{flow=\"inbound\",le=\"5\"} 1\n",
          "mxfleet_flow_delivery_duration_seconds_count{flow=\"inbound\"} 1\n",
          "mxfleet_agent_finding{code=\"flow.lost\",severity=\"critical\"} 1\n"}) {
        EXPECT_THAT(page, HasSubstr(line));
    }
}

}  // namespace
}  // namespace mxfleet
