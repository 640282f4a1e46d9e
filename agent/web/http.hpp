// What a request asks and what an answer says, as values. Nothing here knows a socket, a thread or a library.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mxfleet {

/// `other` is every method that no route can have, TRACE and CONNECT among them.
enum class Method : std::uint8_t { get, head, post, other };

/// The method of that name, which is case-sensitive (RFC 9110 §9.1).
Method method_of(std::string_view name) noexcept;

struct HttpField {
    std::string name;  ///< of a request: in lower case
    std::string value;

    bool operator==(const HttpField&) const = default;
};

struct QueryParameter {
    std::string name;
    std::string value;

    bool operator==(const QueryParameter&) const = default;
};

struct HttpRequest {
    Method method = Method::get;
    std::string path = "/";             ///< decoded, valid UTF-8, without control characters
    std::size_t last_segment = 1;       ///< where the part behind the last `/` that was sent as such begins in `path`
    std::vector<QueryParameter> query;  ///< decoded, in the order they came; a name may come twice
    std::vector<HttpField> fields;
    std::string body;
    std::string parameter;  ///< what stands for `{name}` in the route's path

    /// The first field of that name, which is given in lower case.
    std::optional<std::string_view> field(std::string_view name) const;

    /// All fields of that name as one list (RFC 9110 §5.3); empty if there is none.
    std::string list_field(std::string_view name) const;

    /// The first query parameter of that name.
    std::optional<std::string_view> parameter_of(std::string_view name) const;
};

/// Appends the next piece of a body, some 16 to 64 KiB, and says whether there is more. Throwing breaks the answer off.
/// It is called on a handler thread, after the handler has returned, and owns whatever it needs.
using BodyProducer = std::move_only_function<bool(std::string& piece)>;

/// What may be large is produced piece by piece while it is sent, so that a slow reader holds a few pieces only.
using Body = std::variant<std::string, std::shared_ptr<const std::string>, BodyProducer>;

struct HttpResponse {
    int status = 200;
    std::string content_type;  ///< with version and charset
    Body body;
    std::vector<HttpField> fields;
};

/// `{"error": "<message>"}`, with whatever the message holds escaped.
HttpResponse json_error(int status, std::string_view message);

/// Answers one request. It runs on a handler thread and may block; an exception becomes a 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

struct Route {
    Method method = Method::get;  ///< get answers HEAD too
    std::string path;             ///< exact, or with `{name}` for its last segment: `/api/v1/domains/{domain}`
    std::string label;            ///< of the metrics: one word
    HttpHandler handler;
    bool slow = false;  ///< may take seconds: shares one thread with the other slow ones, and delays no quick one
};

/// What is told of an answer once it is sent or broken off: its route's label, its status, and the seconds since the
/// request was complete. The label of what reached no route is `other`.
using HttpObserver = std::function<void(std::string_view label, int status, double seconds)>;
inline constexpr std::string_view unrouted_label = "other";

}  // namespace mxfleet
