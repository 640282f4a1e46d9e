// Looks through a mailbox for test messages and reports, and removes those it is told to, sans-IO: IMAP (RFC 9051, with
// UIDPLUS for removing) or POP3 (RFC 1939). Logs in only over TLS that verifies. Reading changes nothing, not even what
// is marked as seen; and nothing is removed but what is named.
//
// Not libcurl's: its own FETCH marks letters as seen, and one that is given to it takes the letter for the server's
// words, so that whoever writes to the mailbox can end a reply.
#pragma once

#include "probes/mailbox/facts.hpp"
#include "probes/service/dialogue.hpp"
#include "probes/wire/dialogue.hpp"

namespace mxfleet {

struct MailboxPlan {
    const ServicePlan& service;  ///< of IMAP or POP3, with a login
    const MailboxWish& wish;
};

/// All outlive the dialogue.
Dialogue mailbox_dialogue(MailboxPlan plan, MailboxMemory& memory, ServiceFacts& session, MailboxSight& sight);

/// Completes the sight with what is known of the session, which is over, or never came about.
void settle(ServiceFacts session, MailboxSight& sight);

}  // namespace mxfleet
