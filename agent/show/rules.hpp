// The Prometheus rules: recording rules and alerts as one table of data, and the YAML that `mxfleet rules` prints.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace mxfleet {

/// An expression may name thresholds in braces: `{slow_connect}` (rule_thresholds in rules.cpp).
struct RecordingRule {
    std::string_view record;
    std::string_view expression;
};

/// Rules that Prometheus evaluates together, one after the other.
struct RecordingGroup {
    std::string_view name;
    std::string_view interval;  ///< empty: Prometheus' own
    std::span<const RecordingRule> rules;
};

struct AlertRule {
    std::string_view name;
    std::string_view severity;  ///< critical, warning or info
    std::string_view lasting;   ///< Prometheus' `for`: it only bridges scrapes, the agent has counted failures itself
    std::string_view expression;
    std::string_view summary;      ///< with Prometheus' templates: `{{ $labels.mx }}`
    std::string_view description;  ///< likewise
    /// Prometheus' `keep_firing_for`; empty: it ends with its cause. What inhibits others outlasts what it held back,
    /// or all of that is told in the moment in which the cause is gone.
    std::string_view staying{};
};

std::span<const RecordingGroup> recording_groups();
std::span<const AlertRule> alert_rules();

/// All of it as a rule file, with the thresholds of `settings`. Each of `tags` gets recording rules of its own.
std::string rules_yaml(const Settings& settings, const std::vector<std::string>& tags);

}  // namespace mxfleet
