#include "agent/web/exchange.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "agent/web/fields.hpp"
#include "agent/web/gzip.hpp"
#include "agent/web/target.hpp"

namespace mxfleet {
namespace {

/// So much of a body that is too large is read and dropped: a client that is still sending would not see the answer.
constexpr std::size_t max_discarded = std::size_t{1024} * 1024;

/// What is between the request line and the end of the head, if the request line is three words with one space between
/// them.
std::optional<std::string_view> field_lines(const RawHead& head, std::size_t target_size) {
    constexpr std::size_t version_size = std::string_view("HTTP/1.1").size();
    const std::size_t method_size = std::string_view(head.method).size();
    if (head.target != head.method + method_size + 1) return std::nullopt;
    if (head.version != head.target + target_size + 1) return std::nullopt;
    const std::size_t lines = method_size + 1 + target_size + 1 + version_size;
    if (head.all.data() != head.method || head.all.size() < lines) return std::nullopt;
    return head.all.substr(lines);
}

HttpResponse response_of(const Route& route, const HttpRequest& request,
                         const std::function<void(std::string_view)>& log) {
    try {
        return route.handler(request);
    } catch (const std::exception& error) {
        log(route.label + ": " + error.what());
    } catch (...) {
        log(route.label + ": an unknown exception");
    }
    return json_error(500, "internal error");
}

}  // namespace

void Exchange::read_head(const RawHead& head, const RequestLimits& limits) {
    if (target_.size() > limits.target_bytes) return refuse(414, "the target is too long");
    if (head.all.size() > limits.head_bytes) return refuse(431, "the head is too large");
    const auto lines = field_lines(head, target_.size());
    if (!lines) return refuse(400, "the request line is malformed");
    auto fields = read_fields(*lines);
    if (!fields) return refuse(400, fields.error());
    const auto framing = framing_of(*fields, std::string_view(head.version) == "HTTP/1.0");
    if (!framing) return refuse(framing.error().status, framing.error().message);
    auto target = parse_target(target_);
    if (!target) return refuse(400, target.error());
    if (framing->length > max_discarded) return refuse(413, "the body is too large");

    request_.method = method_of(head.method);
    request_.path = std::move(target->path);
    request_.last_segment = target->last_segment;
    request_.query = std::move(target->query);
    request_.fields = std::move(*fields);
    is_too_large_ = framing->length > limits.body_bytes;
}

bool Exchange::read_body(std::string_view part, const RequestLimits& limits) {
    is_too_large_ = is_too_large_ || part.size() > limits.body_bytes - request_.body.size();
    if (!is_too_large_) {
        request_.body += part;
        return true;
    }
    discarded_ += part.size();
    return discarded_ <= max_discarded;
}

void Exchange::complete(const Router& router, SteadyTime now) {
    completed_at_ = now;
    if (is_too_large_) return refuse(413, "the body is too large");
    auto found = router.find(request_);
    if (found) {
        route_ = *found;
        label_ = route_->label;
    } else {
        label_ = found.error().label;
        send(reply_with(std::move(found.error().response), ""));
    }
}

void Exchange::turn_away(HttpResponse response) {
    send(reply_with(std::move(response), ""));
}

void Exchange::answer(const std::function<void(std::string_view)>& log) {
    const std::string accept_encoding = request_.list_field("accept-encoding");
    try {
        send(reply_with(response_of(*route_, request_, log), accept_encoding));
        return;
    } catch (const std::exception& error) {
        log(route_->label + ": " + error.what());
    } catch (...) {
        log(route_->label + ": an unknown exception");
    }
    refuse(500, "internal error");
}

std::size_t Exchange::take(std::span<char> room) {
    const std::size_t length = block_.copy(room.data(), room.size(), taken_);
    taken_ += length;
    return length;
}

void Exchange::refill(const std::function<void(std::string_view)>& log) {
    block_.clear();
    taken_ = 0;
    try {
        supply_ = fill(reply_->rest, block_, block_bytes) ? Supply::more : Supply::ended;
        return;
    } catch (const std::exception& error) {
        log(route_->label + ": " + error.what());
    } catch (...) {
        log(route_->label + ": an unknown exception");
    }
    break_off();
}

void Exchange::refuse(int status, std::string_view message) {
    send(reply_with(json_error(status, message), ""));
}

void Exchange::send(Reply reply) {
    block_ = std::move(reply.first_block);
    supply_ = reply.rest ? Supply::more : Supply::ended;
    reply_ = std::move(reply);
}

}  // namespace mxfleet
