#include "agent/fleet/settings_of.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

/// One lane's part of a limit for all; never none.
std::uint32_t part_of(std::uint32_t limit, std::size_t lanes) {
    return std::max(1u, limit / static_cast<std::uint32_t>(lanes));
}

}  // namespace

std::string relay_sender(const Settings& settings) {
    return settings.relay.sender.empty() ? "mxfleet-probe@" + settings.agent.ehlo : settings.relay.sender;
}

TargetTerms target_terms(const Settings& settings) {
    return {settings.schedule.interval, settings.relay.enabled, settings.policy.enabled, settings.smtp.port,
            settings.smtp.max_endpoints};
}

LaneSettings lane_settings(const Settings& settings, const TrustStore& trust, std::size_t lanes) {
    const ScheduleSettings& schedule = settings.schedule;
    LaneSettings lane;
    lane.smtp = settings.smtp;
    lane.judge = {schedule.failures_to_confirm,
                  settings.smtp.banner_slow,
                  settings.tls.expiry_warning,
                  settings.tls.expiry_critical,
                  settings.smtp.ipv6 == UseIpv6::automatic,
                  settings.exporting.endpoint_histograms};
    lane.hello = settings.agent.ehlo;
    lane.trust = trust;
    lane.limits = {schedule.per_ip_gap, schedule.per_network_concurrency, part_of(schedule.concurrency, lanes)};
    lane.handshakes = part_of(schedule.handshakes, lanes);
    lane.retry_interval = schedule.retry_interval;
    lane.relay_interval = schedule.relay_interval;
    lane.policy_interval = schedule.policy_interval;
    lane.deep_interval = schedule.deep_interval;
    lane.relay.sender = relay_sender(settings);
    lane.relay.recipient = settings.relay.recipient;
    lane.relay.extended_forms = settings.relay.extended_forms;
    return lane;
}

}  // namespace mxfleet
