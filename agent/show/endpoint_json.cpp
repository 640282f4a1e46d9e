#include "agent/show/endpoint_json.hpp"

#include <array>

#include "probes/wire/reply_words.hpp"

namespace mxfleet {
namespace {

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

/// What a reply means, which not every text is.
Json words_json(std::string words) {
    return words.empty() ? Json(nullptr) : Json(std::move(words));
}

Json seconds_json(const PhaseTimes& times) {
    Json all = Json::object();
    for (std::size_t at = 0; at < phase_count; ++at) {
        const auto phase = static_cast<Phase>(at);
        if (phase == Phase::dns) continue;  // a domain's, not an endpoint's
        const auto taken = times[phase];
        all[std::string(name(phase))] = taken ? Json(seconds(*taken)) : Json(nullptr);
    }
    return all;
}

/// Whose clock each of them is.
Json clock_json(const PhaseTimes& times) {
    Json all = Json::object();
    for (std::size_t at = 0; at < phase_count; ++at) {
        const auto phase = static_cast<Phase>(at);
        if (phase == Phase::dns) continue;
        all[std::string(name(phase))] = times[phase] ? Json(name(times.clock(phase))) : Json(nullptr);
    }
    return all;
}

Json greeting_json(const std::optional<Greeting>& greeting) {
    if (!greeting) return nullptr;
    return {{"code", greeting->code}, {"host", greeting->host()}, {"text", greeting->text}};
}

Json certificate_json(const CertificateFacts& certificate) {
    return {{"subject", certificate.subject},
            {"issuer", certificate.issuer},
            {"names", certificate.names},
            {"not_before", date_text(certificate.not_before)},
            {"not_after", date_text(certificate.not_after)},
            {"key", certificate.key},
            {"signature", certificate.signature},
            {"sha256", certificate.sha256}};
}

/// Which of the rarer handshakes work, and which certificate is shown there where it is another than the usual.
Json rare_handshakes_json(const RareHandshakes* found) {
    if (found == nullptr) return nullptr;
    Json all = Json::array();
    for (std::size_t at = 0; at < rare_handshake_count; ++at) {
        const auto& facts = found->facts[at];
        if (!facts) continue;
        const bool is_other = facts->chain && !facts->chain->sent.empty();
        all.push_back({{"kind", name(static_cast<RareHandshake>(at))},
                       {"accepted", facts->accepted},
                       {"certificate", is_other ? certificate_json(facts->chain->sent.front()) : Json(nullptr)}});
    }
    return all;
}

Json relay_json(const RelayStatus& relay) {
    Json forms = Json::array();
    for (const RelayFormFacts& form : relay.forms) {
        forms.push_back({{"id", form.form->id},
                         {"code", form.code == 0 ? Json(nullptr) : Json(form.code)},
                         {"enhanced", form.enhanced ? Json(form.enhanced->text()) : Json(nullptr)},
                         {"text", form.text},
                         {"meaning", words_json(reply_in_words(form.code, form.enhanced))},
                         {"reading", reading(form)}});
    }
    return {{"state", name(relay.state)},
            {"reason", relay.reason.empty() ? Json(nullptr) : Json(relay.reason)},
            {"checked_at", date_json(relay.conclusive_at)},
            {"forms", std::move(forms)}};
}

Json capabilities_json(const std::shared_ptr<const Capabilities>& capabilities) {
    return capabilities ? Json(capabilities->keywords) : Json(nullptr);
}

Json reverse_dns_json(const ReverseDns& reverse) {
    if (!reverse.is_confirmed()) return nullptr;
    return {{"names", reverse.each_name()}, {"confirmed", *reverse.is_confirmed()}};
}

Json dnsbl_json(const Listings* listings) {
    if (listings == nullptr) return nullptr;
    Json lists = Json::array();
    for (std::size_t zone = 0; zone < listings->zones->size(); ++zone)
        lists.push_back({{"zone", (*listings->zones)[zone]}, {"listed", or_null(listings->is_listed(zone))}});
    return lists;
}

Json size_limit_json(const SessionFacts& facts) {
    const auto& capabilities = facts.capabilities_tls ? facts.capabilities_tls : facts.capabilities;
    return capabilities ? or_null(capabilities->size_limit) : Json(nullptr);
}

}  // namespace

Json failure_json(const std::optional<Failure>& failure) {
    if (!failure) return nullptr;
    return {{"phase", name(failure->phase)},
            {"reason", name(failure->reason)},
            {"detail", failure->detail},
            {"meaning", words_json(line_in_words(failure->detail))}};
}

Json tls_json(std::optional<StartTls> starttls, const std::optional<TlsFacts>& shown) {
    if (!starttls) return nullptr;
    Json tls = {{"starttls", name(*starttls)}, {"version", nullptr},      {"cipher", nullptr},
                {"checks", nullptr},           {"errors", Json::array()}, {"certificates", Json::array()}};
    if (!shown) return tls;
    const ChainFacts& chain = *shown->chain;
    tls["version"] = std::string_view(shown->version);
    tls["cipher"] = std::string_view(shown->cipher);
    tls["checks"] = {{"trusted", chain.trusted},
                     {"name_match", shown->name_match},
                     {"dates", chain.dates},
                     {"chain_complete", chain.chain_complete}};
    tls["errors"] = chain.errors;
    for (const CertificateFacts& certificate : chain.sent)
        tls["certificates"].push_back(certificate_json(certificate));
    return tls;
}

Json transcript_json(const Transcript& transcript) {
    Json lines = Json::array();
    for (const TranscriptLine line : transcript) {
        lines.push_back({{"at", seconds(line.at)},
                         {"from", line.from_client ? "client" : "server"},
                         {"line", line.line},
                         {"meaning", words_json(line.from_client ? std::string{} : line_in_words(line.line))}});
    }
    return lines;
}

std::string date_text(std::chrono::sys_seconds time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

Json date_json(MaybeTime time) {
    if (!time) return nullptr;
    return date_text(std::chrono::floor<std::chrono::seconds>(*time));
}

Json endpoint_json(const EndpointStatus& status, Transcripts transcripts) {
    static const SessionFacts nothing;
    const SessionFacts& last = status.last ? *status.last : nothing;
    // What slowly changes stays known while the server does not answer.
    const SessionFacts& known = status.last_up ? *status.last_up : last;
    Json endpoint = {
        {"mx", status.key.mx},
        {"ip", status.key.ip.text()},
        {"port", status.key.port},
        {"state", name(status.shown_state())},
        {"since", date_json(status.since)},
        {"checked_at", date_json(status.checked_at)},
        {"confirmed_up", or_null(status.is_confirmed_up())},
        {"failure", failure_json(last.failure)},
        {"seconds", seconds_json(last.times)},
        {"clock", clock_json(last.times)},
        {"greeting", greeting_json(last.greeting)},
        {"capabilities", capabilities_json(known.capabilities)},
        {"capabilities_tls", capabilities_json(known.capabilities_tls)},
        {"size_limit_bytes", size_limit_json(known)},
        {"tls", tls_json(known.starttls, known.tls)},
        {"rare_handshakes", rare_handshakes_json(status.rare_handshakes.get())},
        {"dane", nullptr},
        {"reverse_dns", reverse_dns_json(status.reputation.reverse)},
        {"dnsbl", dnsbl_json(status.reputation.listings.get())},
        {"relay", relay_json(status.relay)},
        {"policy", nullptr},
    };
    if (transcripts == Transcripts::hidden) return endpoint;
    endpoint["transcript"] = transcript_json(last.transcript);
    endpoint["last_failure"] = nullptr;
    if (const auto& failed = status.last_failed()) {
        endpoint["last_failure"] = {{"failure", failure_json(failed->failure)},
                                    {"transcript", transcript_json(failed->transcript)}};
    }
    return endpoint;
}

Json policy_json(const PolicyStatus* status) {
    if (status == nullptr) return nullptr;
    Json json = Json::object();
    for (std::size_t at = 0; at < policy_probe_count; ++at) {
        const int code = status->facts.replies[at].code;
        json[std::string(name(static_cast<PolicyProbe>(at)))] = code == 0 ? Json(nullptr) : Json(code);
    }
    json["greylisting"] = or_null(status->greylisting());
    json["checked_at"] = date_json(status->checked_at);
    return json;
}

Json finding_json(const Finding& finding) {
    const FindingRow& row = finding.statement.code.row();
    const bool at_exchange = !finding.mx.empty();
    return {{"code", row.code},
            {"severity", name(finding.statement.severity)},
            {"scope", name(finding.scope)},
            {"mx", at_exchange ? Json(finding.mx) : Json(nullptr)},
            {"ip", finding.ip ? Json(finding.ip->text()) : Json(nullptr)},
            {"port", finding.ip ? Json(finding.port) : Json(nullptr)},
            {"since", date_json(finding.since)},
            {"title", row.title},
            {"summary", finding.statement.summary},
            {"why", row.why},
            {"advice", row.advice},
            {"reference", row.reference}};
}

}  // namespace mxfleet
