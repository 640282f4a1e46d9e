#include "agent/show/service_text.hpp"

#include <array>
#include <vector>

#include "agent/show/finding_text.hpp"
#include "agent/show/text.hpp"
#include "probes/model/ascii.hpp"
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

/// A login that is refused is what is looked for first.
Colour colour_of(Login outcome) {
    if (outcome == Login::accepted) return Colour::green;
    return outcome == Login::no_password ? Colour::yellow : Colour::red;
}

std::string address_text(const ServiceAddressStatus& address, const Painter& paint) {
    static const ServiceFacts nothing;
    const ServiceFacts& facts = address.last ? *address.last : nothing;
    const SocketAddress place{address.key.ip, address.key.port};
    const EndpointState state = address.shown_state();
    std::string text = "  " + place.text() + "  " + paint(colour_of(state), upper_case(name(state))) + "\n";
    const auto line = [&](Colour colour, const std::string& words) {
        if (!words.empty()) text += paint(colour, wrapped(words, text_width, "      "));
    };
    line(Colour::dim, times_of(facts));
    line(Colour::red, failure_of(facts));
    line(Colour::none, tls_of(facts));
    line(colour_of(facts.login.outcome), login_of(facts));
    return text;
}

}  // namespace

std::string service_text(const ServiceStatus& status, const TerminalStyle& style) {
    const Painter paint(style.colour);
    const Verdict verdict = status.verdict();
    std::string text = paint(Colour::bold, status.name) + "  " + paint(colour_of(verdict), upper_case(name(verdict))) +
                       "  " + std::string(name(status.kind)) + " at " + status.host + "\n";
    for (const ServiceAddressStatus& address : status.addresses)
        text += address_text(address, paint);
    for (const Finding& finding : status.all_findings())
        text += finding_text(finding, paint);
    if (style.transcripts == Transcripts::hidden) return text;
    for (const ServiceAddressStatus& address : status.addresses) {
        if (address.last) text += transcript_text(address.key.text(), address.last->transcript, paint);
    }
    return text;
}

}  // namespace mxfleet
