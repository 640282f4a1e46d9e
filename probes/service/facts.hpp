// Everything one session with a submission or mailbox service showed. Facts only: an empty optional means "not
// learned", and nothing here says whether it is bad. No password is among them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/failure.hpp"
#include "probes/model/service_kind.hpp"
#include "probes/model/shared_text.hpp"
#include "probes/smtp/transcript.hpp"
#include "probes/tls/facts.hpp"

namespace mxfleet {

/// How far logging in got. A password leaves us with `refused`, `not_now`, `failed` and `accepted` only.
enum class Login : std::uint8_t {
    not_wanted,   ///< there are no credentials, or the session ended before
    no_password,  ///< our own fault: it could not be read
    no_tls,
    unverified,   ///< the certificate does not verify
    not_offered,  ///< no mechanism of ours, or LOGINDISABLED
    refused,
    not_now,   ///< refused for a reason that passes
    failed,    ///< the connection did not live to tell
    unproven,  ///< it lets us in, and did not prove that it knows the password (RFC 5802 §3)
    accepted,
};

std::string_view name(Login login) noexcept;

struct LoginFacts {
    Login outcome = Login::not_wanted;
    Literal mechanism;  ///< the last that was tried: "SCRAM-SHA-256", "PLAIN", "LOGIN", "USER"; empty: none
    SharedText detail;  ///< the server's last words, or why there was no password; printable
};

struct ServiceFacts {
    ServiceKind kind = ServiceKind::submission;
    Transcript transcript;  ///< passwords are not in it
    std::optional<Failure> failure;
    std::optional<SharedText> greeting;                    ///< its text, printable
    std::optional<std::vector<std::string>> capabilities;  ///< before TLS: printable, sorted, bounded
    std::optional<std::vector<std::string>> capabilities_tls;
    std::optional<StartTls> starttls;  ///< of one that is inside TLS from the first byte: ok or failed
    SharedText starttls_reply;         ///< what was said to STARTTLS, where that was no yes
    std::optional<TlsFacts> tls;
    std::optional<int> mail_code;  ///< of the reply to MAIL before a login; submission only
    LoginFacts login;
    ServicePhaseTimes times;
    bool is_up = false;             ///< greeted, and said what it can
    bool preauthenticated = false;  ///< an IMAP greeting that wants no login
    bool plaintext_login = false;   ///< offered before TLS, although TLS is
    bool injection = false;         ///< bytes stood behind the yes to STARTTLS; they were dropped
    bool no_local_route = false;    ///< our host has no route to that address family; nothing was sent
};

}  // namespace mxfleet
