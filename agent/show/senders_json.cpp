#include "agent/show/senders_json.hpp"

#include "agent/judge/senders.hpp"

namespace mxfleet {
namespace {

std::string_view in_a_word(const std::optional<bool>& takes) {
    return !takes ? "unknown" : *takes ? "deliverable" : "undeliverable";
}

template <class TakesFrom, class WhyNot>
void put(Json& report, const TakesFrom& takes_from, const WhyNot& why_not_from) {
    Json senders = Json::object();
    Json reasons = Json::object();
    for (const Sender sender : all_senders) {
        const std::string key(name(sender));
        const std::optional<bool> takes = takes_from(sender);
        senders[key] = in_a_word(takes);
        if (takes != true) reasons[key] = why_not_from(sender);
    }
    report["senders"] = std::move(senders);
    report["senders_why"] = std::move(reasons);
}

std::string why_not_from(const DomainView& view, Sender sender) {
    const DomainStatus& domain = *view.status;
    if (!domain.mx) return "it was not looked up yet";
    std::vector<const EndpointStatus*> endpoints;
    for (const auto& endpoint : view.endpoints)
        endpoints.push_back(endpoint.get());
    return why_not(sender, {*domain.mx, domain.tls_policies.get()}, endpoints, domain.part.all_endpoints);
}

}  // namespace

void put_senders(Json& report, const DomainView& view) {
    const auto takes_from = [&](Sender sender) { return view.status->judgement.takes_from(sender); };
    put(report, takes_from, [&](Sender sender) { return why_not_from(view, sender); });
}

void put_senders(Json& report, const DomainStatus& domain, const EndpointStatus& endpoint) {
    static const MxFacts nothing;
    const SenderTerms terms{domain.mx ? *domain.mx : nothing, domain.tls_policies.get()};
    const auto takes_from = [&](Sender sender) { return taking(sender, terms, endpoint).takes; };
    put(report, takes_from, [&](Sender sender) { return taking(sender, terms, endpoint).why; });
}

std::string senders_line(const DomainView& view) {
    std::string deliverable;
    std::string others;
    for (const Sender sender : all_senders) {
        const auto takes = view.status->judgement.takes_from(sender);
        if (takes == true) {
            deliverable += (deliverable.empty() ? "" : ", ") + std::string(name(sender));
        } else {
            others += (others.empty() ? "" : "; ") + std::string(name(sender)) + " " + std::string(in_a_word(takes)) +
                      " (" + why_not_from(view, sender) + ")";
        }
    }
    if (!deliverable.empty()) deliverable += " deliverable";
    return "senders: " + deliverable + (deliverable.empty() || others.empty() ? "" : "; ") + others;
}

}  // namespace mxfleet
