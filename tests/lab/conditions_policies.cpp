// Conditions of the TLS policies that a domain publishes: MTA-STS (RFC 8461) and TLSRPT (RFC 8460), as far as DNS goes.
//
// A policy itself is served at port 443 and no other, which nobody may use without privileges: whatever a policy says,
// and whatever is wrong with the host that serves it, is tried against a real one (tests/peers/mta_sts).
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

Record text_at(std::string owner, std::string data) {
    return {.owner = std::move(owner), .type = Record::Type::txt, .data = std::move(data)};
}

Condition published(std::string_view name, std::string_view sick, std::vector<Record> records, Expectation expect) {
    return {.name = name, .sick = sick, .records = std::move(records), .expect = std::move(expect)};
}

/// The policy host is an alias of a host inside.
Condition private_host() {
    return {.name = "mta-sts-private-host",
            .sick = "an MTA-STS record, and a policy host with a private address",
            .hosts = {Host{}, {.name = "inside", .place = Host::Place::elsewhere, .elsewhere = "10.0.0.7"}},
            .publishes_mx = false,
            .records = {{.data = "10 mx1"},
                        text_at("_mta-sts", "v=STSv1; id=20260101;"),
                        {.owner = "mta-sts", .type = Record::Type::cname, .data = "inside"}},
            .expect = warns({"mta_sts.fetch_failed"})};
}

}  // namespace

std::vector<Condition> policy_conditions() {
    return {
        published("policies-absent", "nothing: neither MTA-STS nor TLSRPT is published", {},
                  {.info = {"mta_sts.absent", "tlsrpt.absent"}, .senders = {{"mta_sts", "deliverable"}}}),
        published("mta-sts-two-records", "two MTA-STS records: nobody knows which",
                  {text_at("_mta-sts", "v=STSv1; id=1;"), text_at("_mta-sts", "v=STSv1; id=2;")},
                  warns({"mta_sts.record_invalid"})),
        published("mta-sts-bad-id", "the id of the MTA-STS record has characters that it must not have",
                  {text_at("_mta-sts", "v=STSv1; id=2026-01-01;")}, warns({"mta_sts.record_invalid"})),
        published("mta-sts-no-host", "an MTA-STS record, and no policy host",
                  {text_at("_mta-sts", "v=STSv1; id=20260101;")}, warns({"mta_sts.fetch_failed"})),
        private_host(),
        published("tlsrpt-invalid", "the TLSRPT record names no address that reports could go to",
                  {text_at("_smtp._tls", "v=TLSRPTv1; rua=nobody")}, warns({"tlsrpt.invalid"})),
    };
}

}  // namespace mxfleet::lab
