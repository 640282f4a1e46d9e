// libFuzzer: a whole session, of which the input is the server: two bytes say what is wanted of the session and how its
// handshake ends, the rest are the replies. Whatever it says, each command is one clean line, nothing is said after the
// connection is lost, no message is ever begun, and what is made of it can be shown.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probes/policy/findings.hpp"
#include "probes/smtp/dialogue.hpp"
#include "probes/smtp/findings.hpp"

namespace {

using namespace mxfleet;

constexpr std::size_t asks_limit = 128;
constexpr std::size_t command_limit = 512;  // RFC 5321 §4.5.3.1.4

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_clean(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
}

class Server {
public:
    Server(std::uint8_t handshake, std::string_view says) : handshake_(handshake), unsaid_(says) {}

    Answer answer(const Ask& ask, SessionFacts& facts) {
        if (ask.kind == Ask::Kind::command) require_command(ask.line);
        for (const std::string& line : ask.ahead)
            require_command(line);
        return ask.kind == Ask::Kind::start_tls ? shake(facts) : reply(ask.phase);
    }

private:
    static void require_command(std::string_view line) {
        require(!line.empty() && line.size() < command_limit && is_clean(line));
        for (const std::string_view never : {"DATA", "BDAT", "AUTH", "TURN"})
            require(!line.starts_with(never));
    }

    Answer reply(Phase phase) {
        ReplyReader reader;
        std::size_t used = 0;
        const auto status = reader.feed(unsaid_, used);
        unsaid_.remove_prefix(used);
        if (status == ReplyReader::Status::done) return reader.take();
        const bool is_malformed = status == ReplyReader::Status::malformed;
        return failed(phase, is_malformed ? Reason::protocol_error : Reason::closed, "the server");
    }

    Answer shake(SessionFacts& facts) const {
        facts.injection = (handshake_ & 1) != 0;
        if ((handshake_ & 2) != 0) {
            facts.tls_version_refused = (handshake_ & 4) != 0;
            return failed(Phase::tls_handshake, Reason::tls_error, "the handshake");
        }
        ChainFacts chain;
        chain.sent = std::vector<CertificateFacts>((handshake_ & 4) != 0 ? 1 : 0);
        chain.trusted = (handshake_ & 8) != 0;
        facts.tls = TlsFacts{(handshake_ & 16) != 0 ? "TLSv1" : "TLSv1.3", "cipher",
                             std::make_shared<const ChainFacts>(chain), (handshake_ & 32) != 0};
        return SmtpReply{};
    }

    const std::uint8_t handshake_;
    std::string_view unsaid_;
};

DialoguePlan plan_for(std::uint8_t wanted) {
    DialoguePlan plan{"probe.example.net"};
    if ((wanted & 1) != 0) plan.verb = HelloVerb::helo;
    if ((wanted & 2) != 0) {
        plan.relay.emplace().names = {"probe",       "example.net",    "trap",        "relay.example.org",
                                      "example.com", "mx.example.com", "[192.0.2.1]", "x"};
        const std::size_t tiers = (wanted & 4) != 0 ? 2 : 1;
        for (const RelayForm& form : relay_forms) {
            if (form.tier > 0 && form.tier <= tiers) plan.relay->forms.push_back(&form);
        }
    }
    if ((wanted & 8) != 0) {
        plan.policy = PolicyPlan{(wanted & 16) != 0 ? "example.com" : "example.net", "probe", "example.net", "nobody"};
    }
    return plan;
}

void judge(const SessionFacts& facts) {
    const SessionTerms terms{"mx.example.com", WallTime{}, std::chrono::seconds{10}, {}, {}};
    const SessionJudgement judgement = judge_session(facts, terms);
    require((judgement.state == EndpointState::up) == facts.is_up());
    require(facts.is_up() || judgement.reachability);
    for (const Statement& statement : judgement.statements)
        require(is_clean(statement.summary));
    if (judgement.reachability) require(is_clean(judgement.reachability->summary));
    if (facts.relay) require(judge_relay(*facts.relay).state != RelayState::open);
    if (!facts.policy) return;
    for (const Statement& statement : judge_policy(*facts.policy))
        require(is_clean(statement.summary));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const DialoguePlan plan = plan_for(data[0]);
    Server server(data[1], {reinterpret_cast<const char*>(data) + 2, size - 2});
    OfferReader offers;
    SessionFacts facts;
    Dialogue dialogue = session_dialogue(plan, offers, facts);
    std::size_t asks = 0;
    for (const Ask* ask = dialogue.begin(); ask != nullptr;) {
        require(++asks <= asks_limit);
        Answer answer = server.answer(*ask, facts);
        const bool is_lost = !answer && ask->kind != Ask::Kind::start_tls;
        ask = dialogue.answer(std::move(answer));
        require(!is_lost || ask == nullptr);
    }
    judge(facts);
    follow_up(facts);
    return 0;
}
