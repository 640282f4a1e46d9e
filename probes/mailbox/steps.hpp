// What the readings of both protocols have in common. For the room itself.
#pragma once

#include <optional>
#include <string>

#include "probes/mailbox/dialogue.hpp"
#include "probes/mailbox/letters.hpp"
#include "probes/service/steps.hpp"

namespace mxfleet {

/// A reading under way.
struct Reading {
    const MailboxWish& wish;
    MailboxMemory& memory;
    ServiceFacts& session;
    MailboxSight& sight;
    std::size_t looked_at = 0;   ///< letters
    std::size_t text_bytes = 0;  ///< of the letters that are kept
    bool missed = false;         ///< something that was wished for

    bool may_look_at_more() const { return looked_at < letters_limit && text_bytes < letters_text_limit; }

    /// Something was not to be had, and that is why.
    void miss(Failure why);

    void keep(Letter letter);
};

/// Sends a command and takes the reply, whatever it says; without one the connection is lost, and that is noted.
Dialogue mailbox_command(std::string line, Reading& reading, std::optional<SmtpReply>& reply);

/// Whether there is a reply that says yes.
bool is_granted(const std::optional<SmtpReply>& reply);

/// The same; a no is noted as a miss.
bool is_granted(const std::optional<SmtpReply>& reply, Reading& reading);

Dialogue imap_reading(Tags& tags, Reading& reading);
Dialogue pop3_reading(Reading& reading);

}  // namespace mxfleet
