// Conditions of EHLO and what follows it, TLS apart.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

using namespace std::chrono_literals;
using endpoint_is::down;
using endpoint_is::healthy;
using endpoint_is::plain;

Condition offering(std::string_view name, std::string_view sick, std::vector<std::string> capabilities,
                   Expectation expect) {
    return {.name = name,
            .sick = sick,
            .hosts = {{.server = {.capabilities = std::move(capabilities)}}},
            .expect = std::move(expect)};
}

std::vector<Condition> refused_ehlo() {
    const Reply not_known = {say("502 5.5.1 Command not implemented\r\n")};
    const Reply refused = {say("550 5.5.0 Not for you\r\n")};
    return {
        // Whoever speaks HELO only never offers STARTTLS either.
        answering("helo-only", "EHLO is answered 502; HELO works", "EHLO", not_known, plain,
                  warns({"smtp.helo_only", "tls.not_offered"})),
        answering("ehlo-drops", "the connection is closed on EHLO; HELO works", "EHLO", {hang_up()},
                  {.starttls = "not_offered", .relay = ""}, warns({"smtp.helo_only", "tls.not_offered"})),
        {.name = "ehlo-and-helo-drop",
         .sick = "the connection is closed on EHLO and on HELO",
         .hosts = {{.server = {.answers = {{"EHLO", {hang_up()}}, {"HELO", {hang_up()}}}}, .expect = down}},
         .expect = all_down("smtp.connection_dropped")},
        {.name = "ehlo-and-helo-refused",
         .sick = "EHLO is answered 502 and HELO 550",
         .hosts = {{.server = {.answers = {{"EHLO", not_known}, {"HELO", refused}}}, .expect = down}},
         .expect = all_down("smtp.ehlo_rejected")},
        answering("ehlo-550", "EHLO is answered 550, which does not ask for HELO", "EHLO", refused, down,
                  all_down("smtp.ehlo_rejected")),
        answering("ehlo-421", "EHLO is answered 421", "EHLO",
                  {say("421 4.3.2 {host} Service not available, closing channel\r\n"), hang_up()},
                  {"rate_limited", "", ""}, undecided("smtp.rate_limited")),
        answering("ehlo-451", "EHLO is answered 451", "EHLO", {say("451 4.3.0 Local problem\r\n")},
                  endpoint_is::undecided, undecided("smtp.tempfail")),
        answering("ehlo-blocked", "EHLO is answered 550 because of our address", "EHLO",
                  {say("550 5.7.1 Your address has a poor reputation\r\n")}, {"blocked_us", "", ""},
                  undecided("smtp.blocked_us")),
        answering("ehlo-silent", "EHLO is never answered", "EHLO", {hold()}, down, all_down("smtp.command_timeout")),
    };
}

std::vector<Condition> malformed_ehlo() {
    const auto broken = all_down("smtp.protocol_error");
    return {
        answering("ehlo-flood", "the reply to EHLO never ends", "EHLO", {flood("250-AGAIN\r\n")}, down, broken),
        answering("ehlo-mixed-codes", "the codes of the lines of the reply to EHLO differ", "EHLO",
                  {say("250-{host}\r\n251-PIPELINING\r\n250 STARTTLS\r\n")}, down, broken),
        answering("ehlo-garbage", "the reply to EHLO has no code", "EHLO", {say("Hello to you, too\r\n")}, down,
                  broken),
    };
}

std::vector<Condition> capabilities() {
    return {
        offering("auth-before-tls", "AUTH PLAIN is offered outside TLS",
                 {"PIPELINING", "SIZE 10240000", "AUTH PLAIN LOGIN", "ENHANCEDSTATUSCODES", "8BITMIME"},
                 warns({"smtp.auth_before_tls"})),
        offering("size-malformed", "SIZE has something that is no number",
                 {"PIPELINING", "SIZE banana", "ENHANCEDSTATUSCODES", "8BITMIME"},
                 informs({"smtp.capability_invalid"})),
        offering("size-too-long", "SIZE has 21 digits",
                 {"PIPELINING", "SIZE 100000000000000000000", "ENHANCEDSTATUSCODES", "8BITMIME"},
                 informs({"smtp.capability_invalid"})),
        offering("size-zero", "nothing: SIZE 0 means that there is no fixed limit",
                 {"PIPELINING", "SIZE 0", "ENHANCEDSTATUSCODES", "8BITMIME"}, {}),
        offering("capabilities-inconsistent", "BINARYMIME is offered without CHUNKING",
                 {"PIPELINING", "SIZE 10240000", "BINARYMIME", "ENHANCEDSTATUSCODES", "8BITMIME"},
                 informs({"smtp.capability_inconsistent"})),
        offering("capabilities-none", "nothing: STARTTLS is the only capability", {}, {}),
        offering("capabilities-unusual", "nothing: keywords in lower case, and some that nobody knows",
                 {"pipelining", "Size 10240000", "8bitmime", "X-FROBNICATE yes", "XCLIENT NAME ADDR"}, {}),
    };
}

/// The keyword that middleboxes put over STARTTLS has its length, so that only its name is lost.
std::vector<Condition> middleboxes() {
    return {
        {.name = "middlebox-greeting",
         .sick = "the greeting is all asterisks",
         .hosts = {{.server = {.greeting = {say("220 ****************************************\r\n")}}}},
         .expect = warns({"smtp.middlebox"})},
        {.name = "middlebox-ehlo",
         .sick = "STARTTLS is masked as XXXXXXXA",
         .hosts = {{.server = {.capabilities = {"PIPELINING", "SIZE 10240000", "XXXXXXXA", "8BITMIME"},
                               .offers_starttls = false},
                    .expect = plain}},
         .expect = warns({"smtp.middlebox", "tls.stripped"})},
    };
}

/// What is to be shown to people must be shown safely; it is no fault of the protocol.
std::vector<Condition> hostile_text() {
    const std::string escapes = "\x1b[31mred\x1b[0m \x1b]0;title\x07 ";
    const std::string quotes = R"("double" 'single' back\slash \n \" }) </script><script>alert(1)</script> %s%n {} )";
    const std::string invisible =
        "\xe2\x80\xae"
        "backwards\xe2\x80\xac \xe2\x80\x8bzero";
    const std::string invalid = " \xff\xfe\xc0\xaf \xed\xa0\x80 \xf5\x80\x80\x80 ";
    const std::string nul(1, '\0');
    return {
        {.name = "hostile-text",
         .sick = "quotes, escape sequences, bidi characters, markup and invalid UTF-8 in greeting and capabilities",
         .hosts = {{.server = {.greeting = {say("220-{host} " + escapes + quotes + "\r\n220 " + invisible + invalid +
                                                "\r\n")},
                               .capabilities = {"PIPELINING", "X-" + escapes, "\"" + quotes, invisible, "X" + invalid,
                                                "SIZE 10240000"}}}}},
        {.name = "nul-bytes",
         .sick = "NUL bytes in greeting and capabilities",
         .hosts = {{.server = {.greeting = {say("220 {host} one" + nul + "two\r\n")},
                               .capabilities = {"PIPELINING", "X-A" + nul + "B", "SIZE 10240000"}}}}},
        {.name = "bare-lf",
         .sick = "lines end in LF alone",
         .hosts = {{.server = {.bare_lf = true}}},
         .expect = informs({"smtp.bare_lf"})},
    };
}

std::vector<Condition> odd_but_healthy() {
    return {
        answering("slow-ehlo", "nothing: EHLO takes a second", "EHLO", {wait(1s), usual()}, healthy, {}),
        answering("quit-silent", "nothing that counts: QUIT is never answered", "QUIT", {hold()}, healthy, {}),
        answering("quit-closes", "nothing that counts: the connection is closed on QUIT without 221", "QUIT",
                  {hang_up()}, healthy, {}),
    };
}

}  // namespace

std::vector<Condition> dialogue_conditions() {
    std::vector<Condition> all;
    for (auto* const group : {refused_ehlo, malformed_ehlo, capabilities, middleboxes, hostile_text, odd_but_healthy}) {
        const auto rows = group();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

}  // namespace mxfleet::lab
