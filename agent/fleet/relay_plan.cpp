#include "agent/fleet/relay_plan.hpp"

#include <libpsl.h>

#include <algorithm>
#include <random>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

struct AddressParts {
    std::string local, domain;
};

AddressParts parts_of(const std::string& address) {
    const auto at = address.rfind('@');
    return at == address.npos ? AddressParts{address, {}} : AddressParts{address.substr(0, at), address.substr(at + 1)};
}

/// What a server calls itself is put into commands only when it is a plain host name.
bool is_plain_host_name(std::string_view name) {
    const auto is_plain = [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; };
    return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, is_plain);
}

std::string random_local_part() {
    static thread_local std::minstd_rand random(std::random_device{}());
    std::string local = "mxfleet-";
    for (int at = 0; at < 12; ++at)
        local += static_cast<char>('a' + static_cast<int>(random() % 26));
    return local;
}

constexpr std::size_t extended_form_count =
    std::ranges::count_if(relay_forms, [](const RelayForm& form) { return form.tier == 2; });

void add(RelayPlan& plan, const RelayForm& form) {
    if (std::ranges::find(plan.forms, &form) == plan.forms.end()) plan.forms.push_back(&form);
}

}  // namespace

std::string registrable_domain(const std::string& host) {
    const psl_ctx_t* const list = psl_builtin();
    const char* const domain = list == nullptr ? nullptr : psl_registrable_domain(list, host.c_str());
    return domain == nullptr ? host : domain;
}

void RecipientRoute::add_exchange(const std::string& exchange) {
    exchanges.insert(exchange);
    registrable_domains.insert(registrable_domain(exchange));
}

bool RecipientRoute::overlaps(const EndpointKey& endpoint) const {
    return exchanges.contains(endpoint.mx) || addresses.contains(endpoint.ip) ||
           registrable_domains.contains(registrable_domain(endpoint.mx));
}

std::string relay_obstacle(const RelayTerms& terms, const EndpointKey& endpoint) {
    if (terms.recipient.empty()) return "no_recipient";
    if (!terms.route) return "recipient_unresolved";
    return terms.route->overlaps(endpoint) ? "recipient_overlaps" : "";
}

const RelayForm& extended_form_of_the_day(const EndpointKey& endpoint, std::chrono::sys_days day) {
    const std::size_t turn =
        static_cast<std::size_t>(day.time_since_epoch().count()) + std::hash<IpAddress>{}(endpoint.ip);
    const auto is_extended = [](const RelayForm& form) { return form.tier == 2; };
    return *std::ranges::next(std::ranges::find_if(relay_forms, is_extended),
                              static_cast<std::ptrdiff_t>(turn % extended_form_count));
}

RelayPlan make_relay_plan(const RelayTerms& terms, const EndpointKey& endpoint, const std::vector<SharedText>& domains,
                          std::string_view greeting_host, const RelayStatus& held, WallTime now) {
    const auto sender = parts_of(terms.sender);
    const auto recipient = parts_of(terms.recipient);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    const auto day = static_cast<std::size_t>(today.time_since_epoch().count());
    RelayPlan plan;
    plan.names = {sender.local,
                  sender.domain,
                  recipient.local,
                  recipient.domain,
                  domains[day % domains.size()],
                  is_plain_host_name(greeting_host) ? std::string(greeting_host) : std::string(endpoint.mx),
                  endpoint.ip.literal(),
                  random_local_part()};
    for (const RelayForm& form : relay_forms) {
        if (form.id == held.suspected_form()) add(plan, form);
    }
    for (const RelayForm& form : relay_forms) {
        if (form.tier == 1) add(plan, form);
    }
    if (terms.extended_forms && held.extended_on != today) add(plan, extended_form_of_the_day(endpoint, today));
    return plan;
}

PolicyPlan make_policy_plan(const std::string& sender, const SharedText& domain) {
    auto parts = parts_of(sender);
    return {domain, std::move(parts.local), std::move(parts.domain), random_local_part()};
}

}  // namespace mxfleet
