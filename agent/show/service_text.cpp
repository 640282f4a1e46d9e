#include "agent/show/service_text.hpp"

#include <array>
#include <vector>

#include "agent/show/finding_text.hpp"
#include "agent/show/text.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t text_width = 96;

constexpr auto shown_phases = std::to_array({Phase::connect, Phase::banner, Phase::ehlo, Phase::starttls,
                                             Phase::tls_handshake, Phase::ehlo_tls, Phase::mail, Phase::login});

std::string times_of(const ServiceFacts& facts) {
    std::vector<std::string> all;
    for (const Phase phase : shown_phases) {
        if (const auto taken = facts.times[phase]) all.push_back(std::string(name(phase)) + " " + in_words(*taken));
    }
    return listed(all, shown_phases.size());
}

std::string failure_of(const ServiceFacts& facts) {
    if (!facts.failure) return {};
    std::string text = std::string(name(facts.failure->phase)) + ": " + std::string(name(facts.failure->reason));
    if (!facts.failure->detail.empty()) text += ", " + facts.failure->detail;
    return text;
}

std::string tls_of(const ServiceFacts& facts) {
    if (!facts.tls) return {};
    std::string text = std::string(facts.tls->version).append(" ").append(std::string_view(facts.tls->cipher));
    if (const auto* leaf = facts.tls->leaf()) text += ", certificate until " + date_text(leaf->not_after).substr(0, 10);
    return text;
}

std::string login_of(const ServiceFacts& facts) {
    if (facts.login.outcome == Login::not_wanted) return {};
    std::string text = "login " + std::string(name(facts.login.outcome));
    const std::string_view mechanism = facts.login.mechanism;
    if (!mechanism.empty()) text.append(" by ").append(mechanism);
    if (!facts.login.detail.empty()) text += ": " + facts.login.detail;
    return text;
}

std::string address_text(const ServiceAddressStatus& address) {
    static const ServiceFacts nothing;
    const ServiceFacts& facts = address.last ? *address.last : nothing;
    const SocketAddress place{address.key.ip, address.key.port};
    std::string text = "  " + place.text() + "  " + upper_case(name(address.shown_state())) + "\n";
    for (const std::string& line : {times_of(facts), failure_of(facts), tls_of(facts), login_of(facts)}) {
        if (!line.empty()) text += wrapped(line, text_width, "      ");
    }
    return text;
}

}  // namespace

std::string service_text(const ServiceStatus& status, Transcripts transcripts) {
    std::string text = status.name + "  " + upper_case(name(status.verdict())) + "  " + std::string(name(status.kind)) +
                       " at " + status.host + "\n";
    for (const ServiceAddressStatus& address : status.addresses)
        text += address_text(address);
    for (const Finding& finding : status.all_findings())
        text += finding_text(finding);
    if (transcripts == Transcripts::hidden) return text;
    for (const ServiceAddressStatus& address : status.addresses) {
        if (address.last) text += transcript_text(address.key.text(), address.last->transcript);
    }
    return text;
}

}  // namespace mxfleet
