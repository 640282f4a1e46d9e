// Hands one message over, or reads one mailbox, and prints what came of it as JSON: for tests against real servers. The
// password, if any, is in MAIL_PROBE_PASSWORD.
//
// usage: mail_probe deliver exchange|KIND HOST IP PORT CA_FILE USER SENDER RECIPIENT < MESSAGE
//        mail_probe read KIND HOST IP PORT CA_FILE USER SECONDS [FOLDER ID]…
#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "probes/delivery/delivery.hpp"
#include "probes/mailbox/mailbox.hpp"

namespace {

using namespace mxfleet;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

template <class Facts, class Session>
Facts result_of(asio::io_context& io, Reactor& reactor, Session& session) {
    std::optional<Facts> facts;
    asio::co_spawn(io, session.run(), [&](const std::exception_ptr& error, Facts learnt) {
        if (error) std::rethrow_exception(error);
        facts = std::move(learnt);
        reactor.stop();
    });
    io.run();
    return std::move(*facts);
}

std::optional<ServiceKind> kind_named(const std::string& name) {
    const auto row = std::ranges::find(service_kind_table, name, &ServiceKindRow::name);
    return row == service_kind_table.end() ? std::nullopt : std::optional(row->kind);
}

std::optional<LoginPlan> login_of(const std::string& user) {
    const char* const password = std::getenv("MAIL_PROBE_PASSWORD");
    if (user.empty() || password == nullptr) return std::nullopt;
    return LoginPlan{user, password};
}

Json failure_json(const std::optional<Failure>& failure) {
    if (!failure) return nullptr;
    return {{"phase", name(failure->phase)}, {"reason", name(failure->reason)}, {"detail", failure->detail.text()}};
}

Json transcript_json(const Transcript& transcript) {
    Json lines = Json::array();
    for (const TranscriptLine line : transcript)
        lines.push_back(std::string(line.from_client ? "-> " : "<- ").append(line.line));
    return lines;
}

Json to_json(const DeliveryFacts& facts) {
    return {{"outcome", name(facts.outcome)},       {"code", facts.code ? Json(*facts.code) : Json()},
            {"reply", facts.reply.text()},          {"failure", failure_json(facts.failure)},
            {"dsn_requested", facts.dsn_requested}, {"starttls", facts.starttls ? Json(name(*facts.starttls)) : Json()},
            {"login", name(facts.login.outcome)},   {"transcript", transcript_json(facts.transcript)}};
}

Json to_json(const MailboxSight& sight) {
    Json letters = Json::array();
    for (const Letter& letter : sight.letters)
        letters.push_back({{"folder", letter.folder}, {"id", letter.id}, {"junk", letter.junk}, {"text", letter.text}});
    return {{"letters", letters},
            {"removed", sight.removed},
            {"not_removed", sight.not_removed.text()},
            {"complete", sight.is_complete},
            {"failure", failure_json(sight.failure)},
            {"login", name(sight.login.outcome)},
            {"transcript", transcript_json(sight.transcript)}};
}

Json run(const Words& words) {
    asio::io_context io{1};
    Reactor reactor{io};
    Gate gate{io, 1};
    const auto trust = load_trust_store({.ca_file = words.at(5)});
    if (!trust) throw std::runtime_error(trust.error());
    SmtpSettings settings;
    if (const char* const source = std::getenv("MAIL_PROBE_SOURCE")) settings.source_ipv4 = IpAddress::parse(source);
    const auto context = std::make_shared<const SessionContext>(
        SessionContext{reactor, gate, std::make_shared<TlsClients>(*trust), settings});
    const EndpointKey endpoint{words.at(2), IpAddress::parse(words.at(3)).value(),
                               static_cast<std::uint16_t>(std::stoi(words.at(4)))};
    if (words.at(0) == "deliver") {
        const std::string message{std::istreambuf_iterator<char>(std::cin), {}};
        DeliverySession session(context, {.endpoint = endpoint,
                                          .service = kind_named(words.at(1)),
                                          .login = login_of(words.at(6)),
                                          .sender = words.at(7),
                                          .recipient = words.at(8),
                                          .message = message,
                                          .envelope_id = "mail-probe"});
        return to_json(result_of<DeliveryFacts>(io, reactor, session));
    }
    MailboxVisit visit{endpoint, kind_named(words.at(1)).value(), login_of(words.at(6)).value(), {}, {}};
    visit.wish.since = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    visit.deadline = std::chrono::milliseconds(static_cast<long>(std::stod(words.at(7)) * 1000));
    for (std::size_t at = 8; at + 1 < words.size(); at += 2)
        visit.wish.remove.push_back({words[at], words[at + 1]});
    MailboxSession session(context, std::move(visit), std::make_shared<MailboxMemory>());
    return to_json(result_of<MailboxSight>(io, reactor, session));
}

}  // namespace

int main(int count, char** arguments) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const Json said = run({arguments + 1, arguments + count});
        std::cout << said.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mail_probe: %s\n", error.what());
        return 1;
    }
}
