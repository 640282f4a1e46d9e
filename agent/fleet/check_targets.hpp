// Hosts known to be up, which prove our own way out: asked in rounds, all at once, with a session like any other's. It
// says who answered, and judges nothing. On the coordinating thread.
#pragma once

#include <array>
#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "config/settings.hpp"
#include "probes/dns/resolve.hpp"
#include "probes/io/gate.hpp"
#include "probes/io/reactor.hpp"
#include "probes/smtp/session.hpp"

namespace mxfleet {

class CheckTargets {
public:
    /// Addresses of one family.
    struct Answers {
        std::size_t asked = 0;
        std::size_t answered = 0;
    };

    struct Round {
        SteadyTime began{};
        std::array<Answers, 2> by_family{};  ///< IPv4, IPv6
    };

    explicit CheckTargets(asio::io_context& context);

    /// Takes the targets from there. What a round found until now goes by other settings, and is forgotten.
    void configure(const Settings& settings, const TrustStore& trust);

    bool is_configured() const { return !targets_.empty(); }
    bool is_under_way() const { return current_ != nullptr; }

    /// Looks all targets up and connects to all their addresses. `dns` outlives the round.
    void begin_round(DnsLookup& dns);

    /// The last round that ended.
    const std::optional<Round>& last_round() const { return last_; }

    /// Ends the round under way soon, and begins no more.
    void stop();

private:
    struct UnderWay {
        Round round;
        std::size_t at_work = 0;
    };
    using Endpoints = std::vector<EndpointKey>;

    asio::awaitable<void> look_up(std::shared_ptr<UnderWay> round, std::size_t target, DnsLookup& dns);
    asio::awaitable<void> connect(std::shared_ptr<UnderWay> round, EndpointKey endpoint);
    void begin(const std::shared_ptr<UnderWay>& round, asio::awaitable<void> work);
    void ended(const std::shared_ptr<UnderWay>& round);
    Endpoints endpoints_of(const MxFacts& facts, std::uint16_t port) const;

    asio::io_context& context_;
    std::unique_ptr<Reactor> reactor_;  ///< null until there was a target: it ticks
    Gate handshakes_;
    SmtpSettings smtp_;
    TargetSettings networks_;
    std::string hello_;
    std::vector<CheckTarget> targets_;
    std::vector<Endpoints> known_;  ///< of each target, from its last lookup that did not fail
    std::shared_ptr<const SessionContext> session_context_;
    std::shared_ptr<UnderWay> current_;
    std::optional<Round> last_;
    std::unordered_set<Session*> sessions_;
    bool stopped_ = false;
};

}  // namespace mxfleet
