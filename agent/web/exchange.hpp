// One request and its reply, from the first byte of the head to the last of the body. It decides what is answered; it
// knows neither sockets nor libmicrohttpd. One thread has it at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/web/http.hpp"
#include "agent/web/reply.hpp"
#include "agent/web/router.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

struct RequestLimits {
    std::size_t head_bytes = std::size_t{8} * 1024;
    std::size_t target_bytes = std::size_t{4} * 1024;
    std::size_t body_bytes = std::size_t{64} * 1024;
};

/// A head as libmicrohttpd 0.9.75 leaves it in memory: the request line's three words with a NUL behind each, then the
/// field lines (fields.hpp). `all` is every byte of it; the words point into it.
struct RawHead {
    std::string_view all;
    const char* method = nullptr;
    const char* target = nullptr;  ///< its text has been written over; the exchange has it from before
    const char* version = nullptr;
};

class Exchange {
public:
    explicit Exchange(std::string target) : target_(std::move(target)) {}

    /// Reads the head. If it is refused, the reply is there, and no body is to be read.
    void read_head(const RawHead& head, const RequestLimits& limits);

    /// Takes a part of the body. False: far more came than was allowed, and nobody need read on.
    bool read_body(std::string_view part, const RequestLimits& limits);

    /// The request is there. Finds its route; if there is none, the reply is there.
    void complete(const Router& router, SteadyTime now);

    /// What was asked may not be, or not by this client: `response` says why.
    void turn_away(HttpResponse response);

    /// Asks the route's handler for the reply. What it throws becomes a 500 and a message for `log`.
    void answer(const std::function<void(std::string_view)>& log);

    bool has_reply() const { return reply_.has_value(); }
    const Reply& reply() const { return *reply_; }
    const Route* route() const { return route_; }
    const HttpRequest& request() const { return request_; }
    bool is_head() const { return request_.method == Method::head; }
    std::string_view label() const { return label_; }
    std::optional<SteadyTime> completed_at() const { return completed_at_; }

    /// Copies what there is of the current block.
    std::size_t take(std::span<char> room);

    enum class Supply : std::uint8_t { more, ended, broken };

    /// Whether a next block can be had, once the current one is used up.
    Supply supply() const { return supply_; }

    /// Makes the next block. What the producer throws breaks the reply off.
    void refill(const std::function<void(std::string_view)>& log);

    /// The reply ends here, incomplete; or, without one, the connection does.
    void break_off() { supply_ = Supply::broken; }

private:
    void refuse(int status, std::string_view message);
    void send(Reply reply);

    std::string target_;
    HttpRequest request_;
    bool is_too_large_ = false;
    std::size_t discarded_ = 0;
    const Route* route_ = nullptr;
    std::string_view label_ = unrouted_label;
    std::optional<SteadyTime> completed_at_;
    std::optional<Reply> reply_;
    std::string block_;
    std::size_t taken_ = 0;
    Supply supply_ = Supply::ended;
};

}  // namespace mxfleet
