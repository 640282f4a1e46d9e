// What TLSA records, and a server held against them, amount to: the findings of CHECKS §5. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/dane/facts.hpp"
#include "probes/model/finding.hpp"
#include "probes/tls/facts.hpp"

namespace mxfleet {

/// About the records alone, whatever the server shows.
std::vector<Statement> judge_tlsa(const TlsaFacts& tlsa);

/// About a handshake with a server that has usable records. A certificate that names another host than the base domain
/// may still be right for the domain whose mail it is (RFC 7672 §3.2.2): that is for whoever knows it to say.
std::vector<Statement> judge_dane(const DaneFacts& dane);

/// Said where a trust anchor matches, and the certificate carries none of the names that it may.
Statement dane_name_mismatch(const DaneFacts& dane, const std::vector<std::string>& carried);

/// Said where secure records require TLS and it is not to be had. A temporary refusal is none.
std::optional<Statement> judge_required_tls(const TlsaFacts& tlsa, StartTls outcome);

/// Whether a sender that must use TLS gets it; empty where it may get it later.
std::optional<bool> has_tls(StartTls outcome);

}  // namespace mxfleet
