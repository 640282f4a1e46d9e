// What a request wants of a list: reads the parameters `limit`, `after`, `verdict`, `state`, `code`, `q` and `order`.
#pragma once

#include <expected>
#include <string>

#include "agent/show/lists.hpp"
#include "agent/web/http.hpp"

namespace mxfleet {

/// Or what is wrong with one of them, for people.
std::expected<ListQuery, std::string> read_list_query(const HttpRequest& request);

}  // namespace mxfleet
