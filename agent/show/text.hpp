// Text for a terminal: wrapped and padded by what is seen, not by bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mxfleet {

/// Columns that UTF-8 text takes on a terminal, every character counted as one.
std::size_t columns(std::string_view text);

/// The text in lines of at most `width` columns, each begun with `indent` and ended by a line feed. Words longer than a
/// line are cut.
std::string wrapped(std::string_view text, std::size_t width, std::string_view indent);

/// Padded on the right to `width` columns; longer text is cut and ends in `…`.
std::string padded(std::string_view text, std::size_t width);

}  // namespace mxfleet
