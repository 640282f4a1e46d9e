// Conditions of the name server itself: the MX question is not answered, or not with MX records.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

/// A failed lookup says nothing about the domain; the host behind it must not be tried.
Condition failing(std::string_view name, std::string_view sick, DnsFault fault, std::string_view error) {
    return {.name = name,
            .sick = sick,
            .hosts = {{.name = "@", .is_bait = true}},
            .fault = fault,
            .expect = {.verdict = "unknown",
                       .deliverable = "null",
                       .mx_state = "unknown",
                       .mx_error = error,
                       .findings = {"dns.lookup_failed"}}};
}

Condition bogus() {
    Condition condition = failing("dnssec-bogus", "SERVFAIL, but an answer to who asks without validation (CD)",
                                  DnsFault::bogus, "bogus");
    condition.expect.verdict = "critical";
    condition.expect.findings = {"dns.dnssec_bogus"};
    condition.expect.may = {"dns.lookup_failed"};
    return condition;
}

}  // namespace

std::vector<Condition> resolver_conditions() {
    return {
        {.name = "nxdomain",
         .sick = "the domain does not exist",
         .hosts = {},
         .expect = {.verdict = "critical",
                    .deliverable = "false",
                    .mx_state = "nxdomain",
                    .findings = {"dns.domain_not_found"},
                    .may = {"mail.undeliverable"}}},
        failing("servfail", "the name server answers SERVFAIL", DnsFault::servfail, "servfail"),
        failing("dns-refused", "the name server answers REFUSED", DnsFault::refused, "refused"),
        failing("dns-timeout", "the name server does not answer", DnsFault::silent, "timeout"),
        failing("dns-malformed", "the name server's answer ends in the middle of a record", DnsFault::malformed,
                "malformed"),
        bogus(),
    };
}

}  // namespace mxfleet::lab
