#include "agent/service/history.hpp"

namespace mxfleet {

void add_history(Json& report, const DomainView& view, StateStore& state) {
    for (std::size_t at = 0; at < view.endpoints.size(); ++at) {
        Json certificates = Json::array();
        for (const StoredCertificate& each : state.certificates(view.endpoints[at]->key)) {
            certificates.push_back({{"sha256", each.sha256},
                                    {"issuer", each.issuer},
                                    {"not_after", date_text(each.not_after)},
                                    {"first_seen", date_json(each.first_seen)}});
        }
        report["endpoints"][at]["certificate_history"] = std::move(certificates);
    }
}

}  // namespace mxfleet
