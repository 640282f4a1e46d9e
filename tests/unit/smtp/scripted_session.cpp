#include "tests/unit/smtp/scripted_session.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mxfleet::testing {
namespace {

using namespace std::chrono;
using Who = ScriptLine::Who;

constexpr auto judged_at = sys_days{2026y / January / 1};

struct Prefix {
    std::string_view text;
    Who who;
};

constexpr auto prefixes = std::to_array<Prefix>({
    {"S: ", Who::server},
    {"S<: ", Who::server_bare_lf},
    {"S! ", Who::server_failure},
    {"C: ", Who::client},
    {"TLS: ", Who::tls},
    {"TLS! ", Who::tls_failure},
});

std::pair<std::string, std::string> key_and_value(const std::string& line) {
    const auto colon = line.find(':');
    if (colon == line.npos) throw std::runtime_error("neither a line of the dialogue nor `key: value`: " + line);
    const auto value = line.find_first_not_of(' ', colon + 1);
    return {line.substr(0, colon), value == line.npos ? "" : line.substr(value)};
}

class Player {
public:
    explicit Player(const Script& script) : script_(script) {}

    Answer answer(const Ask& ask, Played& played) {
        if (ask.kind == Ask::Kind::command) expect_client(ask.line, played);
        for (const std::string& line : ask.ahead)
            expect_client(line, played);
        return ask.kind == Ask::Kind::start_tls ? shake(played.facts) : read_reply(ask.phase);
    }

    bool is_at_end() const { return at_ == script_.lines.size(); }
    std::string next() const { return is_at_end() ? "the end" : "line " + std::to_string(script_.lines[at_].number); }

private:
    const ScriptLine* take(std::initializer_list<Who> who) {
        if (is_at_end()) return nullptr;
        const ScriptLine& line = script_.lines[at_];
        if (std::ranges::find(who, line.who) == who.end()) return nullptr;
        ++at_;
        return &line;
    }

    void expect_client(const std::string& said, Played& played) {
        const ScriptLine* line = take({Who::client});
        if (line != nullptr && line->text == said) return;
        played.complaints.push_back("at " + next() + " the client said: " + said);
    }

    Answer read_reply(Phase phase) {
        ReplyReader reader;
        while (const ScriptLine* line = take({Who::server, Who::server_bare_lf, Who::server_failure})) {
            if (line->who == Who::server_failure) return failed(phase, reason_named(line->text));
            std::size_t used = 0;
            const auto status = reader.feed(line->text + (line->who == Who::server ? "\r\n" : "\n"), used);
            if (status == ReplyReader::Status::malformed) {
                return failed(phase, Reason::protocol_error, std::string(describe(reader.fault())));
            }
            if (status == ReplyReader::Status::done) {
                SmtpReply reply = reader.take();
                reply.first_byte = milliseconds{1};
                reply.elapsed = milliseconds{2};
                return reply;
            }
        }
        return failed(phase, Reason::closed, "the script is over");
    }

    Answer shake(SessionFacts& facts) {
        const ScriptLine* line = take({Who::tls, Who::tls_failure});
        if (line == nullptr) return failed(Phase::tls_handshake, Reason::closed, "the script has no TLS here");
        if (line->who == Who::tls) {
            facts.tls = tls_facts(line->text);
            facts.injection = line->text.find("injection") != std::string::npos;
            return SmtpReply{};
        }
        facts.tls_version_refused = line->text == "version";
        const Reason reason = facts.tls_version_refused ? Reason::tls_error : reason_named(line->text);
        return failed(Phase::tls_handshake, reason, line->text);
    }

    const Script& script_;
    std::size_t at_ = 0;
};

DialoguePlan plan_of(const Script& script) {
    DialoguePlan plan;
    plan.hello = "probe.example.net";
    const auto says = [&](const char* key) { return script.plan.contains(key); };
    if (says("helo")) plan.verb = HelloVerb::helo;
    if (says("relay")) {
        RelayPlan& relay = plan.relay.emplace();
        relay.names = {"probe",       "example.net",    "trap",        "relay.example.org",
                       "example.com", "mx.example.com", "[192.0.2.1]", "x"};
        // `relay: R01 R09` asks for these, `relay:` for the first tier.
        const std::string& wanted = script.plan.at("relay");
        for (const RelayForm& form : relay_forms) {
            if (wanted.empty() ? form.tier == 1 : wanted.find(form.id) != wanted.npos) relay.forms.push_back(&form);
        }
    }
    // `policy: example.net` asks on behalf of another domain than the relay check does.
    if (says("policy")) {
        const std::string& domain = script.plan.at("policy");
        plan.policy = PolicyPlan{domain.empty() ? "example.com" : domain, "probe", "example.net", "nobody-x"};
    }
    return plan;
}

}  // namespace

Reason reason_named(const std::string& text) {
    for (std::size_t at = 0; at < reason_count; ++at) {
        if (name(static_cast<Reason>(at)) == text) return static_cast<Reason>(at);
    }
    throw std::runtime_error("no reason is called " + text);
}

TlsFacts tls_facts(const std::string& words) {
    const auto says = [&](std::string_view word) { return words.find(word) != words.npos; };
    CertificateFacts leaf;
    leaf.subject = "CN=mx.example.com";
    leaf.issuer = says("self-signed") ? leaf.subject : "CN=Test CA";
    leaf.names = {says("wrong-name") ? "other.example.org" : "mx.example.com"};
    leaf.self_signed = says("self-signed");
    leaf.not_before = judged_at - days{30};
    leaf.not_after = judged_at + days{says("expired") ? -3 : 60};

    ChainFacts chain;
    chain.trusted = !says("self-signed") && !says("untrusted") && !says("incomplete");
    chain.chain_complete = !says("incomplete");
    chain.dates = !says("expired");
    chain.not_after = leaf.not_after;
    chain.sent = {leaf};
    return {says("legacy") ? "TLSv1" : "TLSv1.3", "TLS_AES_256_GCM_SHA384", std::make_shared<const ChainFacts>(chain),
            !says("wrong-name")};
}

Script Script::load(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    Script script;
    bool after = false;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty() || line.starts_with('#')) continue;
        if (line == "---") {
            after = true;
            continue;
        }
        const auto prefix = std::ranges::find_if(prefixes, [&](const Prefix& each) {
            return line.starts_with(each.text) || line == each.text.substr(0, each.text.size() - 1);
        });
        if (!after && prefix != prefixes.end()) {
            const std::string text = line.size() < prefix->text.size() ? "" : line.substr(prefix->text.size());
            script.lines.push_back({prefix->who, text, number});
        } else {
            (after ? script.expected : script.plan).insert(key_and_value(line));
        }
    }
    return script;
}

std::vector<std::string> session_files(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/tests/sessions/" + folder)) {
        if (entry.path().extension() == ".session") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

std::string name_of_tests(const std::string& file) {
    std::string stem = std::filesystem::path(file).stem();
    std::ranges::replace(stem, '-', '_');
    return stem;
}

std::string words_of(const std::optional<Failure>& failure) {
    return failure ? std::string(name(failure->phase)) + " " + std::string(name(failure->reason)) : "none";
}

Played play(const Script& script, std::optional<std::size_t> fail_at) {
    Played played;
    const DialoguePlan plan = plan_of(script);
    OfferReader offers;
    Player player(script);
    Dialogue dialogue = session_dialogue(plan, offers, played.facts);
    for (const Ask* ask = dialogue.begin(); ask != nullptr;) {
        if (fail_at == played.asks) {
            played.ended_after_failure = dialogue.answer(failed(ask->phase, Reason::reset)) == nullptr;
            return played;
        }
        ++played.asks;
        Answer answer = player.answer(*ask, played);
        ask = dialogue.answer(std::move(answer));
    }
    if (!player.is_at_end()) played.complaints.push_back("the client stopped before " + player.next());
    return played;
}

SessionTerms terms() {
    return {"mx.example.com", judged_at, std::chrono::seconds{10}, days{21}, days{7}};
}

}  // namespace mxfleet::testing
