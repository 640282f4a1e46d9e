// From a request to the route that answers it, or to the refusal. Pure: no socket, no thread; it calls no handler.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "agent/web/http.hpp"

namespace mxfleet {

/// Why no handler is asked.
struct Unrouted {
    HttpResponse response;
    std::string_view label = unrouted_label;  ///< of the route whose path it was, if any
};

class Router {
public:
    explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

    /// The route for the request, whose `parameter` is set if the route has one. Else 404 for a path without routes,
    /// 405 with Allow for a method it does not have, and 403 for a POST that a page of another origin made.
    std::expected<const Route*, Unrouted> find(HttpRequest& request) const;

private:
    std::vector<Route> routes_;
};

/// Whether the request comes from no page, or from one this server has sent: `Origin` is absent, or names the same host
/// and port as `Host`. Whichever the scheme: a proxy before us may speak TLS.
bool is_same_origin(const HttpRequest& request);

}  // namespace mxfleet
