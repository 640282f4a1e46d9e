// The closed lists whose names are label values and JSON values: each name as the interface has it, none twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/endpoint.hpp"
#include "probes/model/finding.hpp"
#include "probes/model/phase.hpp"
#include "probes/model/severity.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;

// A new value at the end must be counted, or arrays sized by the count are too short.
static_assert(static_cast<std::size_t>(Phase::total) + 1 == phase_count);
static_assert(static_cast<std::size_t>(Phase::login) + 1 == service_phase_count);
static_assert(static_cast<std::size_t>(Phase::data_end) + 1 == delivery_phase_count);
static_assert(static_cast<std::size_t>(Reason::local_fault) + 1 == reason_count);
static_assert(static_cast<std::size_t>(EndpointState::skipped) + 1 == endpoint_state_count);
static_assert(static_cast<std::size_t>(ProbeResult::unknown) + 1 == probe_result_count);

/// The names of the first `count` values, in order. Checks on the way that each can be a label value and is new.
template <class Enum>
std::vector<std::string_view> names(std::size_t count) {
    std::vector<std::string_view> all;
    for (std::size_t value = 0; value < count; ++value) {
        all.push_back(name(static_cast<Enum>(value)));
        EXPECT_THAT(std::string(all.back()), testing::MatchesRegex("[a-z][a-z0-9_]*")) << "value " << value;
    }
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), count);
    return all;
}

TEST(Names, Phases) {
    EXPECT_THAT(names<Phase>(delivery_phase_count),
                ElementsAre("dns", "connect", "banner_first_byte", "banner", "ehlo", "starttls", "tls_handshake",
                            "ehlo_tls", "mail", "rcpt", "quit", "total", "login", "data", "data_end"));
    EXPECT_EQ(name(Phase::mailbox), "mailbox");
}

TEST(Names, Reasons) {
    EXPECT_THAT(names<Reason>(reason_count),
                ElementsAre("timeout", "refused", "reset", "no_route", "closed", "protocol_error", "rejected",
                            "temporary", "tls_error", "policy", "budget", "local_fault"));
}

TEST(Names, EndpointStates) {
    EXPECT_THAT(names<EndpointState>(endpoint_state_count),
                ElementsAre("up", "down", "rate_limited", "blocked_us", "unknown", "skipped"));
}

TEST(Names, ProbeResults) {
    EXPECT_THAT(names<ProbeResult>(probe_result_count), ElementsAre("success", "failure", "unknown"));
}

TEST(Names, Severities) {
    EXPECT_THAT(names<Severity>(3), ElementsAre("info", "warning", "critical"));
}

TEST(Names, Verdicts) {
    EXPECT_THAT(names<Verdict>(4), ElementsAre("ok", "warning", "unknown", "critical"));
}

TEST(Names, Scopes) {
    EXPECT_THAT(names<Scope>(4), ElementsAre("domain", "exchange", "endpoint", "agent"));
}

}  // namespace
}  // namespace mxfleet
