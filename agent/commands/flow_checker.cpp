#include "agent/commands/flow_checker.hpp"

#include <algorithm>
#include <asio/steady_timer.hpp>

#include "agent/fleet/flows.hpp"
#include "probes/dns/shared_lookup.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"
#include "probes/io/dns_client.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

class FlowCheck {
public:
    explicit FlowCheck(const FlowCheckTerms& terms) : settings_(terms.settings) {
        settings_.flows = terms.flows;
        settings_.schedule.shard = {};
        for (FlowSettings& flow : settings_.flows) {
            longest_ = std::max(longest_, flow.late);
            flow.interval = std::chrono::days{7};  // one message each
        }
        flows_.configure(settings_, terms.trust);
    }

    std::vector<FlowStatus> run() {
        ends_ = steady_now() + longest_ + spare;
        tick();
        context_.run();
        std::vector<FlowStatus> statuses;
        for (const FlowSettings& flow : settings_.flows) {
            const auto cell =
                std::ranges::find(flows_.cells(), flow.name, [](const auto& each) { return each->name.text(); });
            statuses.push_back(*(*cell)->status.read());
        }
        return statuses;
    }

private:
    static constexpr Duration spare = 15s;    ///< for a reading of the mailbox after `late`
    static constexpr Duration tidying = 10s;  ///< for letters to be removed that were found

    void tick() {
        const bool is_over = steady_now() >= ends_ || is_settled();
        if (is_over && !settled_at_) settled_at_ = steady_now();
        const bool is_tidy = settled_at_ && (flows_.is_idle() || steady_now() - *settled_at_ > tidying);
        if (is_tidy) {
            flows_.stop();
            client_.shutdown();
            return;
        }
        flows_.begin(lookup_, {});
        timer_.expires_after(50ms);
        timer_.async_wait([this](const asio::error_code& error) {
            if (!error) tick();
        });
    }

    bool is_settled() const {
        return std::ranges::all_of(flows_.cells(), [](const auto& cell) {
            const auto status = cell->status.read();
            const auto is_open = [](const FlowMessage& message) {
                return message.state != MessageState::waiting && !mxfleet::is_settled(message.state);
            };
            const bool has_somewhere_to_go = status->looked_up_at && status->endpoints.empty();
            return has_somewhere_to_go ||
                   (!status->messages.empty() && std::ranges::none_of(status->messages, is_open));
        });
    }

    Settings settings_;
    Duration longest_{};
    SteadyTime ends_{};
    std::optional<SteadyTime> settled_at_;
    FlowObserver nobody_;
    asio::io_context context_{1};
    DnsClient client_{context_, settings_.dns, nullptr};
    SharedLookup lookup_{context_, client_};
    Flows flows_{context_, nobody_, nullptr, std::make_unique<LiveMailPorts>(context_, unhindered())};
    asio::steady_timer timer_{context_};
};

}  // namespace

std::vector<FlowStatus> check_flows(const FlowCheckTerms& terms) {
    return FlowCheck(terms).run();
}

}  // namespace mxfleet
