#include "config/config_error.hpp"

#include <algorithm>
#include <utility>

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

FilePosition position_of(const ConfigError& error) {
    return {error.line, error.column};
}

}  // namespace

std::string ConfigError::text() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": error: " + message;
}

ErrorCollector::ErrorCollector(std::string file, std::size_t limit) : file_(std::move(file)), limit_(limit) {}

void ErrorCollector::add(FilePosition at, std::string message) {
    if (errors_.size() >= limit_) {
        ++beyond_limit_;
        return;
    }
    // Behind those of the same place: what was found first comes first.
    const auto place = std::ranges::upper_bound(errors_, at, {}, position_of);
    errors_.insert(place, {file_, at.line, at.column, std::move(message)});
}

bool ErrorCollector::any_at(FilePosition at) const {
    return std::ranges::binary_search(errors_, at, {}, position_of);
}

ConfigErrors ErrorCollector::in_order() && {
    if (beyond_limit_ > 0) {
        const FilePosition last = position_of(errors_.back());
        errors_.push_back({file_, last.line, last.column, "and " + std::to_string(beyond_limit_) + " more errors"});
    }
    return std::move(errors_);
}

std::string shown(std::string_view text) {
    constexpr std::size_t limit = 100;
    return "`" + printable(text, limit) + "`";
}

std::unexpected<std::string> wrong(std::string_view text, std::string_view clause) {
    return std::unexpected(shown(text) + " " + std::string(clause));
}

}  // namespace mxfleet
