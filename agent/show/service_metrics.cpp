#include "agent/show/service_metrics.hpp"

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace mxfleet {
namespace {

using Value = std::optional<double>;

/// A family with one sample for an address, or none.
struct ServiceMetric {
    std::string_view name;
    std::string_view help;
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
    {"mxfleet_service_up", "Whether the service greeted and said what it can in its last visit. Absent while unknown.",
     [](const ServiceAddressStatus& address) { return number(address.is_up()); }},
    {"mxfleet_service_confirmed_up",
     "The same once it is confirmed: 0 after several failures in a row. Absent while unknown.",
     [](const ServiceAddressStatus& address) { return number(address.is_confirmed_up()); }},
    {"mxfleet_service_login_success",
     "Whether the login worked in the last visit; 0 where the password was not sent for want of verified TLS. Absent "
     "where it was not tried.",
     [](const ServiceAddressStatus& address) { return number(address.shown_login()); }},
    {"mxfleet_service_tls_certificate_not_after_timestamp_seconds", "When the certificate of the service ends.",
     &leaf_ends},
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
    for (const ServiceMetric& metric : metrics) {
        page.begin_family(metric.name, MetricType::gauge, metric.help);
        for_each_address(services, [&](const ServiceStatus& service, const ServiceAddressStatus& address) {
            const Value value = metric.value(address);
            if (!value) return;
            const std::string ip = address.key.ip.text();
            const std::string port = std::to_string(address.key.port);
            page.sample({}, {{"name", service.name}, {"kind", name(service.kind)}, {"ip", ip}, {"port", port}}, *value);
        });
    }
    if (!part.has(Detail::full)) return;
    page.begin_family("mxfleet_service_phase_duration_seconds", MetricType::gauge,
                      "Time of each phase of the last visit: ehlo is CAPABILITY and CAPA as well, mail the one without "
                      "login, login its last turn.");
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
