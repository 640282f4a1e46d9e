// One thing that can be wrong with a mail domain: what its DNS and its servers do, and what a correct checker says
// about it. Data only; the tables are in conditions_*.cpp.
//
// What is expected follows from the RFCs and the meaning of the checks, never from what a checker was seen to say.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/lab/server.hpp"

namespace mxfleet::lab {

/// What a checker says of one endpoint. Empty: not stated.
struct EndpointExpectation {
    std::string_view state = "up";
    std::string_view starttls = "ok";   ///< of an endpoint that is up
    std::string_view relay = "closed";  ///< where it is certain
};

namespace endpoint_is {
inline constexpr EndpointExpectation healthy{};
inline constexpr EndpointExpectation plain{.starttls = "not_offered"};
inline constexpr EndpointExpectation down{"down", "", ""};
inline constexpr EndpointExpectation undecided{"unknown", "", ""};
inline constexpr EndpointExpectation without_handshake{.starttls = "failed", .relay = ""};
}  // namespace endpoint_is

/// How the name server treats the domain and all below it.
enum class DnsFault : std::uint8_t {
    none,
    servfail,
    refused,
    silent,     ///< no answer
    malformed,  ///< an answer that ends in the middle of a record
    bogus,      ///< SERVFAIL, but an answer to who asks with CD
};

/// One address of one exchange. Hosts of the same name are one exchange with several addresses.
struct Host {
    enum class Place : std::uint8_t { ipv4, ipv6, elsewhere };  ///< ipv6: ::1; elsewhere: not ours, see `elsewhere`
    enum class Presence : std::uint8_t { listens, refuses, drops };  ///< drops: SYNs stay unanswered
    enum class Reverse : std::uint8_t { confirmed, none, unconfirmed };

    std::string name = "mx1";  ///< below the domain; "@": the domain itself, which gets no MX
    int preference = 10;
    Place place = Place::ipv4;
    std::string elsewhere = {};
    Presence presence = Presence::listens;
    Reverse reverse = Reverse::confirmed;
    std::string alias_of = {};           ///< `name` is a CNAME of this name below the domain
    bool is_listed = false;              ///< on the block lists of `well_known`
    bool is_bait = false;                ///< it listens, and nobody may connect to it
    std::vector<std::string> tlsa = {};  ///< "3 1 1 own": of its certificate; "3 1 1 other": of no certificate
    DnsFault tlsa_fault = {};            ///< of the names below which TLSA records stand
    Server server = {};
    EndpointExpectation expect = {};
};

/// A further record in the domain's zone. Names in it are relative unless they end in a dot; "@" is the domain.
struct Record {
    enum class Type : std::uint8_t { mx, cname, txt };

    std::string owner = "@";
    Type type = Type::mx;
    std::string data;  ///< as in a zone file: "10 mx1"
};

using Codes = std::vector<std::string_view>;

/// By class of senders (plain, mta_sts, dane, requiretls): deliverable, undeliverable or unknown.
using Senders = std::map<std::string_view, std::string_view>;

/// What a correct checker says of the domain. Empty: not stated.
struct Expectation {
    std::string_view verdict = "ok";
    std::string_view deliverable = "true";  ///< true, false, null
    std::string_view mx_state = "explicit";
    std::string_view mx_error = {};  ///< where the state is unknown
    Codes findings = {};             ///< exactly these of severity warning and critical …
    Codes may = {};                  ///< … and these, on which the specification leaves room
    Codes info = {};                 ///< these of severity info must be there; others may
    Codes findings_deep = {};        ///< instead of `findings`, once follow-up sessions were made (`check --deep`)
    bool is_deep_daily = false;      ///< the agent makes these once a day, not as soon as it may
    Codes later = {};                ///< what a second visit adds, of any severity; a first one must not say so
    Senders senders = {};            ///< of the classes for which it is stated
};

struct Condition {
    std::string_view name;
    std::string_view sick;    ///< one line for people: what is wrong
    std::string domain = {};  ///< empty: NAME.lab.test
    std::vector<Host> hosts = {Host{}};
    bool publishes_mx = true;  ///< an MX for each exchange among the hosts
    std::vector<Record> records = {};
    DnsFault fault = DnsFault::none;
    bool is_signed = false;                   ///< the zone has DNSSEC, and the lab's resolver vouches for it (AD)
    bool is_many_domains = false;             ///< as many domains as the command line asks for, one exchange
    std::string_view expect_setting = {};     ///< `expect` in the agent's configuration
    std::vector<std::string> listed_mx = {};  ///< `mx` in it, names below the domain
    Expectation expect = {};
};

/// A healthy server, and another one for every second connection.
inline Server by_turns(Server other) {
    Server server;
    server.every_second = std::make_shared<const Server>(std::move(other));
    return server;
}

/// A server that greets in its own way.
inline Condition greeted(std::string_view name, std::string_view sick, Reply greeting, EndpointExpectation endpoint,
                         Expectation expect) {
    return {.name = name,
            .sick = sick,
            .hosts = {{.server = {.greeting = std::move(greeting)}, .expect = endpoint}},
            .expect = std::move(expect)};
}

/// A server that answers one verb in its own way, inside TLS and outside.
inline Condition answering(std::string_view name, std::string_view sick, const std::string& verb, Reply reply,
                           EndpointExpectation endpoint, Expectation expect) {
    return {.name = name,
            .sick = sick,
            .hosts = {{.server = {.answers = {{verb, std::move(reply)}}}, .expect = endpoint}},
            .expect = std::move(expect)};
}

inline Expectation warns(Codes findings, Codes info = {}) {
    return {.verdict = "warning", .findings = std::move(findings), .info = std::move(info)};
}
inline Expectation is_critical(Codes findings) {
    return {.verdict = "critical", .findings = std::move(findings)};
}
inline Expectation informs(Codes info) {
    return {.info = std::move(info)};
}
/// Every endpoint is down, each with this finding.
inline Expectation all_down(std::string_view finding) {
    return {.verdict = "critical", .deliverable = "false", .findings = {finding, "mail.undeliverable"}};
}
/// No endpoint is up, and not all are down.
inline Expectation undecided(std::string_view finding) {
    return {.verdict = "unknown", .deliverable = "null", .findings = {finding}};
}

}  // namespace mxfleet::lab
