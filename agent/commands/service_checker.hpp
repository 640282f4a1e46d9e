// One visit to every address of some services, now, for a person. Keeps no schedule and writes nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/judge/service.hpp"
#include "config/settings.hpp"
#include "probes/io/tls_client.hpp"

namespace mxfleet {

struct ServiceCheckTerms {
    Settings settings;
    TrustStore trust;
    std::vector<ServiceSettings> services;
};

/// One status a service, in the order of `terms.services`, judged at once.
std::vector<ServiceStatus> check_services(const ServiceCheckTerms& terms);

}  // namespace mxfleet
