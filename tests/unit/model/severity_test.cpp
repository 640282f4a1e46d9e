// The one order of verdicts, and the exit codes that people's monitoring relies on.
#include "probes/model/severity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace mxfleet {
namespace {

TEST(Severity, IsOrderedFromInfoToCritical) {
    EXPECT_LT(Severity::info, Severity::warning);
    EXPECT_LT(Severity::warning, Severity::critical);
    EXPECT_EQ(worse(Severity::info, Severity::critical), Severity::critical);
    EXPECT_EQ(worse(Severity::critical, Severity::warning), Severity::critical);
    EXPECT_EQ(worse(Severity::info, Severity::info), Severity::info);
}

TEST(Verdict, TheWorseOfTwoIsTheLaterInOkWarningUnknownCritical) {
    constexpr std::array order{Verdict::ok, Verdict::warning, Verdict::unknown, Verdict::critical};
    for (std::size_t a = 0; a < order.size(); ++a) {
        for (std::size_t b = 0; b < order.size(); ++b) {
            EXPECT_EQ(worse(order[a], order[b]), order[std::max(a, b)]) << name(order[a]) << ", " << name(order[b]);
        }
    }
}

TEST(Verdict, InfoChangesNothing) {
    EXPECT_EQ(verdict_of(Severity::info), Verdict::ok);
    EXPECT_EQ(verdict_of(Severity::warning), Verdict::warning);
    EXPECT_EQ(verdict_of(Severity::critical), Verdict::critical);
}

TEST(Verdict, ExitCodesFollowTheMonitoringPluginConvention) {
    EXPECT_EQ(exit_code(Verdict::ok), 0);
    EXPECT_EQ(exit_code(Verdict::warning), 1);
    EXPECT_EQ(exit_code(Verdict::critical), 2);
    EXPECT_EQ(exit_code(Verdict::unknown), 3);
}

}  // namespace
}  // namespace mxfleet
