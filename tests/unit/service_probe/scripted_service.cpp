#include "tests/unit/service_probe/scripted_service.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace mxfleet::testing {

using Who = ScriptLine::Who;

ScriptedService::ScriptedService(const Script& script, ServiceKind kind, std::string certificate)
    : script_(script), protocol_(row_of(kind).protocol), certificate_(std::move(certificate)) {}

Answer ScriptedService::answer(const Ask& ask, ServiceFacts& facts) {
    if (ask.kind == Ask::Kind::start_tls) return shake(facts);
    if (ask.kind == Ask::Kind::greeting) format_ = format_of_greeting(protocol_);
    if (ask.kind == Ask::Kind::command) {
        expect(ask.line);
        format_ = format_of_reply(protocol_, ask.line, format_);
    }
    if (protocol_ == ServiceProtocol::smtp) return read(ReplyReader(), ask.phase);
    return read(MailboxReplyReader(format_), ask.phase);
}

std::vector<std::string> ScriptedService::complaints() const {
    std::vector<std::string> all = complaints_;
    if (!is_at_end()) all.push_back("the client stopped before " + next());
    return all;
}

const ScriptLine* ScriptedService::take(std::initializer_list<Who> who) {
    if (is_at_end() || std::ranges::find(who, script_.lines[at_].who) == who.end()) return nullptr;
    return &script_.lines[at_++];
}

void ScriptedService::expect(const std::string& said) {
    for (std::size_t begin = 0; begin <= said.size();) {
        const std::size_t end = std::min(said.find("\r\n", begin), said.size());
        const std::string one = said.substr(begin, end - begin);
        const ScriptLine* const line = take({Who::client});
        if (line == nullptr || line->text != one) complaints_.push_back("at " + next() + " the client said: " + one);
        begin = end + 2;
    }
}

template <class Reader>
Answer ScriptedService::read(Reader reader, Phase phase) {
    while (const ScriptLine* line = take({Who::server, Who::server_failure})) {
        if (line->who == Who::server_failure) return failed(phase, reason_named(line->text));
        std::size_t used = 0;
        const auto status = reader.feed(line->text + "\r\n", used);
        if (status == ReplyReader::Status::malformed) return failed(phase, Reason::protocol_error);
        if (status == ReplyReader::Status::done) return reader.take();
    }
    return failed(phase, Reason::closed, "the script is over");
}

Answer ScriptedService::shake(ServiceFacts& facts) {
    const ScriptLine* line = take({Who::tls, Who::tls_failure});
    if (line == nullptr) return failed(Phase::tls_handshake, Reason::closed, "the script has no TLS here");
    if (line->who == Who::tls_failure) return failed(Phase::tls_handshake, reason_named(line->text));
    facts.tls = tls_facts(certificate_.empty() ? line->text : certificate_);
    facts.injection = line->text.find("injection") != std::string::npos;
    return SmtpReply{};
}

std::string ScriptedService::next() const {
    return is_at_end() ? "the end" : "line " + std::to_string(script_.lines[at_].number);
}

PlayedDialogue play(Dialogue dialogue, ScriptedService& service, ServiceFacts& facts,
                    std::optional<std::size_t> fail_at) {
    PlayedDialogue played;
    for (const Ask* ask = dialogue.begin(); ask != nullptr;) {
        const bool is_lost = fail_at == played.asks.size();
        played.asks.push_back(*ask);
        Answer answer = is_lost ? Answer(failed(ask->phase, Reason::reset)) : service.answer(*ask, facts);
        ask = dialogue.answer(std::move(answer));
        if (is_lost) {
            played.ended_after_failure = ask == nullptr;
            break;
        }
    }
    played.complaints = service.complaints();
    return played;
}

ServiceKind kind_named(const std::string& text) {
    return std::ranges::find(service_kind_table, text, &ServiceKindRow::name)->kind;
}

std::optional<LoginPlan> login_in(const Script& script) {
    if (!script.plan.contains("login")) return std::nullopt;
    LoginPlan login;
    std::istringstream words(script.plan.at("login"));
    words >> login.username >> login.password;
    login.nonce = "our-nonce";
    return login;
}

std::string words_of(const LoginFacts& login) {
    const std::string mechanism(std::string_view(login.mechanism));
    return std::string(name(login.outcome)) + (mechanism.empty() ? "" : " " + mechanism);
}

}  // namespace mxfleet::testing
