// Findings about test mail from end to end (CHECKS §11).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto flow_findings = std::to_array<FindingRow>({
    {.code = "flow.lost",
     .severity = Severity::critical,
     .title = "test mail was accepted and did not arrive",
     .why = "The server took the message with 250, and it was sent back, or it is in no folder of the mailbox, junk "
            "included, after the flow's `lost` time. Whoever says 250 is responsible for it; users' mail probably "
            "shares its fate.",
     .advice = "Where it was sent back, the report says by whom and why: a full mailbox, or one that should have been "
               "refused at RCPT. Otherwise follow the Message-ID or `X-Mxfleet-Token` from the accepting server's log "
               "onward: queue (`mailq`), filter and quarantine, sieve, forwarding. The finding ends when the next test "
               "mail arrives.",
     .reference = "RFC 5321 §6.1"},
    {.code = "flow.late",
     .severity = Severity::warning,
     .title = "test mail arrives late",
     .why = "It arrived, or may still arrive, after more than the flow's `late` time. Greylisting, a queue that "
            "stands or waits for a busy filter, a mailbox that is full for now, or a first exchange that did not "
            "answer are the usual causes. Nothing is lost.",
     .advice = "Read the times of the Received lines in the report: the hop with the gap is where to look. There check "
               "the queue (`mailq`, `qshape deferred` with Postfix), the content filter and DNS.",
     .reference = "RFC 5321 §4.4"},
    {.code = "flow.junk",
     .severity = Severity::warning,
     .title = "test mail lands in the junk folder",
     .why = "It was delivered and the filter took it for spam. Users' mail may be treated alike and be overlooked; or "
            "the filter only dislikes the plain test message.",
     .advice =
         "Read Authentication-Results and the spam headers of the message. Put SPF, DKIM and DMARC of the flow's "
         "`from` domain in order, and look at the filter's scores. Exempt the probe only if real mail is not affected.",
     .reference = "RFC 8601 §2"},
    {.code = "flow.duplicate",
     .severity = Severity::warning,
     .title = "test mail arrives more than once",
     .why = "One message sent is there twice or more: a sender that got no answer after the final dot sends again, or "
            "two routes (an alias and a forward) lead to one mailbox. Nothing is lost.",
     .advice =
         "Compare the Received lines of the copies: where they part is the cause. If a hop times out after the final "
         "dot, make its filters faster than the sender waits (ten minutes); otherwise remove the second route.",
     .reference = "RFC 1047, RFC 5321 §4.5.3.2.6"},
    {.code = "flow.refused",
     .severity = Severity::warning,
     .title = "test mail is not taken",
     .why = "The server answered the test message with 5xx, or with 4xx for as long as it was tried. Either it refuses "
            "this sender or this recipient only, or users' mail does not come in either.",
     .advice =
         "The reply says why: the recipient's mailbox (it may be full), a policy on the flow's `from` domain or on "
         "the agent's address, the login where mail goes through a service, or a server that takes nothing. Repeat it "
         "by `mxfleet check --flow NAME --transcript`.",
     .reference = "RFC 5321 §4.2.1"},
});

}  // namespace mxfleet
