// Who may ask anything at all: basic authentication (RFC 7617) against bcrypt hashes. A hash costs tens of
// milliseconds, so what it came to is remembered, and only so many failures are worked out a minute: neither a scraper
// nor somebody who guesses keeps a processor busy. Passwords are kept nowhere, only digests of what was sent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "agent/web/http.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

class Guard {
public:
    using Users = std::map<std::string, std::string>;  ///< and their bcrypt hashes

    enum class Verdict : std::uint8_t { admitted, refused, too_many_failures };

    explicit Guard(Users users) : users_(std::move(users)) {}

    /// Whether `judge` would answer at once.
    bool knows(const HttpRequest& request) const;

    /// May take as long as a hash takes: for a thread that may block. `now` is when the request came.
    Verdict judge(const HttpRequest& request, SteadyTime now);

    /// So many failures may be worked out at once, and one more after each `refill`.
    static constexpr unsigned failures_at_once = 10;
    static constexpr Duration refill = std::chrono::seconds{3};

private:
    using Digest = std::array<unsigned char, 32>;

    static constexpr std::size_t remembered = 256;

    bool is_right(std::string_view credentials) const;
    bool may_fail(SteadyTime now);

    const Users users_;
    mutable std::mutex mutex_;
    std::map<Digest, bool> verdicts_;  ///< of what was sent before
    double failures_left_ = failures_at_once;
    SteadyTime counted_at_{};
};

/// What is said to whom is not admitted.
HttpResponse refusal(Guard::Verdict verdict);

}  // namespace mxfleet
