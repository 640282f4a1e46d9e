// Conditions of servers that break the protocol, the connection or off, at any step. Whatever they do, an endpoint that
// has taken EHLO is up: what comes after is told apart.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

using namespace std::chrono_literals;
using endpoint_is::down;
using endpoint_is::healthy;

const auto broken = [] { return all_down("smtp.protocol_error"); };
const auto dropped = [] { return all_down("smtp.connection_dropped"); };

/// A server that answers one verb in its own way once TLS is there.
Condition inside_tls(std::string_view name, std::string_view sick, const std::string& verb, Reply reply,
                     EndpointExpectation endpoint, Expectation expect) {
    Condition condition = answering(name, sick, verb, std::move(reply), endpoint, std::move(expect));
    condition.hosts.front().server.answers_before_tls = {{verb, {usual()}}};
    return condition;
}

/// One whose relaying cannot be judged for that, and which is well apart from it.
Condition midway(std::string_view name, std::string_view sick, const std::string& verb, Reply reply) {
    return inside_tls(name, sick, verb, std::move(reply), {.relay = "unknown"}, informs({"relay.unknown"}));
}

std::vector<Condition> greetings() {
    return {
        greeted("greeting-out-of-range", "the code of the greeting is 999", {say("999 {host} ESMTP\r\n")}, down,
                broken()),
        greeted("greeting-too-low", "the code of the greeting is 099", {say("099 {host} ESMTP\r\n")}, down, broken()),
        greeted("greeting-after-garbage", "something stands before the greeting",
                {say("Warning: clock is off\r\n220 {host} ESMTP\r\n")}, down, broken()),
        greeted("greeting-after-empty-line", "an empty line stands before the greeting",
                {say("\r\n220 {host} ESMTP\r\n")}, down, broken()),
        greeted("greeting-and-more", "a reply that nobody asked for follows the greeting at once",
                {say("220 {host} ESMTP\r\n250 and hello\r\n")}, down, broken()),
        greeted("greeting-bare-cr", "the greeting ends in CR alone, which ends no line",
                {say("220 {host} ESMTP\r"), hold()}, down, all_down("smtp.banner_timeout")),
        greeted("greeting-cr-within", "nothing: CR stands within the greeting's text", {say("220 {host} one\rtwo\r\n")},
                healthy, {}),
        greeted("resets-at-once", "the connection is reset before a greeting", {reset()}, down, dropped()),
        greeted("half-closed", "the server shuts its own side down after the greeting",
                {say("220 {host} ESMTP\r\n"), half_close()}, down, dropped()),
    };
}

std::vector<std::string> keywords(unsigned count) {
    std::vector<std::string> all;
    for (unsigned number = 0; number < count; ++number)
        all.push_back("X-KEYWORD-" + std::to_string(number));
    all.emplace_back("SIZE 99999999999999999999");
    return all;
}

std::vector<Condition> hellos() {
    return {
        answering("ehlo-out-of-range", "the code of the reply to EHLO is 600", "EHLO", {say("600 {host}\r\n")}, down,
                  broken()),
        answering("ehlo-drips", "the reply to EHLO comes at a byte a second", "EHLO",
                  {drip("250 {host} takes its time with every single byte\r\n", 1s)}, down,
                  all_down("smtp.command_timeout")),
        {.name = "ehlo-10000-keywords",
         .sick = "EHLO is answered with 10,000 keywords",
         .hosts = {{.server = {.capabilities = keywords(10'000)}, .expect = down}},
         .expect = broken()},
        {.name = "ehlo-400-keywords",
         .sick = "nothing: EHLO is answered with 400 unknown keywords and an immense SIZE",
         .hosts = {{.server = {.capabilities = keywords(400)}}}},
        {.name = "ehlo-and-helo-reset",
         .sick = "the connection is reset on EHLO and on HELO",
         .hosts = {{.server = {.answers = {{"EHLO", {reset()}}, {"HELO", {reset()}}}}, .expect = down}},
         .expect = dropped()},
        // What the next command is, which then is not sent, is the checker's choice. To say nothing is not.
        answering("ehlo-and-more", "a reply that nobody asked for follows the one to EHLO at once", "EHLO",
                  {usual(), say("250 2.0.0 and more\r\n")}, {.starttls = "", .relay = ""},
                  {.verdict = "warning", .may = {"smtp.protocol_error", "tls.starttls_broken"}}),
    };
}

std::vector<Condition> around_starttls() {
    constexpr EndpointExpectation lost{.relay = ""};
    return {
        answering("starttls-421", "STARTTLS is answered 421", "STARTTLS",
                  {say("421 4.3.2 {host} Shutting down\r\n"), hang_up()}, {.starttls = "temporary", .relay = ""},
                  warns({"tls.starttls_temporary"})),
        answering("starttls-resets", "the connection is reset on STARTTLS", "STARTTLS", {reset()},
                  {.starttls = "broken", .relay = ""}, warns({"tls.starttls_broken"})),
        answering("tls-resets", "the connection is reset during the handshake", "STARTTLS",
                  {say("220 2.0.0 Ready to start TLS\r\n"), swallow(), reset()}, endpoint_is::without_handshake,
                  warns({"tls.handshake_failed"})),
        inside_tls("ehlo-421-in-tls", "EHLO inside TLS is answered 421", "EHLO",
                   {say("421 4.3.2 {host} Shutting down\r\n"), hang_up()}, lost, warns({"tls.capabilities_lost"})),
    };
}

std::vector<Condition> transactions() {
    const Reply says_421 = {say("421 4.3.2 {host} Shutting down\r\n"), hang_up()};
    const std::string escapes = "554 5.7.1 \x1b[2J\x1b]0;title\x07 no\xe2\x80\xae \xff\r\n";
    return {
        midway("mail-421", "MAIL is answered 421", "MAIL", says_421),
        midway("mail-resets", "the connection is reset on MAIL", "MAIL", {reset()}),
        midway("mail-silent", "MAIL is never answered", "MAIL", {hold()}),
        midway("mail-and-more", "a reply that nobody asked for follows the one to MAIL", "MAIL",
               {usual(), say("250 2.0.0 and more\r\n")}),
        midway("rcpt-421", "RCPT is answered 421", "RCPT", says_421),
        midway("rcpt-resets", "the connection is reset on RCPT", "RCPT", {reset()}),
        midway("rcpt-hangs-up", "the connection is closed on RCPT", "RCPT", {hang_up()}),
        midway("rcpt-mixed-codes", "the codes of the reply to RCPT differ", "RCPT",
               {say("550-5.1.1 no\r\n250 2.1.5 yes\r\n")}),
        midway("rcpt-flood", "the reply to RCPT never ends", "RCPT", {flood("550-5.1.1 no\r\n")}),
        inside_tls("vrfy-hangs-up", "nothing that counts: the connection is closed on VRFY", "VRFY", {hang_up()},
                   healthy, {}),
        // 554 to postmaster, whatever it is dressed up in.
        inside_tls("rcpt-hostile-text", "RCPT is refused with escape sequences, bidi characters and invalid UTF-8",
                   "RCPT", {say(escapes)}, {.relay = "unknown"},
                   warns({"policy.postmaster_refused"}, {"relay.unknown"})),
    };
}

std::vector<Condition> farewells() {
    return {
        answering("quit-421", "nothing that counts: QUIT is answered 421", "QUIT",
                  {say("421 4.3.2 Bye\r\n"), hang_up()}, healthy, {}),
        answering("quit-resets", "nothing that counts: the connection is reset on QUIT", "QUIT", {reset()}, healthy,
                  {}),
        answering("quit-and-more", "nothing that counts: replies follow the one to QUIT", "QUIT",
                  {say("221 2.0.0 Bye\r\n250 2.0.0 but stay\r\n220 {host} ESMTP\r\n"), hold()}, healthy, {}),
        answering("quit-flood", "nothing that counts: the reply to QUIT never ends", "QUIT", {flood("221-Bye\r\n")},
                  healthy, {}),
        answering("quit-drips", "nothing that counts: the reply to QUIT comes at a byte a second", "QUIT",
                  {drip("221 2.0.0 Bye, and thank you for all the connections\r\n", 1s)}, healthy, {}),
    };
}

/// What is said depends on which of its sessions comes when; confirmed states must hold.
std::vector<Condition> changing() {
    return {
        {.name = "garbage-by-turns",
         .sick = "every second connection is greeted with garbage",
         .hosts = {{.server = by_turns({.greeting = {say("Hello!\r\n"), hang_up()}}), .expect = {"", "", ""}}},
         .expect = {.verdict = "", .deliverable = ""}},
    };
}

}  // namespace

std::vector<Condition> misbehaviour_conditions() {
    std::vector<Condition> all;
    for (auto* const group : {greetings, hellos, around_starttls, transactions, farewells, changing}) {
        const auto rows = group();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

}  // namespace mxfleet::lab
