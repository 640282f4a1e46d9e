#include "probes/model/severity.hpp"

namespace mxfleet {

std::string_view name(Severity severity) noexcept {
    switch (severity) {
        case Severity::info: return "info";
        case Severity::warning: return "warning";
        case Severity::critical: return "critical";
    }
    __builtin_unreachable();
}

std::string_view name(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::ok: return "ok";
        case Verdict::warning: return "warning";
        case Verdict::unknown: return "unknown";
        case Verdict::critical: return "critical";
    }
    __builtin_unreachable();
}

Verdict verdict_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::info: return Verdict::ok;
        case Severity::warning: return Verdict::warning;
        case Severity::critical: return Verdict::critical;
    }
    __builtin_unreachable();
}

int exit_code(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::ok: return 0;
        case Verdict::warning: return 1;
        case Verdict::critical: return 2;
        case Verdict::unknown: return 3;
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
