// What the fleet tells becomes numbers.
#include "agent/service/telemetry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class TelemetryTest : public testing::Test {
protected:
    std::string page() const {
        Exposition exposition(ExpositionFormat::text);
        metrics.write(exposition);
        return exposition.take();
    }

    static EndpointStatus ended(std::optional<ProbeResult> result) {
        SessionFacts facts;
        facts.times.set(Phase::connect, 10ms);
        EndpointStatus status;
        status.key = {"mx.example.com", *IpAddress::parse("192.0.2.1"), 25};
        status.result = result;
        status.last = std::make_shared<const SessionFacts>(std::move(facts));
        return status;
    }

    AgentMetrics metrics{0, 1};
    Telemetry telemetry{metrics};
};

TEST_F(TelemetryTest, CountsSessions) {
    telemetry.session_started(2ms);
    telemetry.session_ended(ended(ProbeResult::success));
    telemetry.session_ended(ended(ProbeResult::failure));
    telemetry.session_ended(ended(std::nullopt));  // skipped: it counts as none
    const std::string text = page();
    EXPECT_THAT(text, HasSubstr("mxfleet_probes_total{kind=\"session\",result=\"success\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("mxfleet_probes_total{kind=\"session\",result=\"failure\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("mxfleet_probes_total{kind=\"session\",result=\"unknown\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("mxfleet_probe_phase_duration_seconds_count{phase=\"connect\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("mxfleet_scheduler_lag_seconds_count 1\n"));
}

struct PolicyRow {
    const char* what;
    std::uint16_t postmaster;
    std::uint16_t null_sender;
    const char* result;
};

TEST_F(TelemetryTest, CountsPolicyProbes) {
    for (const PolicyRow& row : std::initializer_list<PolicyRow>{
             {"well", 250, 250, "success"},
             {"no postmaster", 550, 550, "failure"},
             {"no bounces", 250, 550, "failure"},
             {"greylisted", 451, 451, "unknown"},
             {"no answer", 0, 0, "unknown"},
         }) {
        auto facts = std::make_shared<PolicyFacts>();
        (*facts)[PolicyProbe::postmaster].code = row.postmaster;
        (*facts)[PolicyProbe::null_sender].code = row.null_sender;
        EndpointStatus status = ended(ProbeResult::success);
        SessionFacts session = *status.last;
        session.policy = facts;
        status.last = std::make_shared<const SessionFacts>(session);
        AgentMetrics fresh(0, 1);
        Telemetry(fresh).session_ended(status);
        Exposition exposition(ExpositionFormat::text);
        fresh.write(exposition);
        const std::string series =
            "mxfleet_probes_total{kind=\"policy\",result=\"" + std::string(row.result) + "\"} 1\n";
        EXPECT_THAT(exposition.take(), HasSubstr(series)) << row.what;
    }
}

struct LookupRow {
    MxState state;
    const char* result;
};

TEST_F(TelemetryTest, ALookupThatFailsIsUnknown) {
    const std::vector<LookupRow> rows = {
        {MxState::explicit_, "success"}, {MxState::implicit, "success"},    {MxState::null, "success"},
        {MxState::nxdomain, "failure"},  {MxState::none_usable, "failure"}, {MxState::unknown, "unknown"},
    };
    for (const LookupRow& row : rows) {
        AgentMetrics fresh(0, 1);
        MxFacts facts;
        facts.state = row.state;
        facts.lookup = 1ms;
        Telemetry(fresh).lookup_ended(facts);
        Exposition exposition(ExpositionFormat::text);
        fresh.write(exposition);
        const std::string series = "mxfleet_probes_total{kind=\"dns\",result=\"" + std::string(row.result) + "\"} 1\n";
        EXPECT_THAT(exposition.take(), HasSubstr(series)) << name(row.state);
    }
}

TEST_F(TelemetryTest, CountsTheRest) {
    telemetry.on_query("127.0.0.1:53", RecordType::mx, DnsOutcome::servfail, 4ms);
    telemetry.deferred(Deferral::network, 2);
    telemetry.dropped(DropReason::domain_cap, 5);
    telemetry.targets_changed(7, 9);
    const std::string text = page();
    EXPECT_THAT(text, HasSubstr("mxfleet_probe_deferred_total{reason=\"network\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("mxfleet_targets_dropped_total{reason=\"domain_cap\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("mxfleet_targets{kind=\"domain\"} 7\n"));
    EXPECT_THAT(text, HasSubstr("mxfleet_targets{kind=\"endpoint\"} 9\n"));
    EXPECT_THAT(text, HasSubstr("outcome=\"servfail\""));
}

}  // namespace
}  // namespace mxfleet
