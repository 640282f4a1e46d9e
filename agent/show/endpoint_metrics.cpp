#include "agent/show/endpoint_metrics.hpp"

#include <algorithm>
#include <array>

#include "agent/show/label_values.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t shown_issuer_limit = 64;

/// The pairs of phase and reason that are likely enough to exist at 0 from the start.
struct Pair {
    Phase phase;
    Reason reason;
};
constexpr auto likely_failures = std::to_array<Pair>({
    {Phase::connect, Reason::refused},
    {Phase::connect, Reason::timeout},
    {Phase::connect, Reason::no_route},
    {Phase::banner, Reason::timeout},
    {Phase::banner, Reason::closed},
    {Phase::banner, Reason::rejected},
    {Phase::banner, Reason::temporary},
    {Phase::banner, Reason::protocol_error},
    {Phase::ehlo, Reason::closed},
    {Phase::ehlo, Reason::rejected},
    {Phase::ehlo, Reason::temporary},
    {Phase::ehlo, Reason::timeout},
    {Phase::starttls, Reason::temporary},
    {Phase::tls_handshake, Reason::tls_error},
});

using Status = EndpointStatus;
using Samples = TargetSamples;

void optional_flag(Samples& out, std::optional<bool> flag) {
    if (flag) out.value(*flag ? 1 : 0);
}

void optional_time(Samples& out, MaybeTime time) {
    if (time) out.value(unix_seconds(*time));
}

/// One sample a value of an enumeration, 1 for the one that holds.
template <class Enum, std::size_t count>
void state_set(Samples& out, Enum now) {
    static const auto labels = label_of_each<Enum, count>("state");
    for (std::size_t at = 0; at < count; ++at)
        out.labelled(labels[at], at == static_cast<std::size_t>(now) ? 1 : 0);
}

/// What stays known of an endpoint that does not answer right now: the facts of its last session that was up.
const SessionFacts* known(const Status& status) {
    return status.last_up.get();
}

/// EHLO's capabilities: inside TLS where they were seen, for they are what a sender goes by.
const Capabilities* capabilities(const Status& status) {
    if (known(status) == nullptr) return nullptr;
    if (known(status)->capabilities_tls) return known(status)->capabilities_tls.get();
    return known(status)->capabilities.get();
}

const TlsFacts* tls(const Status& status) {
    return known(status) != nullptr && known(status)->tls ? &*known(status)->tls : nullptr;
}

void greeting_code(const Status& status, Samples& out) {
    if (!status.checked_at || status.state == EndpointState::skipped) return;
    out.value(status.last->greeting ? status.last->greeting->code : 0);
}

void phases(const Status& status, Samples& out) {
    static const auto labels = label_of_each<Phase, phase_count>("phase");
    if (!status.last) return;
    for (std::size_t at = 0; at < phase_count; ++at) {
        if (const auto taken = status.last->times[static_cast<Phase>(at)]) out.labelled(labels[at], seconds(*taken));
    }
}

void histogram(const LatencyHistogram& latency, std::string_view phase, Samples& out) {
    const std::string labels = label_text({{"phase", phase}});
    std::uint64_t count = 0;
    for (std::size_t at = 0; at < latency.counts.size(); ++at) {
        std::string bound = "+Inf";
        if (at < latency.bounds.size()) {
            bound.clear();
            append_number(bound, latency.bounds[at]);
        }
        count += latency.counts[at];
        out.part("_bucket", labels, bound, static_cast<double>(count));
    }
    out.part("_sum", labels, {}, seconds(latency.sum));
    out.part("_count", labels, {}, static_cast<double>(count));
}

void latencies(const Status& status, Samples& out) {
    if (!status.latencies) return;
    histogram(status.latencies->connect, "connect", out);
    histogram(status.latencies->banner, "banner", out);
}

void probes(const Status& status, Samples& out) {
    static const auto labels = label_of_each<ProbeResult, probe_result_count>("result");
    for (std::size_t at = 0; at < probe_result_count; ++at)
        out.labelled(labels[at], static_cast<double>(status.probes[at]));
}

std::string failure_label(Phase phase, Reason reason) {
    return label_text({{"phase", name(phase)}, {"reason", name(reason)}});
}

void failures(const Status& status, Samples& out) {
    static const auto labels = [] {
        std::array<std::string, likely_failures.size()> texts;
        std::ranges::transform(likely_failures, texts.begin(),
                               [](const Pair& pair) { return failure_label(pair.phase, pair.reason); });
        return texts;
    }();
    const auto is = [](Phase phase, Reason reason) {
        return [=](const auto& row) { return row.phase == phase && row.reason == reason; };
    };
    for (std::size_t at = 0; at < likely_failures.size(); ++at) {
        const Pair& pair = likely_failures[at];
        if (std::ranges::none_of(status.failures(), is(pair.phase, pair.reason))) out.labelled(labels[at], 0);
    }
    for (const FailureCount& row : status.failures())
        out.labelled(failure_label(row.phase, row.reason), static_cast<double>(row.count));
}

void capability(const Status& status, Samples& out) {
    static const auto labels = [] {
        std::array<std::string, capability_table.size()> texts;
        std::ranges::transform(capability_table, texts.begin(),
                               [](const CapabilityRow& row) { return label_text({{"capability", row.label}}); });
        return texts;
    }();
    const Capabilities* const offered = capabilities(status);
    if (offered == nullptr) return;
    const Capabilities& plain = known(status)->capabilities ? *known(status)->capabilities : *offered;
    for (std::size_t at = 0; at < capability_table.size(); ++at) {
        const Capability each = capability_table[at].capability;
        const bool before_tls = each == Capability::starttls || each == Capability::auth_before_tls;
        out.labelled(labels[at], (before_tls ? plain : *offered).has(each) ? 1 : 0);
    }
}

void starttls_success(const Status& status, Samples& out) {
    if (known(status) == nullptr || !known(status)->starttls) return;
    const StartTls outcome = *known(status)->starttls;
    if (outcome != StartTls::temporary) out.value(outcome == StartTls::ok ? 1 : 0);
}

void tls_check(const Status& status, Samples& out) {
    const TlsFacts* const facts = tls(status);
    if (facts == nullptr) return;
    out.value("check", "trusted", facts->chain->trusted ? 1 : 0);
    out.value("check", "name_match", facts->name_match ? 1 : 0);
    out.value("check", "dates", facts->chain->dates ? 1 : 0);
    out.value("check", "chain_complete", facts->chain->chain_complete ? 1 : 0);
}

void legacy_accepted(const Status& status, Samples& out) {
    if (!status.rare_handshakes) return;
    for (const RareHandshake kind : {RareHandshake::tls_1_0, RareHandshake::tls_1_1}) {
        const auto& facts = (*status.rare_handshakes)[kind];
        if (facts) out.value("version", name(kind), facts->accepted ? 1 : 0);
    }
}

void not_after(const Status& status, Samples& out) {
    const TlsFacts* const facts = tls(status);
    if (facts == nullptr || facts->leaf() == nullptr) return;
    out.value("certificate", "leaf", unix_seconds(facts->leaf()->not_after));
    if (facts->chain->not_after) out.value("certificate", "chain", unix_seconds(*facts->chain->not_after));
}

/// At most so many bytes of valid UTF-8.
std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

void certificate_info(const Status& status, Samples& out) {
    const TlsFacts* const facts = tls(status);
    if (facts == nullptr || facts->leaf() == nullptr) return;
    const CertificateFacts& leaf = *facts->leaf();
    out.value({{"sha256", leaf.sha256}, {"issuer", cut(leaf.issuer_common_name, shown_issuer_limit)}}, 1);
}

void tlsa_records(const Status& status, Samples& out) {
    if (!status.tlsa || status.tlsa->records.empty()) return;
    out.value("usability", "usable", static_cast<double>(status.tlsa->usable));
    out.value("usability", "unusable", static_cast<double>(status.tlsa->records.size() - status.tlsa->usable));
}

void findings(const Status& status, Samples& out) {
    for (const HeldStatement& held : status.findings) {
        const Statement& said = held.statement;
        out.value({{"code", said.code.text()}, {"severity", name(said.severity)}}, 1);
    }
}

constexpr auto table = std::to_array<EndpointMetric>({
    {metric("mxfleet_endpoint_up"), [](const Status& s, Samples& out) { optional_flag(out, s.is_up()); }},
    {metric("mxfleet_endpoint_confirmed_up"),
     [](const Status& s, Samples& out) { optional_flag(out, s.is_confirmed_up()); }},
    {metric("mxfleet_endpoint_state"),
     [](const Status& s, Samples& out) { state_set<EndpointState, endpoint_state_count>(out, s.shown_state()); }},
    {metric("mxfleet_endpoint_greeting_code"), &greeting_code},
    {metric("mxfleet_endpoint_phase_duration_seconds"), &phases},
    {metric("mxfleet_endpoint_latency_seconds"), &latencies},
    {metric("mxfleet_endpoint_probes_total"), &probes},
    {metric("mxfleet_endpoint_failures_total"), &failures},
    {metric("mxfleet_endpoint_consecutive_failures"),
     [](const Status& s, Samples& out) { out.value(s.confirmation.failures); }},
    {metric("mxfleet_endpoint_last_probe_timestamp_seconds"),
     [](const Status& s, Samples& out) { optional_time(out, s.checked_at); }},
    {metric("mxfleet_endpoint_last_success_timestamp_seconds"),
     [](const Status& s, Samples& out) { optional_time(out, s.succeeded_at); }},
    {metric("mxfleet_endpoint_probe_interval_seconds"),
     [](const Status& s, Samples& out) {
         if (s.interval > Duration::zero()) out.value(seconds(s.interval));
     }},
    {metric("mxfleet_endpoint_capability"), &capability},
    {metric("mxfleet_endpoint_unknown_capabilities"),
     [](const Status& s, Samples& out) {
         if (const auto* offered = capabilities(s)) out.value(offered->unknown);
     }},
    {metric("mxfleet_endpoint_message_size_limit_bytes"),
     [](const Status& s, Samples& out) {
         const auto* offered = capabilities(s);
         if (offered != nullptr && offered->size_limit) out.value(static_cast<double>(*offered->size_limit));
     }},
    {metric("mxfleet_endpoint_starttls_success"), &starttls_success},
    {metric("mxfleet_endpoint_tls_info"),
     [](const Status& s, Samples& out) {
         if (const auto* facts = tls(s)) {
             out.value({{"version", facts->version}, {"cipher", facts->cipher}}, 1);
         }
     }},
    {metric("mxfleet_endpoint_tls_check"), &tls_check},
    {metric("mxfleet_endpoint_tls_verified"),
     [](const Status& s, Samples& out) {
         if (const auto* facts = tls(s)) out.value(facts->verified() ? 1 : 0);
     }},
    {metric("mxfleet_endpoint_tls_certificate_not_after_timestamp_seconds"), &not_after},
    {metric("mxfleet_endpoint_tls_certificate_info"), &certificate_info},
    {metric("mxfleet_endpoint_tls_legacy_accepted"), &legacy_accepted},
    {metric("mxfleet_endpoint_tlsa_records"), &tlsa_records},
    {metric("mxfleet_endpoint_reverse_dns_confirmed"),
     [](const Status& s, Samples& out) { optional_flag(out, s.reputation.reverse.is_confirmed()); }},
    {metric("mxfleet_endpoint_relay_state"),
     [](const Status& s, Samples& out) { state_set<RelayState, relay_state_count>(out, s.relay.state); }},
    {metric("mxfleet_endpoint_relay_last_conclusive_timestamp_seconds"),
     [](const Status& s, Samples& out) { optional_time(out, s.relay.conclusive_at); }},
    {metric("mxfleet_endpoint_greylisting"),
     [](const Status& s, Samples& out) { optional_flag(out, greylisting(s.policies().get())); }},
    {metric("mxfleet_endpoint_finding"), &findings},
});

}  // namespace

void TargetSamples::part(std::string_view suffix, std::string_view more_labels, std::string_view le, double sample) {
    std::string all(labels_);
    all.append(",").append(more_labels);
    page_.part(suffix, all, le, sample);
}

std::span<const EndpointMetric> endpoint_metrics() {
    return table;
}

}  // namespace mxfleet
