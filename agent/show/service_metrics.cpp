#include "agent/show/service_metrics.hpp"

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "agent/show/metric_table.hpp"

namespace mxfleet {
namespace {

using Value = std::optional<double>;

/// A family with one sample for an address, or none.
struct ServiceMetric {
    const MetricRow& row;
    Value (*value)(const ServiceAddressStatus& address);
};

Value number(std::optional<bool> yes) {
    return yes ? Value(*yes ? 1 : 0) : std::nullopt;
}

Value leaf_ends(const ServiceAddressStatus& address) {
    const bool is_known = address.last && address.last->tls && address.last->tls->leaf() != nullptr;
    return is_known ? Value(unix_seconds(address.last->tls->leaf()->not_after)) : std::nullopt;
}

constexpr auto metrics = std::to_array<ServiceMetric>({
    {metric("mxfleet_service_up"), [](const ServiceAddressStatus& address) { return number(address.is_up()); }},
    {metric("mxfleet_service_confirmed_up"),
     [](const ServiceAddressStatus& address) { return number(address.is_confirmed_up()); }},
    {metric("mxfleet_service_login_success"),
     [](const ServiceAddressStatus& address) { return number(address.shown_login()); }},
    {metric("mxfleet_service_tls_certificate_not_after_timestamp_seconds"), &leaf_ends},
});

template <class Write>
void for_each_address(const ServiceCells& services, const Write& write) {
    for (const auto& cell : services) {
        const auto status = cell->status.read();
        for (const ServiceAddressStatus& address : status->addresses)
            write(*status, address);
    }
}

}  // namespace

void write_service_metrics(const ServiceCells& services, const PagePart& part, Exposition& page) {
    for (const ServiceMetric& each : metrics) {
        begin_family(page, each.row);
        for_each_address(services, [&](const ServiceStatus& service, const ServiceAddressStatus& address) {
            const Value value = each.value(address);
            if (!value) return;
            const std::string ip = address.key.ip.text();
            const std::string port = std::to_string(address.key.port);
            page.sample({}, {{"name", service.name}, {"kind", name(service.kind)}, {"ip", ip}, {"port", port}}, *value);
        });
    }
    constexpr const MetricRow& phases = metric("mxfleet_service_phase_duration_seconds");
    if (!part.has(phases.detail)) return;
    begin_family(page, phases);
    for_each_address(services, [&](const ServiceStatus& service, const ServiceAddressStatus& address) {
        if (!address.last) return;
        const std::string labels = label_text(
            {{"name", service.name}, {"ip", address.key.ip.text()}, {"port", std::to_string(address.key.port)}});
        for (std::size_t at = 0; at < service_phase_count; ++at) {
            const auto phase = static_cast<Phase>(at);
            if (const auto taken = address.last->times[phase])
                page.sample(labels, "phase", name(phase), seconds(*taken));
        }
    });
}

}  // namespace mxfleet
