// The finding that sums up: nobody can deliver (CHECKS §0).
#pragma once

#include "probes/model/finding_row.hpp"

namespace mxfleet {

inline constexpr auto mail_findings = std::to_array<FindingRow>({
    {.code = "mail.undeliverable",
     .severity = Severity::critical,
     .title = "mail to the domain cannot be delivered",
     .why = "Every endpoint is confirmed down, or DNS leads to none that can be used. Mail to a server that is down "
            "waits at the senders for days and then bounces; with a DNS fault it may bounce at once. Where the summary "
            "names some senders only, those insist on more, as on a TLSA record that matches: the others deliver.",
     .advice =
         "Begin with the `dns`, `smtp` and `dane` findings of this domain and bring back the most preferred exchange "
         "first. One endpoint that answers 220 and 250 to EHLO is enough; see it with `mxfleet check DOMAIN`. "
         "Senders then deliver by themselves.",
     .reference = "RFC 5321 §5.1, §4.5.4.1"},
});

}  // namespace mxfleet
