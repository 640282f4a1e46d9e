#include "tests/unit/show/small_mail.hpp"

#include <utility>

#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

ServiceAddressStatus service_address(const char* address, ServiceFacts visit) {
    ServiceAddressStatus status;
    status.key = {"mail.example.com", *IpAddress::parse(address), 587};
    JudgeSettings judge;
    judge.failures_to_confirm = 1;
    return after_visit(status, ServiceKind::submission, std::make_shared<const ServiceFacts>(std::move(visit)),
                       small_fleet_time, judge);
}

/// What a message is known by: the flow's mark, when it was sent, and a number.
Token token_of(WallTime sent, const std::string& number) {
    return {0x1f2e3d4c, std::chrono::floor<std::chrono::seconds>(sent), "0123456789abcdef012345" + number};
}

}  // namespace

std::shared_ptr<ServiceCell> small_service(std::shared_ptr<const ChainFacts> chain) {
    ServiceFacts up;
    up.is_up = true;
    up.greeting = "mail.example.com ESMTP";
    up.capabilities = {"STARTTLS"};
    up.capabilities_tls = {"AUTH PLAIN"};
    up.starttls = StartTls::ok;
    up.tls = TlsFacts{"TLSv1.3", "TLS_AES_256_GCM_SHA384", std::move(chain), true};
    up.mail_code = 530;
    up.login = {Login::refused, "PLAIN", "535 5.7.8 authentication failed"};
    up.times.set(Phase::connect, 10ms, Clock::kernel);
    up.times.set(Phase::login, 20ms);
    up.transcript.add(30ms, true, "AUTH PLAIN ********");
    up.transcript.add(50ms, false, "535 5.7.8 authentication failed");
    ServiceFacts down;
    down.failure = Failure{Phase::connect, Reason::refused, "Connection refused"};

    ServiceStatus status;
    status.name = "submission-eu";
    status.kind = ServiceKind::submission;
    status.host = "mail.example.com";
    status.credentials = "probe-user";
    status.looked_up_at = small_fleet_time;
    status.addresses = {service_address("192.0.2.30", std::move(up)), service_address("192.0.2.31", std::move(down))};
    return std::make_shared<ServiceCell>(std::move(status));
}

std::shared_ptr<FlowCell> small_flow() {
    FlowStatus status;
    status.name = status.settings.name = "inbound";
    status.settings.from = "probe@example.net";
    status.settings.to = "probe@example.com";
    status.settings.via = {FlowRoute::Kind::each_endpoint, {}};
    status.settings.mailbox = "probe-mailbox";
    status.endpoints = {{"mx1.example.com", *IpAddress::parse("192.0.2.1"), 25},
                        {"mx1.example.com", *IpAddress::parse("192.0.2.2"), 25}};
    const WallTime sent = small_fleet_time - 2h;
    FlowLedger ledger(terms_of(status.settings));
    for (std::size_t at = 0; at < 2; ++at) {
        ledger.begin(token_of(sent, at == 0 ? "00" : "01"), status.endpoints[at], sent);
        ledger.handed(token_of(sent, at == 0 ? "00" : "01"), status.endpoints[at], Handed::accepted, "250 2.0.0 ok",
                      sent + 1s);
    }
    LetterFacts letter;
    letter.token = token_of(sent, "00");
    const auto received = std::chrono::floor<std::chrono::seconds>(sent);
    letter.hops = {{"probe.example.net", "mx1.example.com", "ESMTPS", received + 4s, 4s},
                   {"mx1.example.com", "box.example.com", "LMTP", received + 3s, -1s}};
    letter.authentication = {"mx1.example.com", AuthResult::pass, AuthResult::none, AuthResult::fail};
    ledger.saw({"Junk/1/1", true, std::make_shared<const LetterFacts>(letter)}, {}, sent + 20s);
    ledger.read_all(sent + 90min, sent + 90min);
    status.messages = ledger.messages();
    status.counts = ledger.counts();
    status.last_delivery = ledger.last_delivery();
    status.looked_up_at = sent;
    status.mailbox_read_at = sent + 90min;
    Handing handing{status.endpoints[1], sent + 1s, {}};
    handing.facts.outcome = Handed::accepted;
    handing.facts.code = 250;
    handing.facts.reply = "250 2.0.0 ok";
    handing.facts.transcript.add(10ms, true, "RCPT TO:<probe@example.com>");
    status.last_handing = std::make_shared<const Handing>(std::move(handing));
    status.findings = findings_of(status, {});
    return std::make_shared<FlowCell>(std::move(status));
}

}  // namespace mxfleet
