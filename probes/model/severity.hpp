// How bad it is: the severity of a finding, the verdict of a domain, and the one order between verdicts.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxfleet {

enum class Severity : std::uint8_t { info, warning, critical };

/// In the order of CHECKS §0 and of exit codes' precedence: critical > unknown > warning > ok.
enum class Verdict : std::uint8_t { ok, warning, unknown, critical };

std::string_view name(Severity severity) noexcept;
std::string_view name(Verdict verdict) noexcept;

/// What a finding of that severity makes of a verdict; info changes nothing.
Verdict verdict_of(Severity severity) noexcept;

constexpr Verdict worse(Verdict a, Verdict b) noexcept {
    return a < b ? b : a;
}
constexpr Severity worse(Severity a, Severity b) noexcept {
    return a < b ? b : a;
}

/// The exit code of `check`, by the monitoring-plugin convention: 0 ok, 1 warning, 2 critical, 3 unknown.
int exit_code(Verdict verdict) noexcept;

}  // namespace mxfleet
