// What a request wants of a list: reads the parameters `limit`, `after`, `verdict`, `state`, `code`, `q` and `order`.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "agent/show/lists.hpp"
#include "agent/web/http.hpp"

namespace mxfleet {

/// Or what is wrong with one of them, for people.
std::expected<ListQuery, std::string> read_list_query(const HttpRequest& request);

/// A number written in decimal, and nothing else.
std::optional<std::uint64_t> number_in(std::string_view text);

}  // namespace mxfleet
