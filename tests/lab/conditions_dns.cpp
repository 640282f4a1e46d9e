// Conditions of the MX records and the addresses behind them.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

constexpr auto cname = Record::Type::cname;
constexpr auto txt = Record::Type::txt;

/// The domain's own address, where nobody may deliver as long as there is an MX of any kind.
Host bait() {
    return {.name = "@", .is_bait = true};
}

Host below(std::string name) {
    return {.name = std::move(name)};
}

/// Whether mail.undeliverable is said besides the DNS finding that is critical by itself is left open.
Expectation none_usable(Codes findings) {
    return {.verdict = "critical",
            .deliverable = "false",
            .mx_state = "none_usable",
            .findings = std::move(findings),
            .may = {"mail.undeliverable"}};
}

std::vector<Condition> null_mx() {
    const std::vector<Record> null_record = {{.data = "0 ."}};
    const Expectation null_is_fine{.deliverable = "null", .mx_state = "null", .info = {"dns.null_mx"}};
    Expectation unexpected = null_is_fine;
    unexpected.verdict = "critical";
    unexpected.findings = {"dns.mx_unexpected"};
    Expectation malformed{.verdict = "warning", .deliverable = "null", .mx_state = "null"};
    malformed.findings = {"dns.null_mx_malformed"};
    return {
        {.name = "null-mx",
         .sick = "nothing: a null MX says that the domain takes no mail",
         .hosts = {bait()},
         .records = null_record,
         .expect = null_is_fine},
        {.name = "null-mx-unexpected",
         .sick = "a null MX where the configuration expects mail",
         .hosts = {bait()},
         .records = null_record,
         .expect_setting = "mail",
         .expect = unexpected},
        {.name = "null-mx-expected",
         .sick = "nothing: a null MX where the configuration expects one",
         .hosts = {bait()},
         .records = null_record,
         .expect_setting = "null",
         .expect = null_is_fine},
        {.name = "null-mx-missing",
         .sick = "a working exchange where the configuration expects a null MX",
         .expect_setting = "null",
         .expect = is_critical({"dns.mx_unexpected"})},
        {.name = "null-mx-mixed",
         .sick = "a null MX beside an exchange that works",
         .records = null_record,
         .expect = warns({"dns.null_mx_mixed"})},
        {.name = "null-mx-malformed",
         .sick = "a null MX with preference 10",
         .hosts = {bait()},
         .records = {{.data = "10 ."}},
         .expect = malformed},
    };
}

std::vector<Condition> implicit_mx() {
    Expectation fine = informs({"dns.implicit_mx"});
    fine.mx_state = "implicit";
    return {
        {.name = "implicit-mx",
         .sick = "nothing: no MX, and mail goes to the domain's own address",
         .hosts = {below("@")},
         .expect = fine},
        {.name = "implicit-mx-no-address",
         .sick = "neither MX nor address",
         .hosts = {},
         .records = {{.type = txt, .data = "nothing but a text"}},
         .expect = none_usable({"dns.no_usable_mx"})},
    };
}

std::vector<Condition> aliases() {
    return {
        {.name = "mx-cname",
         .sick = "the exchange's name is an alias",
         .hosts = {{.alias_of = "real"}},
         .expect = warns({"dns.mx_is_cname"})},
        {.name = "mx-cname-dangling",
         .sick = "the exchange's name is an alias of a name that does not exist",
         .hosts = {bait()},
         .records = {{.data = "10 mx1"}, {.owner = "mx1", .type = cname, .data = "nowhere"}},
         .expect = none_usable({"dns.mx_is_cname", "dns.mx_target_not_found", "dns.no_usable_mx"})},
        {.name = "domain-cname",
         .sick = "nothing: the domain is an alias of one that has an MX",
         .publishes_mx = false,
         .records = {{.type = cname, .data = "target"}, {.owner = "target", .data = "10 mx1"}}},
    };
}

std::vector<Condition> bad_targets() {
    return {
        {.name = "mx-not-found",
         .sick = "the only exchange's name does not exist",
         .hosts = {bait()},
         .records = {{.data = "10 mx1"}},
         .expect = none_usable({"dns.mx_target_not_found", "dns.no_usable_mx"})},
        {.name = "mx-one-not-found",
         .sick = "the preferred exchange's name does not exist, the backup works",
         .hosts = {{.name = "mx2", .preference = 20}},
         .records = {{.data = "10 mx1"}},
         .expect = warns({"dns.mx_target_not_found"})},
        {.name = "mx-no-address",
         .sick = "the only exchange has no address",
         .hosts = {bait()},
         .records = {{.data = "10 mx1"}, {.owner = "mx1", .type = txt, .data = "no address here"}},
         .expect = none_usable({"dns.mx_target_no_address", "dns.no_usable_mx"})},
        {.name = "mx-ip-literal",
         .sick = "one MX record holds an address in text, the other a host that works",
         .hosts = {{.name = "mx2", .preference = 20}},
         .records = {{.data = "10 127.0.0.9."}},
         .expect = warns({"dns.mx_is_ip_literal"})},
        {.name = "mx-private-address",
         .sick = "the preferred exchange has a private address only, the backup works",
         .hosts = {{.place = Host::Place::elsewhere, .elsewhere = "10.0.0.5", .expect = {"", "", ""}},
                   {.name = "mx2", .preference = 20}},
         .expect = warns({"dns.mx_private_address"})},
        {.name = "mx-private-address-only",
         .sick = "the only exchange has a private address only",
         .hosts = {{.place = Host::Place::elsewhere, .elsewhere = "10.0.0.6", .expect = {"", "", ""}}, bait()},
         .expect = none_usable({"dns.mx_private_address", "dns.no_usable_mx"})},
    };
}

std::vector<Condition> odd_sets() {
    return {
        {.name = "mx-duplicate",
         .sick = "the same exchange stands in two MX records",
         .records = {{.data = "20 mx1"}},
         .expect = informs({"dns.mx_duplicate"})},
        {.name = "mx-not-as-listed",
         .sick = "the exchanges are not those that the configuration lists",
         .listed_mx = {"mx9"},
         .expect = is_critical({"dns.mx_unexpected"})},
        {.name = "backup-mx",
         .sick = "nothing: an exchange and a backup",
         .hosts = {Host{}, {.name = "mx2", .preference = 20}}},
        {.name = "idn", .sick = "nothing: an internationalised domain", .domain = "xn--bcher-kva.lab.test"},
        {.name = "many-domains", .sick = "nothing: many domains share one exchange", .is_many_domains = true},
    };
}

std::vector<Condition> families() {
    const Host v6{.place = Host::Place::ipv6};
    return {
        {.name = "both-families",
         .sick = "nothing: the exchange has an IPv4 and an IPv6 address",
         .hosts = {Host{}, v6}},
        {.name = "ipv6-only",
         .sick = "the exchange has an IPv6 address only",
         .hosts = {v6},
         .expect = warns({"dns.mx_ipv6_only"})},
    };
}

/// So many and so long names that the answer fits no datagram.
Condition large_answer() {
    const std::string filler = std::string(60, 'a') + "." + std::string(60, 'b');
    std::vector<Host> hosts;
    for (char letter = 'a'; letter < 'a' + 16; ++letter) {
        hosts.push_back(below(std::string("mx-") + letter + "." + filler));
    }
    return {.name = "large-mx", .sick = "nothing: the MX answer is so large that it needs TCP", .hosts = hosts};
}

std::vector<Condition> reverse_dns() {
    return {
        {.name = "rdns-missing",
         .sick = "the exchange's address has no name",
         .hosts = {{.reverse = Host::Reverse::none}},
         .expect = warns({"rdns.missing"})},
        {.name = "rdns-unconfirmed",
         .sick = "the name of the exchange's address has another address",
         .hosts = {{.reverse = Host::Reverse::unconfirmed}},
         .expect = warns({"rdns.unconfirmed"})},
        {.name = "dnsbl-listed",
         .sick = "the exchange's address is on a block list",
         .hosts = {{.is_listed = true}},
         .expect = warns({"dnsbl.listed"})},
    };
}

}  // namespace

std::vector<Condition> dns_conditions() {
    std::vector<Condition> all;
    for (auto* const group : {null_mx, implicit_mx, aliases, bad_targets, odd_sets, families, reverse_dns}) {
        const auto rows = group();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    all.push_back(large_answer());
    return all;
}

}  // namespace mxfleet::lab
