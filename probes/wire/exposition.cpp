#include "probes/wire/exposition.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

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

// A page can have millions of samples. Each is written into room that is made for it once (`append`), by functions
// that take where to write and return where they stopped.

/// The longest text of a number: `-1.7976931348623157e+308`.
constexpr std::size_t number_room = 24;

char* put(char* at, std::string_view text) {
    // Of std::ranges::copy this compiler makes a loop over single bytes.
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

char* put_escaped(char* at, std::string_view text) {
    for (const char c : text) {
        if (c == '\\' || c == '"' || c == '\n') *at++ = '\\';
        *at++ = c == '\n' ? 'n' : c;
    }
    return at;
}

char* put_label(char* at, std::string_view name, std::string_view value) {
    at = put(at, name);
    at = put(at, "=\"");
    at = put_escaped(at, value);
    *at++ = '"';
    return at;
}

/// Enough for the label and a comma, whatever has to be escaped.
constexpr std::size_t label_room(std::string_view name, std::string_view value) {
    return name.size() + 2 * value.size() + 4;
}

char* put_number(char* at, double value) {
    // Most samples are small whole numbers. Those that end in five zeros are shorter with an exponent.
    constexpr double exact_limit = 1e15;
    if (value >= 0 && value < exact_limit) {
        const auto whole = static_cast<std::uint64_t>(value);
        const bool is_whole = static_cast<double>(whole) == value && !std::signbit(value);
        if (is_whole && whole < 10) {
            *at = static_cast<char>('0' + whole);
            return at + 1;
        }
        if (is_whole && whole % 100'000 != 0) return std::to_chars(at, at + number_room, whole).ptr;
    }
    if (std::isnan(value)) return put(at, "NaN");
    if (std::isinf(value)) return put(at, value > 0 ? "+Inf" : "-Inf");
    return std::to_chars(at, at + number_room, value).ptr;
}

/// Appends what `put_all` puts into room for that many characters.
template <class Put>
void append(std::string& out, std::size_t room, Put put_all) {
    const std::size_t size = out.size();
    out.resize_and_overwrite(
        size + room, [&](char* begin, std::size_t) { return static_cast<std::size_t>(put_all(begin + size) - begin); });
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
    append(out, label_room(name, value), [&](char* at) { return put_label(at, name, value); });
}

std::string label_text(LabelPairs labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        if (!text.empty()) text += ',';
        append_label(text, name, value);
    }
    return text;
}

void append_number(std::string& out, double value) {
    append(out, number_room, [&](char* at) { return put_number(at, value); });
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

void Exposition::write(std::string_view suffix, std::string_view labels, LabelPairs more, double value) {
    if (!head_written_) write_head();
    std::size_t room = name_.size() + suffix.size() + labels.size() + number_room + std::string_view("{,} \n").size();
    for (const auto& [name, text] : more)
        room += label_room(name, text);
    append(page_, room, [&](char* at) {
        at = put(at, name_);
        at = put(at, suffix);
        if (!labels.empty() || more.size() > 0) {
            *at++ = '{';
            at = put(at, labels);
            bool is_first = labels.empty();
            for (const auto& [name, text] : more) {
                if (!std::exchange(is_first, false)) *at++ = ',';
                at = put_label(at, name, text);
            }
            *at++ = '}';
        }
        *at++ = ' ';
        at = put_number(at, value);
        *at++ = '\n';
        return at;
    });
}

void Exposition::begin_target(std::string_view labels) {
    head_.assign(name_).append("{").append(labels);
}

void Exposition::target_sample(std::string_view more, double value) {
    if (!head_written_) write_head();
    append(page_, head_.size() + more.size() + number_room + std::string_view(",} \n").size(), [&](char* at) {
        at = put(at, head_);
        if (!more.empty()) {
            *at++ = ',';
            at = put(at, more);
        }
        at = put(at, "} ");
        at = put_number(at, value);
        *at++ = '\n';
        return at;
    });
}

void Exposition::target_sample(LabelPairs more, double value) {
    if (!head_written_) write_head();
    std::size_t room = head_.size() + number_room + std::string_view("} \n").size();
    for (const auto& [name, text] : more)
        room += label_room(name, text);
    append(page_, room, [&](char* at) {
        at = put(at, head_);
        for (const auto& [name, text] : more) {
            *at++ = ',';
            at = put_label(at, name, text);
        }
        at = put(at, "} ");
        at = put_number(at, value);
        *at++ = '\n';
        return at;
    });
}

void Exposition::sample(std::string_view labels, double value) {
    write({}, labels, {}, value);
}

void Exposition::sample(std::string_view labels, std::string_view label, std::string_view label_value, double value) {
    write({}, labels, {{label, label_value}}, value);
}

void Exposition::sample(std::string_view labels, LabelPairs more, double value) {
    write({}, labels, more, value);
}

void Exposition::part(std::string_view suffix, std::string_view labels, std::string_view le, double value) {
    if (le.empty()) return write(suffix, labels, {}, value);
    write(suffix, labels, {{"le", le}}, value);
}

std::string Exposition::take() {
    return std::exchange(page_, {});
}

void Exposition::move_to(std::string& piece) {
    if (piece.empty()) {
        piece.swap(page_);
    } else {
        piece += page_;
    }
    page_.clear();
}

void Exposition::end() {
    if (format_ == ExpositionFormat::openmetrics) page_ += "# EOF\n";
}

}  // namespace mxfleet
