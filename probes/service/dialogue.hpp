// The client's side of a session with a service, sans-IO: submission (RFC 6409, 4954), IMAP (RFC 9051) and POP3 (RFC
// 1939, 2449, 5034), each with STARTTLS or inside TLS from the first byte (RFC 8314).
//
// Not libcurl's: it dials the address it likes, times no phase of the dialogue, keeps the certificate's facts to itself
// once it distrusts it, and logs in by its own lights. What is asked here takes a dozen lines a protocol.
#pragma once

#include <optional>
#include <string>

#include "probes/model/service_kind.hpp"
#include "probes/service/facts.hpp"
#include "probes/wire/dialogue.hpp"

namespace mxfleet {

struct LoginPlan {
    std::string username;
    std::string password;
    std::string nonce = {};  ///< of SCRAM (RFC 5802 §5.1), never the same twice; empty: whoever drives makes one
};

/// What one session is to do.
struct ServicePlan {
    ServiceKind kind = ServiceKind::submission;
    std::string hello;  ///< submission: what we call ourselves, a host name or an address literal
    std::optional<LoginPlan> login = std::nullopt;  ///< never before verified TLS
};

/// Speaks a session and writes what it learns into `facts`. The driver adds what only it can know, TLS facts before it
/// answers the handshake. `plan` and `facts` outlive the dialogue.
Dialogue service_dialogue(const ServicePlan& plan, ServiceFacts& facts);

}  // namespace mxfleet
