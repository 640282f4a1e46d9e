// One live reading of a mailbox. Every wait has a deadline, and the whole has one; it can be abandoned at any await. It
// dials the address it is given and no other. The password goes to a server whose certificate verifies, and nowhere
// else.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>

#include "probes/mailbox/dialogue.hpp"
#include "probes/service/session.hpp"

namespace mxfleet {

struct MailboxVisit {
    EndpointKey endpoint;  ///< `mx` is the host whose certificate it must be
    ServiceKind kind = ServiceKind::imaps;
    LoginPlan login;
    MailboxWish wish;
    Duration deadline = std::chrono::seconds{60};
};

class MailboxSession {
public:
    /// `memory` is of this mailbox; one reading at a time.
    MailboxSession(std::shared_ptr<const SessionContext> context, MailboxVisit visit,
                   std::shared_ptr<MailboxMemory> memory);

    /// Connects, reads, and says what it saw. Once. The session outlives the run.
    asio::awaitable<MailboxSight> run();

    /// Ends the run soon, as a local fault.
    void abandon() { session_.abandon(); }

private:
    MailboxWish wish_;
    std::shared_ptr<MailboxMemory> memory_;
    MailboxSight sight_;
    ServiceSession session_;
};

}  // namespace mxfleet
