// Conditions of connecting and of the greeting.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

using namespace std::chrono_literals;
using endpoint_is::down;

std::vector<Condition> connecting() {
    constexpr auto refuses = Host::Presence::refuses;
    constexpr auto drops = Host::Presence::drops;
    return {
        {.name = "dead-beside-live",
         .sick = "one of the exchange's two addresses refuses connections",
         .hosts = {Host{}, {.presence = refuses, .expect = down}},
         .expect = warns({"smtp.connect_refused"})},
        {.name = "primary-down",
         .sick = "the preferred exchange refuses connections, the backup works",
         .hosts = {{.presence = refuses, .expect = down}, {.name = "mx2", .preference = 20}},
         .expect = warns({"smtp.connect_refused"})},
        {.name = "all-refused",
         .sick = "every address refuses connections",
         .hosts = {{.presence = refuses, .expect = down}, {.name = "mx2", .presence = refuses, .expect = down}},
         .expect = all_down("smtp.connect_refused")},
        {.name = "blackhole",
         .sick = "connection attempts are never answered",
         .hosts = {{.presence = drops, .expect = down}},
         .expect = all_down("smtp.connect_timeout")},
        {.name = "blackhole-beside-live",
         .sick = "connection attempts to one of the exchange's two addresses are never answered",
         .hosts = {Host{}, {.presence = drops, .expect = down}},
         .expect = warns({"smtp.connect_timeout"})},
    };
}

std::vector<Condition> odd_but_healthy_greetings() {
    constexpr auto healthy = endpoint_is::healthy;
    return {
        greeted("greeting-multiline", "nothing: the greeting has several lines",
                {say("220-{host} ESMTP\r\n220-No unsolicited mail, please.\r\n220 Welcome\r\n")}, healthy, {}),
        greeted("greeting-no-text", "nothing: the greeting is a bare 220", {say("220\r\n")}, healthy, {}),
        greeted("postscreen",
                "nothing: the last greeting line comes a second after the first, and who talks meanwhile is thrown out",
                {say("220-{host} ESMTP\r\n"), listen_for_early_talkers(1s), say("220 {host} ESMTP\r\n")}, healthy, {}),
        greeted("banner-other-host", "the greeting names another host", {say("220 somewhere.example ESMTP\r\n")},
                healthy, informs({"smtp.banner_hostname_mismatch"})),
        greeted("banner-slow", "the greeting takes longer than `smtp.banner_slow`",
                {wait(2s), say("220 {host} ESMTP\r\n")}, healthy, warns({"smtp.banner_slow"})),
        {.name = "one-at-a-time",
         .sick = "nothing, unless a client opens two connections at once: 421",
         .hosts = {{.server = {.busy = Busy::with_one_connection}}}},
        // What is said depends on which of its sessions comes when; confirmed states must hold.
        {.name = "every-second-421",
         .sick = "every second connection is greeted with 421",
         .hosts = {{.server = {.busy = Busy::every_second_connection}, .expect = {"", "", ""}}},
         .expect = {.verdict = "", .deliverable = "", .may = {"smtp.rate_limited"}}},
    };
}

std::vector<Condition> refusing_greetings() {
    constexpr EndpointExpectation limited{"rate_limited", "", ""};
    constexpr EndpointExpectation blocked{"blocked_us", "", ""};
    return {
        greeted("greeting-421", "the greeting is 421",
                {say("421 4.3.2 {host} Service not available, closing channel\r\n"), hang_up()}, limited,
                undecided("smtp.rate_limited")),
        greeted("greeting-450", "the greeting is 450", {say("450 4.3.2 Please try again later\r\n"), hang_up()},
                endpoint_is::undecided, undecided("smtp.tempfail")),
        greeted("greeting-554", "the greeting is 554, and QUIT is waited for",
                {say("554 5.3.2 {host} No SMTP service here\r\n"), only_quit()}, down,
                all_down("smtp.banner_rejected")),
        greeted("greeting-521", "the greeting is 521: this host takes no mail",
                {say("521 5.3.2 {host} does not accept mail\r\n"), only_quit()}, down,
                all_down("smtp.banner_rejected")),
        greeted(
            "greeting-blocked", "the greeting is 554 because of our address",
            {say("554 5.7.1 Service unavailable; client host [127.0.0.1] blocked using bl.lab.test\r\n"), only_quit()},
            blocked, undecided("smtp.blocked_us")),
    };
}

std::vector<Condition> no_greeting() {
    return {
        greeted("silent", "nothing is ever said", {hold()}, down, all_down("smtp.banner_timeout")),
        greeted("drips", "the greeting comes at a byte a second",
                {drip("220 {host} ESMTP and a text that is much too long for such a pace\r\n", 1s)}, down,
                all_down("smtp.banner_timeout")),
        greeted("closes-at-once", "the connection is closed before a greeting", {hang_up()}, down,
                all_down("smtp.connection_dropped")),
        greeted("resets-after-greeting", "the connection is reset after the greeting",
                {say("220 {host} ESMTP\r\n"), swallow(), reset()}, down, all_down("smtp.connection_dropped")),
    };
}

std::string garbage() {
    std::string bytes;
    for (unsigned i = 0; i < 8192; ++i) {
        bytes += static_cast<char>(0x80 + i * 37 % 0x80);  // no line end among them
    }
    return bytes;
}

std::vector<Condition> not_smtp() {
    const auto broken = all_down("smtp.protocol_error");
    return {
        greeted("greeting-flood", "the greeting never ends", {flood("220-{host} and another thing\r\n")}, down, broken),
        greeted("greeting-mixed-codes", "the codes of the greeting's lines differ",
                {say("220-{host} ESMTP\r\n250 and so on\r\n")}, down, broken),
        greeted("greeting-long-line", "a line of the greeting has 6000 bytes",
                {say("220 {host} " + std::string(6000, 'a') + "\r\n")}, down, broken),
        greeted("speaks-ssh", "an SSH server listens there", {say("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), hold()}, down,
                broken),
        greeted("speaks-http", "an HTTP server listens there",
                {say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), hang_up()}, down,
                broken),
        greeted("binary-garbage", "8 KiB of binary garbage without a line end", {say(garbage()), hold()}, down, broken),
    };
}

}  // namespace

std::vector<Condition> connect_conditions() {
    std::vector<Condition> all;
    for (auto* const group : {connecting, odd_but_healthy_greetings, refusing_greetings, no_greeting, not_smtp}) {
        const auto rows = group();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

}  // namespace mxfleet::lab
