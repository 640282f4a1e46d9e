#include "agent/show/rules.hpp"

#include <array>
#include <charconv>

#include "agent/show/rule_tables.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {
namespace {

constexpr std::string_view runbooks = "file:///usr/share/doc/mxfleet/runbooks/";

struct Threshold {
    std::string_view name;  ///< as it stands in braces
    std::string value;
};

std::string number(double value) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::string(text.data(), end) : std::string{};
}

std::vector<Threshold> rule_thresholds(const Settings& settings) {
    return {
        {"{job}", settings.alerts.job},
        {"{slow_connect}", number(seconds(settings.alerts.slow_connect))},
        {"{slow_banner}", number(seconds(settings.alerts.slow_banner))},
        {"{expiry_warning}", number(seconds(settings.tls.expiry_warning))},
        {"{expiry_critical}", number(seconds(settings.tls.expiry_critical))},
    };
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
    std::string result;
    for (auto at = text.find(what); at != text.npos; at = text.find(what)) {
        result.append(text.substr(0, at)).append(with);
        text.remove_prefix(at + what.size());
    }
    return result.append(text);
}

/// Text in double quotes, as YAML and PromQL both read it. The tables hold no control characters.
std::string in_backticks(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

class RuleFile {
public:
    explicit RuleFile(const Settings& settings) : thresholds_(rule_thresholds(settings)) {}

    void group(std::string_view name, std::string_view interval = {}) {
        text_.append("  - name: ").append(name).append("\n");
        if (!interval.empty()) text_.append("    interval: ").append(interval).append("\n");
        text_.append("    rules:\n");
    }

    void recording(std::string_view record, std::string_view expression) {
        text_.append("      - record: ").append(record).append("\n");
        write_expression(expression);
    }

    void alert(const AlertRule& rule) {
        text_.append("      - alert: ").append(rule.name).append("\n");
        write_expression(rule.expression);
        text_.append("        for: ").append(rule.lasting).append("\n");
        if (!rule.staying.empty()) text_.append("        keep_firing_for: ").append(rule.staying).append("\n");
        text_.append("        labels:\n          severity: ").append(rule.severity);
        text_.append("\n        annotations:\n");
        annotation("summary", rule.summary);
        annotation("description", rule.description);
        annotation("runbook_url", std::string(runbooks).append(rule.name).append(".md"));
    }

    std::string take() { return std::move(text_); }

private:
    void annotation(std::string_view name, std::string_view value) {
        text_.append("          ").append(name).append(": ").append(in_backticks(value)).append("\n");
    }

    void write_expression(std::string_view expression) {
        std::string filled(expression);
        for (const Threshold& each : thresholds_)
            filled = replaced(filled, each.name, each.value);
        text_ += "        expr: |-\n";
        for (std::string_view left = filled; !left.empty();) {
            const auto end = std::min(left.find('\n'), left.size());
            text_.append("          ").append(left.substr(0, end)).append("\n");
            left.remove_prefix(std::min(end + 1, left.size()));
        }
    }

    std::vector<Threshold> thresholds_;
    std::string text_ = "# Written by `mxfleet rules`; the thresholds are those of the configuration.\ngroups:\n";
};

}  // namespace

std::span<const RecordingGroup> recording_groups() {
    return recording_group_table;
}

std::span<const AlertRule> alert_rules() {
    return alert_table;
}

std::string rules_yaml(const Settings& settings, const std::vector<std::string>& tags) {
    RuleFile writer(settings);
    for (const RecordingGroup& group : recording_groups()) {
        writer.group(group.name, group.interval);
        for (const RecordingRule& rule : group.rules)
            writer.recording(rule.record, rule.expression);
    }
    if (!tags.empty()) writer.group("mxfleet-tags");
    for (const std::string& tag : tags) {
        for (const RecordingRule& rule : tag_recording_table)
            writer.recording(replaced(rule.record, "{tag}", tag), replaced(rule.expression, "{tag}", tag));
    }
    writer.group("mxfleet-alerts");
    for (const AlertRule& rule : alert_rules())
        writer.alert(rule);
    return writer.take();
}

}  // namespace mxfleet
