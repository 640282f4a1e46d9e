// Findings about MTA-STS (CHECKS §6).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto mta_sts_findings = std::to_array<FindingRow>({
    {.code = "mta_sts.record_invalid",
     .severity = Severity::warning,
     .title = "the MTA-STS record is invalid",
     .why = "There is more than one `v=STSv1` record, or the `id` is missing or malformed. Senders behave as if there "
            "were no MTA-STS: mail flows without its protection. Those that hold an earlier policy keep to it until "
            "`max_age`.",
     .advice = "Publish exactly one TXT record at `_mta-sts.DOMAIN`, for instance \"v=STSv1; id=20260101T000000;\", "
               "the id being 1 to 32 letters and digits. Verify with `dig +short _mta-sts.DOMAIN TXT`.",
     .reference = "RFC 8461 §3.1"},
    {.code = "mta_sts.fetch_failed",
     .severity = Severity::warning,
     .title = "the MTA-STS policy cannot be fetched",
     .why = "The record announces a policy and HTTPS does not deliver it: no address, a bad certificate, a status "
            "other than 200, a redirect, or too slow. Senders without a stored policy deliver unprotected; the others "
            "keep to the stored one.",
     .advice =
         "Make `curl -v https://mta-sts.DOMAIN/.well-known/mta-sts.txt` give 200 and the text at once: a valid "
         "certificate for `mta-sts.DOMAIN`, no redirect, no login. If MTA-STS is to end, publish mode none first.",
     .reference = "RFC 8461 §3.3, §8.3"},
    {.code = "mta_sts.policy_invalid",
     .severity = Severity::warning,
     .title = "the MTA-STS policy is malformed",
     .why = "A required line is missing or wrong (`version`, `mode`, `max_age`, `mx`), or the media type is not "
            "text/plain. Senders ignore such a policy and deliver unprotected, or keep to an earlier one that they "
            "stored.",
     .advice = "Serve as text/plain, one to a line: `version: STSv1`, `mode: testing` (or `enforce`), `mx: HOST` for "
               "each exchange, `max_age: 604800`. Then give the TXT record a new `id`.",
     .reference = "RFC 8461 §3.2"},
    {.code = "mta_sts.mx_mismatch",
     .severity = Severity::warning,
     .title = "an MX host is not covered by the MTA-STS policy",
     .why = "Senders that honour the policy do not use this host under enforce, and report it under testing. If no "
            "covered host is left, their mail bounces. Other senders do not notice.",
     .advice =
         "Add `mx: HOST` to the policy, or `mx: *.DOMAIN`, where `*` is exactly one label, then give the TXT record a "
         "new `id`. When MX hosts change, change the policy first and the MX once stored policies have caught up.",
     .reference = "RFC 8461 §4.1"},
    {.code = "mta_sts.certificate_fails",
     .severity = Severity::warning,
     .title = "an MX host does not pass the MTA-STS policy",
     .why = "STARTTLS is missing or fails, or the certificate is expired, untrusted or for another name. Under "
            "enforce, senders that honour the policy do not deliver to it; under testing they only report it.",
     .advice = "Repair what the `tls` and `cert` findings of this endpoint say. Meanwhile `mode: testing` with a new "
               "`id` lets mail through as senders fetch the policy again. It is fixed when the certificate is good for "
               "the MX host name.",
     .reference = "RFC 8461 §4.2, §5"},
    {.code = "mta_sts.id_body_drift",
     .severity = Severity::warning,
     .title = "the MTA-STS id and policy did not change together",
     .why = "The policy has another text under the same `id`, or the `id` changed and the text did not. With an old "
            "id, senders keep the stored policy and may refuse a new MX host; with a new one alone they fetch in vain, "
            "which is harmless.",
     .advice = "Whenever the file changes, put it on all web servers first and then give the TXT record a new `id`, "
               "for instance the date and time.",
     .reference = "RFC 8461 §3.1, §8.1"},
    {.code = "mta_sts.short_max_age",
     .severity = Severity::warning,
     .title = "senders keep the MTA-STS policy for too short a time",
     .why = "Once `max_age` is over, an attacker who can block the fetch can make a sender forget the policy; weeks "
            "are expected (under a day is a warning, under a week is information). Mail is not affected.",
     .advice = "When the policy is stable, set `max_age: 604800` (a week) or more, up to 31557600, and give the TXT "
               "record a new `id`.",
     .reference = "RFC 8461 §3.2"},
    {.code = "mta_sts.absent",
     .severity = Severity::info,
     .title = "no MTA-STS policy is published",
     .why = "Senders use TLS where they can and cannot tell whether somebody on the way prevents it. Mail flows; this "
            "is optional, and DANE protects as well.",
     .advice = "If you want it, get certificates for the MX host names in order, serve a policy with `mode: testing`, "
               "publish the TXT records of MTA-STS and TLSRPT, and go to enforce once the reports are clean.",
     .reference = "RFC 8461 §3"},
});

}  // namespace mxfleet
