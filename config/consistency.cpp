#include "config/consistency.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/duration_text.hpp"
#include "config/suggestion.hpp"

namespace mxfleet {
namespace {

/// A duration and the key it comes from.
struct Stated {
    Duration& value;
    std::string path;
};

/// One pass over the settings. Paths are those of `Places`: `flow[2].mailbox`.
class Consistency {
public:
    Consistency(Settings& settings, Reading& reading) : settings_(settings), reading_(reading) {}

    void check_all();

private:
    void check_pairs();
    void check_smtp();
    void check_relay();
    void check_services();
    void check_flows();
    void check_credentials();

    void at_most(Stated smaller, Stated larger);
    /// `name` must be a service that mail can be read from, with somebody to log in as.
    void check_mailbox(const std::string& name, const std::string& path);
    /// The service of that name; nothing, and said so, if there is none.
    const ServiceSettings* find_service(const std::string& name, const std::string& path);
    template <class Item>
    void check_unique_names(const std::vector<Item>& items, const std::string& list);
    /// Whether the key stands in the file and its value is unusable: one error about it is enough.
    bool is_faulty(const std::string& path) const;
    bool is_stated(const std::string& path) const { return reading_.places.has(path) && !is_faulty(path); }
    void complain(const std::string& path, const std::string& what);

    Settings& settings_;
    Reading& reading_;
};

bool has_mailbox(ServiceKind kind) {
    switch (kind) {
        case ServiceKind::imap:
        case ServiceKind::imaps:
        case ServiceKind::pop3:
        case ServiceKind::pop3s: return true;
        case ServiceKind::submission:
        case ServiceKind::submissions: return false;
    }
    __builtin_unreachable();
}

std::string item_path(std::string_view list, std::size_t index, std::string_view key) {
    return std::string(list) + "[" + std::to_string(index) + "]." + std::string(key);
}

/// `flow[2].mailbox` as messages call it: `flow.mailbox`. The line tells which one.
std::string shown_path(const std::string& path) {
    const auto open = path.find('[');
    const auto close = path.find(']');
    return open == path.npos ? path : path.substr(0, open) + path.substr(close + 1);
}

void Consistency::check_all() {
    check_pairs();
    check_smtp();
    check_relay();
    check_services();
    check_flows();
    check_credentials();
}

void Consistency::check_pairs() {
    auto& schedule = settings_.schedule;
    at_most({schedule.retry_interval, "schedule.retry_interval"}, {schedule.interval, "schedule.interval"});
    at_most({settings_.tls.expiry_critical, "tls.expiry_critical"},
            {settings_.tls.expiry_warning, "tls.expiry_warning"});
    auto& smtp = settings_.smtp;
    at_most({smtp.banner_slow, "smtp.banner_slow"}, {smtp.banner_timeout, "smtp.banner_timeout"});
}

/// Two stated values may contradict each other; a default gives way.
void Consistency::at_most(Stated smaller, Stated larger) {
    if (smaller.value <= larger.value) return;
    if (is_stated(smaller.path) && is_stated(larger.path)) {
        complain(smaller.path, duration_text(smaller.value) + " is longer than " + shown_path(larger.path) +
                                   ", which is " + duration_text(larger.value));
    } else if (is_stated(smaller.path)) {
        larger.value = smaller.value;
    } else {
        smaller.value = larger.value;
    }
}

void Consistency::check_smtp() {
    if (settings_.smtp.ipv4 || settings_.smtp.ipv6 != UseIpv6::no) return;
    complain("smtp.ipv6", "neither IPv4 nor IPv6 is left to probe with; leave one of smtp.ipv4 and smtp.ipv6 on");
}

/// Confirming sends real mail, so that nothing of it may be left to chance: who gets it, where it is seen, and that a
/// restart remembers what was sent.
void Consistency::check_relay() {
    const RelaySettings& relay = settings_.relay;
    if (!relay.confirm_mailbox.empty()) check_mailbox(relay.confirm_mailbox, "relay.confirm_mailbox");
    if (!relay.confirm) return;
    const auto needs = [&](bool present, const std::string& key, std::string_view why) {
        if (!present && !is_faulty(key)) complain("relay.confirm", "needs " + key + ", " + std::string(why));
    };
    needs(!relay.recipient.empty(), "relay.recipient", "the address that mail is relayed to");
    needs(!relay.confirm_mailbox.empty(), "relay.confirm_mailbox", "the service where its arrival is seen");
    needs(!settings_.agent.state_directory.empty(), "agent.state_directory",
          "so that a restart does not send the same mail again");
}

void Consistency::check_services() {
    check_unique_names(settings_.services, "service");
    for (std::size_t i = 0; i < settings_.services.size(); ++i) {
        const std::string& name = settings_.services[i].credentials;
        if (name.empty() || settings_.credentials.contains(name)) continue;
        std::vector<std::string_view> known;
        known.reserve(settings_.credentials.size());
        for (const auto& [known_name, credentials] : settings_.credentials) {
            known.push_back(known_name);
        }
        const std::string nearest = did_you_mean(name, known);
        complain(item_path("service", i, "credentials"),
                 "there is no [credentials." + name + "]" + (nearest.empty() ? "; add it" : nearest));
    }
}

void Consistency::check_flows() {
    check_unique_names(settings_.flows, "flow");
    for (std::size_t i = 0; i < settings_.flows.size(); ++i) {
        FlowSettings& flow = settings_.flows[i];
        const auto path = [i](std::string_view key) { return item_path("flow", i, key); };
        at_most({flow.late, path("late")}, {flow.lost, path("lost")});
        if (!flow.mailbox.empty()) check_mailbox(flow.mailbox, path("mailbox"));
        if (flow.via.kind != FlowRoute::Kind::service) continue;
        const auto* service = find_service(flow.via.service, path("via"));
        if (service && has_mailbox(service->kind)) {
            complain(path("via"), "service " + shown(service->name) + " takes no mail; name one of kind submission");
        }
    }
}

/// Two sources for one password would leave open which of them counts.
void Consistency::check_credentials() {
    for (const auto& [name, credentials] : settings_.credentials) {
        const std::string path = "credentials." + name;
        const bool file = !credentials.password_file.empty() || is_faulty(path + ".password_file");
        const bool variable = !credentials.password_env.empty() || is_faulty(path + ".password_env");
        if (!file && !variable) complain(path, "has no password; name a password_file or a password_env");
        if (file && variable) complain(path, "has a password_file and a password_env; leave one of them");
    }
}

void Consistency::check_mailbox(const std::string& name, const std::string& path) {
    const auto* service = find_service(name, path);
    if (!service) return;
    if (!has_mailbox(service->kind)) {
        complain(path, "service " + shown(name) + " has no mailbox; name one of kind imap, imaps, pop3 or pop3s");
    } else if (service->credentials.empty()) {
        complain(path, "service " + shown(name) + " has no credentials to read the mailbox with");
    }
}

const ServiceSettings* Consistency::find_service(const std::string& name, const std::string& path) {
    const auto found = std::ranges::find(settings_.services, name, &ServiceSettings::name);
    if (found != settings_.services.end()) return &*found;
    std::vector<std::string_view> known;
    known.reserve(settings_.services.size());
    for (const ServiceSettings& service : settings_.services) {
        known.push_back(service.name);
    }
    const std::string nearest = did_you_mean(name, known);
    complain(path, "there is no [[service]] named " + shown(name) + (nearest.empty() ? "; add it" : nearest));
    return nullptr;
}

template <class Item>
void Consistency::check_unique_names(const std::vector<Item>& items, const std::string& list) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string& name = items[i].name;
        if (name.empty() || seen.insert(name).second) continue;
        complain(item_path(list, i, "name"), shown(name) + " is the name of an earlier [[" + list + "]], too");
    }
}

bool Consistency::is_faulty(const std::string& path) const {
    return reading_.places.has(path) && reading_.errors.any_at(reading_.places.of(path));
}

void Consistency::complain(const std::string& path, const std::string& what) {
    reading_.errors.add(reading_.places.of(path), shown_path(path) + ": " + what);
}

}  // namespace

void check_consistency(Document& document, Reading& reading) {
    Consistency(document.settings, reading).check_all();
}

}  // namespace mxfleet
