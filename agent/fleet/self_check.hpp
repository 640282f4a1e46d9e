// What others see of us: the addresses we leave from, whether the name in EHLO leads to them, and whether our resolver
// validates. Looks up; what it comes to is agent/judge/self_checks. For the coordinating thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/fleet/reputations.hpp"
#include "agent/judge/self_checks.hpp"
#include "agent/judge/vantage.hpp"
#include "config/settings.hpp"
#include "probes/dns/assess.hpp"

namespace mxfleet {

class SelfCheck {
public:
    explicit SelfCheck(asio::io_context& context) : context_(context) {}

    void configure(const Settings& settings);

    /// Looks up what is due. `dns` outlives the lookups.
    void begin(DnsLookup& dns);

    /// Those that others can see.
    const std::vector<IpAddress>& addresses() const { return addresses_; }

    struct Result {
        std::vector<VantageResult> checks;
        std::vector<Statement> statements;
    };
    Result judge(const Reputations& reputations) const;

    void stop() { stopped_ = true; }

private:
    struct Names {
        AddressAnswer a;
        AddressAnswer aaaa;
    };

    void find_addresses();
    asio::awaitable<void> look_up(DnsLookup& dns, std::uint32_t settings);
    std::optional<bool> has_our_name(const IpAddress& ip) const;

    asio::io_context& context_;
    Settings settings_;
    std::uint32_t configured_ = 0;  ///< times: what was asked by other settings is forgotten
    std::vector<IpAddress> addresses_;
    Names names_;                    ///< the addresses of our name in EHLO
    std::optional<bool> validates_;  ///< empty: unknown, or its word counts for nothing
    SteadyTime due_{};
    bool stopped_ = false;
};

}  // namespace mxfleet
