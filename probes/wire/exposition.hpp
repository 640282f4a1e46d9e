// Writes Prometheus' text format 0.0.4 and OpenMetrics 1.0. Pure; what it writes parses again, whatever the label
// values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mxfleet {

enum class ExpositionFormat : std::uint8_t { text, openmetrics };
enum class MetricType : std::uint8_t { gauge, counter, histogram };

std::string_view content_type(ExpositionFormat format) noexcept;

/// Names and values of labels.
using LabelPairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// `name="value"` with the value escaped. The value is valid UTF-8 already.
void append_label(std::string& out, std::string_view name, std::string_view value);

/// The labels, comma-separated, as they stand between the braces.
std::string label_text(LabelPairs labels);

/// Appends the shortest text that reads back as `value`; `NaN`, `+Inf` and `-Inf` by their names.
void append_number(std::string& out, double value);

/// Writes one page. Families are begun once each, and samples belong to the family begun last. A family without samples
/// leaves no trace.
class Exposition {
public:
    explicit Exposition(ExpositionFormat format) : format_(format) {}

    /// `name` is that of the samples: a counter's ends in `_total`.
    void begin_family(std::string_view name, MetricType type, std::string_view help);

    /// `labels` as label_text makes them, or empty.
    void sample(std::string_view labels, double value);

    /// With one label more.
    void sample(std::string_view labels, std::string_view label, std::string_view label_value, double value);

    /// With several labels more.
    void sample(std::string_view labels, LabelPairs more, double value);

    /// Whose samples follow, by the labels of all of them: what these have in common is laid out once. Until the next
    /// family or target.
    void begin_target(std::string_view labels);

    /// A sample of that target. `more` are further labels as label_text makes them, or empty.
    void target_sample(std::string_view more, double value);
    void target_sample(LabelPairs more, double value);

    /// A histogram's `_bucket`, `_sum` or `_count`.
    void part(std::string_view suffix, std::string_view labels, std::string_view le, double value);

    /// What was written since the last call, for a page that is sent while it is written.
    std::string take();

    /// Appends it to `piece`; where that is empty the two change places, and no byte is copied.
    void move_to(std::string& piece);

    /// Ends the page. Nothing is written after it.
    void end();

    std::size_t size() const { return page_.size(); }

private:
    void write_head();
    void write(std::string_view suffix, std::string_view labels, LabelPairs more, double value);

    ExpositionFormat format_;
    std::string page_;
    std::string name_;
    std::string head_;  ///< of each line of the target: the name, a brace and its labels
    std::string_view help_;
    MetricType type_ = MetricType::gauge;
    bool head_written_ = false;
};

}  // namespace mxfleet
