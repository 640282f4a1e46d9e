#include "probes/wire/exposition.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace mxfleet {
namespace {

std::string_view name(MetricType type) {
    switch (type) {
        case MetricType::gauge: return "gauge";
        case MetricType::counter: return "counter";
        case MetricType::histogram: return "histogram";
    }
    __builtin_unreachable();
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '\\': out += "\\\\"; break;
            case '"': out += "\\\""; break;
            case '\n': out += "\\n"; break;
            default: out += c;
        }
    }
}

/// In help text a quotation mark stands for itself (text format 0.0.4), and may be escaped in OpenMetrics.
void append_help(std::string& out, std::string_view help) {
    for (const char c : help) {
        if (c == '\\' || c == '\n') {
            out += c == '\n' ? "\\n" : "\\\\";
        } else {
            out += c;
        }
    }
}

}  // namespace

std::string_view content_type(ExpositionFormat format) noexcept {
    switch (format) {
        case ExpositionFormat::text: return "text/plain; version=0.0.4; charset=utf-8";
        case ExpositionFormat::openmetrics: return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    }
    __builtin_unreachable();
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += "=\"";
    append_escaped(out, value);
    out += '"';
}

std::string label_text(std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        if (!text.empty()) text += ',';
        append_label(text, name, value);
    }
    return text;
}

void append_number(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else {
        std::array<char, 32> digits;
        const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
        out.append(digits.data(), end);
    }
}

void Exposition::begin_family(std::string_view name, MetricType type, std::string_view help) {
    name_ = name;
    type_ = type;
    help_ = help;
    head_written_ = false;
}

void Exposition::write_head() {
    // OpenMetrics names a counter's family without the suffix of its samples.
    std::string_view family = name_;
    if (format_ == ExpositionFormat::openmetrics && type_ == MetricType::counter && family.ends_with("_total")) {
        family.remove_suffix(std::string_view("_total").size());
    }
    page_.append("# HELP ").append(family).append(" ");
    append_help(page_, help_);
    page_.append("\n# TYPE ").append(family).append(" ").append(name(type_)).append("\n");
    head_written_ = true;
}

void Exposition::write(std::string_view suffix, std::string_view labels, std::string_view label,
                       std::string_view label_value, double value) {
    if (!head_written_) write_head();
    page_.append(name_).append(suffix);
    if (!labels.empty() || !label.empty()) {
        page_ += '{';
        page_ += labels;
        if (!labels.empty() && !label.empty()) page_ += ',';
        if (!label.empty()) append_label(page_, label, label_value);
        page_ += '}';
    }
    page_ += ' ';
    append_number(page_, value);
    page_ += '\n';
}

void Exposition::sample(std::string_view labels, double value) {
    write({}, labels, {}, {}, value);
}

void Exposition::sample(std::string_view labels, std::string_view label, std::string_view label_value, double value) {
    write({}, labels, label, label_value, value);
}

void Exposition::part(std::string_view suffix, std::string_view labels, std::string_view le, double value) {
    write(suffix, labels, le.empty() ? std::string_view{} : "le", le, value);
}

std::string Exposition::take() {
    return std::exchange(page_, {});
}

void Exposition::end() {
    if (format_ == ExpositionFormat::openmetrics) page_ += "# EOF\n";
}

}  // namespace mxfleet
