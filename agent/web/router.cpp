#include "agent/web/router.hpp"

#include <algorithm>
#include <utility>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// What stands before the `{name}` of such a path; empty for an exact one.
std::string_view prefix_of(std::string_view path) {
    return path.ends_with('}') ? path.substr(0, path.rfind('{')) : std::string_view();
}

bool takes_path(const Route& route, const HttpRequest& request) {
    const std::string_view prefix = prefix_of(route.path);
    if (prefix.empty()) return route.path == request.path;
    const auto path = std::string_view(request.path);
    return path.substr(0, request.last_segment) == prefix && path.size() > request.last_segment;
}

bool takes_method(const Route& route, Method method) {
    return method == route.method || (method == Method::head && route.method == Method::get);
}

/// An exact path goes before one with a parameter.
bool is_closer(const Route& route, const Route* than) {
    return than == nullptr || (prefix_of(route.path).empty() && !prefix_of(than->path).empty());
}

/// 405 with what the path does allow.
HttpResponse not_allowed(const std::vector<Route>& routes, const HttpRequest& request) {
    std::string allowed;
    for (const Route& route : routes) {
        if (!takes_path(route, request)) continue;
        if (!allowed.empty()) allowed += ", ";
        allowed += route.method == Method::post ? "POST" : "GET, HEAD";
    }
    HttpResponse response = json_error(405, "that method is not allowed here");
    response.fields.push_back({"Allow", std::move(allowed)});
    return response;
}

}  // namespace

bool is_same_origin(const HttpRequest& request) {
    const auto origin = request.field("origin");
    if (!origin) return true;
    const auto host = request.field("host");
    if (!host || host->empty()) return false;
    const std::string from = lower_case(*origin);
    const std::string here = lower_case(*host);
    return from == "http://" + here || from == "https://" + here;
}

std::expected<const Route*, Unrouted> Router::find(HttpRequest& request) const {
    const Route* found = nullptr;
    const Route* same_path = nullptr;
    for (const Route& route : routes_) {
        if (!takes_path(route, request)) continue;
        if (is_closer(route, same_path)) same_path = &route;
        if (takes_method(route, request.method) && is_closer(route, found)) found = &route;
    }
    if (same_path == nullptr) return std::unexpected(Unrouted{json_error(404, "there is nothing at this path")});
    if (found == nullptr) return std::unexpected(Unrouted{not_allowed(routes_, request), same_path->label});
    if (found->method == Method::post && !is_same_origin(request)) {
        return std::unexpected(Unrouted{json_error(403, "a page of another origin may not do this"), found->label});
    }
    if (!prefix_of(found->path).empty()) request.parameter = request.path.substr(request.last_segment);
    return found;
}

}  // namespace mxfleet
