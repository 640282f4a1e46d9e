// What the dialogues of all services have in common, and those that hand a message over to one or read a mailbox. For
// these rooms alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/service/dialogue.hpp"

namespace mxfleet {

/// Whether the connection still speaks: nothing broke, or what broke was a mere refusal by reply.
bool still_speaks(const ServiceFacts& facts);

/// What an unwelcome reply amounts to, by its first digit alone.
Failure refusal(Phase phase, const SmtpReply& reply, const ServiceFacts& facts);

/// The reply's last line, printable; SMTP's with its code, which others have not.
std::string last_words(const SmtpReply& reply, const ServiceFacts& facts);

/// The lines as capabilities are kept: printable, sorted, bounded.
std::vector<std::string> kept_capabilities(std::vector<std::string> lines);

/// Whether one of them is this keyword, with or without words behind it; case does not matter.
bool offers(const std::vector<std::string>& capabilities, std::string_view keyword);

/// Whether the words behind `keyword` name a mechanism: `AUTH PLAIN LOGIN`, `SASL PLAIN`.
bool offers(const std::vector<std::string>& capabilities, std::string_view keyword, std::string_view mechanism);

/// The handshake where the service is inside TLS from the first byte, and the greeting.
Dialogue beginning_step(const ServicePlan& plan, ServiceFacts& facts);

/// Reads the greeting and says whether the service wants to talk.
Dialogue greeting_step(ServiceFacts& facts);

/// Asks for TLS with `line` and performs the handshake. A failure is noted in `facts`.
Dialogue starttls_step(std::string line, ServiceFacts& facts);

/// The handshake alone.
Dialogue handshake_step(ServiceFacts& facts);

/// Says goodbye. However that goes, the verdict stands.
Dialogue quit_step(std::string line, ServiceFacts& facts);

/// Notes how the server answered the last line of a login, and says whether it lets us in.
bool note_login(const Answer& answer, ServiceFacts& facts);

/// Whether the login can be said in SCRAM: for other characters RFC 4013 would have to prepare them.
bool can_scram(const LoginPlan& login);

/// Logs in by SCRAM-SHA-256 (RFC 5802, RFC 7677), and has the server prove that it knows the password. `opening` names
/// the mechanism; with `initial`, the first message stands behind it at once.
Dialogue scram_step(std::string opening, bool initial, const LoginPlan& login, ServiceFacts& facts);

/// Whether a password may be sent. Notes why not.
bool may_log_in(const ServicePlan& plan, ServiceFacts& facts);

/// Logs in to a submission service (RFC 4954). Precondition: `may_log_in`.
Dialogue submission_login_step(const LoginPlan& login, ServiceFacts& facts);

/// An IMAP command's tag, another one each time (RFC 9051 §5.5).
class Tags {
public:
    std::string next() { return "m" + std::to_string(++last_) + " "; }

private:
    int last_ = 0;
};

/// From the greeting, which was read, to the login's end.
Dialogue imap_opening(const ServicePlan& plan, Tags& tags, ServiceFacts& facts);
Dialogue pop3_opening(const ServicePlan& plan, ServiceFacts& facts);

Dialogue submission_dialogue(const ServicePlan& plan, ServiceFacts& facts);
Dialogue imap_dialogue(const ServicePlan& plan, ServiceFacts& facts);
Dialogue pop3_dialogue(const ServicePlan& plan, ServiceFacts& facts);

}  // namespace mxfleet
