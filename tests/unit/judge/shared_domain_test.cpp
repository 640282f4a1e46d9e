// What one of several agents says of a domain whose other endpoints it does not see.

#include <gtest/gtest.h>

#include "agent/judge/domain.hpp"

namespace mxfleet {
namespace {

EndpointStatus endpoint(bool is_up) {
    EndpointStatus status;
    status.state = is_up ? EndpointState::up : EndpointState::down;
    status.confirmation.confirmed = is_up ? Confirmed::up : Confirmed::down;
    return status;
}

DomainJudgement judged(MxState state, const EndpointStatus& seen, bool all_endpoints) {
    MxFacts mx;
    mx.state = state;
    if (state == MxState::explicit_) {
        mx.exchanges.push_back(
            {.name = "mx.example.net", .state = ExchangeState::ok, .addresses = {*IpAddress::parse("192.0.2.1")}});
    }
    return judge_domain(mx, {&seen}, DomainPolicy{}, {}, std::nullopt, all_endpoints);
}

TEST(SharedDomain, MailCanBeDeliveredWhereverAnEndpointTakesIt) {
    EXPECT_EQ(judged(MxState::explicit_, endpoint(true), false).deliverable, true);
}

TEST(SharedDomain, IsNotUndeliverableWhileOtherEndpointsMayTakeMail) {
    EXPECT_EQ(judged(MxState::explicit_, endpoint(false), true).deliverable, false);
    const DomainJudgement part = judged(MxState::explicit_, endpoint(false), false);
    EXPECT_EQ(part.deliverable, std::nullopt);
    for (const Finding& finding : part.findings)
        EXPECT_NE(basis_of(finding.statement.code), Basis::all_endpoints) << finding.statement.code.text();
}

TEST(SharedDomain, IsAtLeastUnknownAndCriticalWhereThatIsCertain) {
    EXPECT_EQ(judged(MxState::explicit_, endpoint(true), true).verdict, Verdict::ok);
    EXPECT_EQ(judged(MxState::explicit_, endpoint(true), false).verdict, Verdict::unknown);
    EXPECT_EQ(judged(MxState::nxdomain, endpoint(false), false).verdict, Verdict::critical);
}

}  // namespace
}  // namespace mxfleet
