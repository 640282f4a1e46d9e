#include "agent/show/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "agent/judge/dane.hpp"
#include "agent/show/paint.hpp"
#include "agent/show/senders_json.hpp"
#include "agent/show/text.hpp"
#include "agent/show/tls_policy_json.hpp"
#include "probes/model/ascii.hpp"
#include "probes/model/words.hpp"
#include "probes/wire/reply_words.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t text_width = 96;
constexpr std::size_t state_width = 12;
constexpr std::size_t stage_width = 9;
constexpr std::size_t address_limit = 29;  ///< what the row's other columns leave of a hundred
constexpr std::size_t name_limit = 72;

/// "0.4 ms", "12 ms", "1.2 s": what fits a narrow column.
std::string short_time(Duration taken) {
    std::array<char, 24> text{};
    const double s = seconds(taken);
    if (s < 0.00995) {
        std::snprintf(text.data(), text.size(), "%.1f ms", s * 1000);
    } else if (s < 0.9995) {
        std::snprintf(text.data(), text.size(), "%.0f ms", s * 1000);
    } else {
        std::snprintf(text.data(), text.size(), "%.1f s", s);
    }
    return text.data();
}

struct Stage {
    std::string_view title;
    Phase timed;  ///< its time is shown
    Phase last;   ///< the stage has failed where this one or the timed one has
};

constexpr auto stages = std::to_array<Stage>({
    {"connect", Phase::connect, Phase::connect},
    {"banner", Phase::banner, Phase::banner},
    {"ehlo", Phase::ehlo, Phase::ehlo},
    {"starttls", Phase::starttls, Phase::starttls},
    {"tls", Phase::tls_handshake, Phase::ehlo_tls},
});

std::string right(const std::string& text, std::size_t width) {
    const std::size_t taken = columns(text);
    return std::string(taken < width ? width - taken : 0, ' ') + text;
}

std::string stage_cell(const Stage& stage, const SessionFacts& facts, const Painter& paint) {
    const bool failed_here =
        facts.failure && (facts.failure->phase == stage.timed || facts.failure->phase == stage.last);
    if (failed_here) return paint(Colour::red, right("failed", stage_width));
    const auto taken = facts.times[stage.timed];
    return taken ? right(short_time(*taken), stage_width) : paint(Colour::dim, right("-", stage_width));
}

std::string relay_cell(const RelayStatus& relay, const Painter& paint) {
    switch (relay.state) {
        case RelayState::closed: return paint(Colour::green, "closed");
        case RelayState::open: return paint(Colour::red, "OPEN");
        case RelayState::suspected: return paint(Colour::yellow, "suspected");
        case RelayState::unknown: return paint(Colour::yellow, "unknown");
        case RelayState::not_tested: return paint(Colour::dim, "-");
    }
    __builtin_unreachable();
}

std::string in_brackets(const std::string& words) {
    return words.empty() ? words : " (" + words + ")";
}

/// What the server said to the first form, where it refused them all.
std::string relay_of(const RelayStatus& relay) {
    const auto is_form = [](const RelayFormFacts& run) { return run.form->tier == 1; };
    const auto form = std::ranges::find_if(relay.forms, is_form);
    if (relay.state != RelayState::closed || form == relay.forms.end()) return {};
    const std::string code = std::to_string(form->code) + (form->enhanced ? " " + form->enhanced->text() : "");
    return "relay " + code + in_brackets(reply_in_words(form->code, form->enhanced)) + ": " +
           std::string(reading(*form));
}

std::string policy_of(const DomainStatus& domain, const EndpointStatus& endpoint) {
    const PolicyStatus* const status = policy_of(endpoint.policies().get(), domain.domain);
    std::vector<std::string> words;
    for (std::size_t at = 0; status != nullptr && at < policy_probe_count; ++at) {
        std::string question(name(static_cast<PolicyProbe>(at)));
        std::ranges::replace(question, '_', ' ');
        const int code = status->facts.replies[at].code;
        if (code != 0) words.push_back(question + " " + std::to_string(code));
    }
    return words.empty() ? std::string{} : "policy: " + listed(words, policy_probe_count);
}

/// Why the row is as it is: the failure, or what TLS came to.
std::string detail_of(const SessionFacts& facts) {
    if (facts.failure) {
        std::string text = std::string(name(facts.failure->phase)) + ": " + std::string(name(facts.failure->reason));
        if (!facts.failure->detail.empty()) text += ", " + facts.failure->detail;
        return text + in_brackets(line_in_words(facts.failure->detail));
    }
    if (!facts.tls) return {};
    std::string text = std::string(facts.tls->version).append(" ").append(std::string_view(facts.tls->cipher));
    if (const auto* leaf = facts.tls->leaf()) text += ", certificate until " + date_text(leaf->not_after).substr(0, 10);
    return text;
}

/// What DANE comes to at an endpoint, where its domain has records.
std::string dane_of(const DomainStatus& domain, const EndpointStatus& endpoint) {
    const auto state = domain.mx ? dane_state(*domain.mx, endpoint) : std::nullopt;
    if (!state || state == DaneState::absent || state == DaneState::insecure) return {};
    return "DANE " + std::string(name(*state));
}

class Printout {
public:
    Printout(const Report& report, const TerminalStyle& style) : report_(report), style_(style), paint_(style.colour) {}

    std::string text() {
        write_head();
        write_matrix();
        write_findings();
        if (style_.transcripts == Transcripts::shown) write_transcripts();
        return std::move(text_);
    }

private:
    void write_head() {
        const DomainStatus& domain = *report_.view.status;
        const auto deliverable = domain.judgement.deliverable;
        text_ += paint_(Colour::bold, domain.domain) + "  ";
        text_ += paint_(colour_of(domain.judgement.verdict), upper_case(name(domain.judgement.verdict)));
        if (deliverable) text_ += *deliverable ? "  deliverable" : "  " + paint_(Colour::red, "not deliverable");
        if (report_.duration) text_ += paint_(Colour::dim, "  checked in " + short_time(*report_.duration));
        text_ += "\n";
        if (domain.mx) write_mx(*domain.mx);
        if (domain.tls_policies) text_ += paint_(Colour::dim, tls_policies_line(*domain.tls_policies)) + "\n";
        if (domain.mx && !report_.view.endpoints.empty())
            text_ += paint_(Colour::dim, wrapped(senders_line(report_.view), text_width, ""));
    }

    void write_mx(const MxFacts& mx) {
        std::string line = "MX " + std::string(name(mx.state));
        if (mx.error) line += " (" + std::string(name(*mx.error)) + ")";
        if (!mx.exchanges.empty()) line += ", " + counted(mx.exchanges.size(), "exchange", "exchanges");
        if (mx.ttl) line += ", TTL " + std::to_string(mx.ttl->count()) + " s";
        line += ", lookup " + short_time(mx.lookup) + ", DNSSEC " + std::string(name(mx.dnssec));
        text_ += paint_(Colour::dim, line) + "\n";
    }

    void write_matrix() {
        const DomainStatus& domain = *report_.view.status;
        if (!domain.mx || domain.mx->exchanges.empty()) return;
        for (const auto& endpoint : report_.view.endpoints) {
            address_width_ = std::max(address_width_, endpoint->key.ip.text().size());
        }
        address_width_ = std::min(address_width_, address_limit);
        std::string titles = "\n  " + padded("", address_width_) + " " + padded("", state_width);
        for (const Stage& stage : stages)
            titles += right(std::string(stage.title), stage_width);
        text_ += paint_(Colour::dim, titles + "  relay") + "\n";
        for (const MxExchange& exchange : domain.mx->exchanges)
            write_exchange(exchange);
    }

    void write_exchange(const MxExchange& exchange) {
        text_ += std::to_string(exchange.preference) + " " +
                 padded(exchange.name, std::min(columns(exchange.name), name_limit));
        if (exchange.state != ExchangeState::ok) text_ += "  " + paint_(Colour::red, std::string(name(exchange.state)));
        text_ += "\n";
        for (const auto& endpoint : report_.view.endpoints) {
            if (endpoint->key.mx == exchange.name) write_endpoint(*endpoint);
        }
    }

    void write_endpoint(const EndpointStatus& endpoint) {
        static const SessionFacts nothing;
        const SessionFacts& facts = endpoint.last ? *endpoint.last : nothing;
        const EndpointState state = endpoint.shown_state();
        std::string address = endpoint.key.ip.text();
        if (address.size() > address_width_) text_ += "  " + std::exchange(address, {}) + "\n";
        text_ += "  " + padded(address, address_width_) + " ";
        text_ += paint_(colour_of(state), padded(name(state), state_width));
        for (const Stage& stage : stages)
            text_ += stage_cell(stage, facts, paint_);
        text_ += "  " + relay_cell(endpoint.relay, paint_) + "\n";
        std::string detail = detail_of(facts);
        const std::string dane = dane_of(*report_.view.status, endpoint);
        if (!dane.empty()) detail += (detail.empty() ? "" : ", ") + dane;
        for (const std::string& line : {detail, relay_of(endpoint.relay), policy_of(*report_.view.status, endpoint)}) {
            if (!line.empty()) text_ += paint_(Colour::dim, wrapped(line, text_width, "      "));
        }
    }

    static std::string place_of(const Finding& finding) {
        if (finding.scope == Scope::agent) return "this agent";
        if (finding.ip) return finding.mx + " [" + finding.ip->text() + "]";
        return finding.mx;
    }

    /// What is the same at several places is said once.
    void write_findings() {
        struct Group {
            const Finding* finding;
            std::vector<std::string> places;
        };
        const std::vector<Finding> findings = report_.findings();
        std::vector<Group> groups;
        for (const Finding& finding : findings) {
            const auto same = [&](const Group& group) { return group.finding->statement == finding.statement; };
            auto known = std::ranges::find_if(groups, same);
            if (known == groups.end()) known = groups.insert(groups.end(), {&finding, {}});
            if (const std::string place = place_of(finding); !place.empty()) known->places.push_back(place);
        }
        for (const Group& group : groups)
            write_finding(*group.finding, listed(group.places));
    }

    void write_finding(const Finding& finding, const std::string& places) {
        const Statement& said = finding.statement;
        text_ += "\n" + paint_(colour_of(verdict_of(said.severity)), padded(upper_case(name(said.severity)), 8)) + " ";
        text_ += paint_(Colour::bold, std::string(said.code.text()));
        const bool fits = 9 + columns(said.code.text()) + 2 + columns(places) <= text_width;
        if (fits && !places.empty()) text_ += "  " + places;
        text_ += "\n" + (fits ? std::string{} : wrapped(places, text_width, "         "));
        text_ += wrapped(said.summary, text_width, "         ");
        if (said.severity == Severity::info) return;
        text_ += paint_(Colour::dim, wrapped(said.code.row().advice, text_width, "         "));
        text_ += paint_(Colour::dim, wrapped(said.code.row().reference, text_width, "         "));
    }

    void write_transcripts() {
        for (const auto& endpoint : report_.view.endpoints) {
            if (!endpoint->last || endpoint->last->transcript.empty()) continue;
            text_ += "\n" + paint_(Colour::bold, endpoint->key.text()) + "\n";
            for (const TranscriptLine line : endpoint->last->transcript) {
                std::array<char, 32> time{};
                std::snprintf(time.data(), time.size(), "%9.4f  ", seconds(line.at));
                text_ += paint_(Colour::dim, time.data()) + (line.from_client ? "-> " : "<- ") +
                         std::string(line.line) + "\n";
                const bool is_refusal = !line.from_client && (line.line.starts_with('4') || line.line.starts_with('5'));
                const std::string words = is_refusal ? line_in_words(line.line) : std::string{};
                if (!words.empty()) text_ += std::string(14, ' ') + paint_(Colour::dim, "(" + words + ")") + "\n";
            }
        }
    }

    const Report& report_;
    TerminalStyle style_;
    Painter paint_;
    std::size_t address_width_ = 15;
    std::string text_;
};

}  // namespace

std::string terminal_text(const Report& report, const TerminalStyle& style) {
    return Printout(report, style).text();
}

}  // namespace mxfleet
