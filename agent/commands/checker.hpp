// One full look at some domains, now, for a person: looks up, runs one session with each endpoint, judges at once.
// Keeps no schedule and writes nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/show/report_json.hpp"
#include "config/settings.hpp"
#include "probes/io/tls_client.hpp"

namespace mxfleet {

struct CheckTerms {
    Settings settings;
    TrustStore trust;
    std::vector<Domain> domains;
    std::optional<CheckTarget> exchange;      ///< judged as if it were every domain's only exchange
    std::vector<std::string> relay_domains;   ///< those whose relay check is wanted
    std::vector<std::string> policy_domains;  ///< those whose policy probes are wanted
    bool deep = false;                        ///< follow-up sessions besides the one with HELO
    std::function<void(const std::string&)> progress = [](const std::string&) {};  ///< told what is going on
};

/// One report a domain, in the order of `terms.domains`.
std::vector<Report> check_domains(const CheckTerms& terms);

}  // namespace mxfleet
