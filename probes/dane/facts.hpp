// What DNS says of a mail exchange's TLSA records, and what a server showed when it was held against them (RFC 6698,
// 7671, 7672): plain facts. Nothing in them judges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/shared_text.hpp"
#include "probes/wire/dns_record.hpp"
#include "probes/wire/dns_words.hpp"

namespace mxfleet {

/// The outcomes of RFC 7672 §2.2: what they ask of a sender that honours DANE.
enum class TlsaState : std::uint8_t {
    usable,         ///< TLS, and a certificate that matches
    unusable,       ///< TLS, without authentication
    absent,         ///< nothing
    insecure,       ///< nothing: an answer on the way to the records, or they themselves, is not signed
    lookup_failed,  ///< not to deliver here
};

/// The TLSA records of an exchange at a port. Where these facts are missing (a null pointer) nothing is known: the
/// answers came over a path whose AD bit means nothing, an address could not be looked up, or a fault was our own.
struct TlsaFacts {
    TlsaState state = TlsaState::absent;
    SharedText base;                  ///< the TLSA base domain that has them
    std::vector<TlsaRecord> records;  ///< those that can be used first; within the limits below
    std::size_t usable = 0;           ///< so many can be used
    std::optional<DnsError> error;    ///< why the lookup failed

    bool operator==(const TlsaFacts&) const = default;

    std::span<const TlsaRecord> usable_records() const { return std::span(records).first(usable); }

    /// Secure records forbid a sender that honours DANE to deliver in clear.
    bool requires_tls() const { return state == TlsaState::usable || state == TlsaState::unusable; }
};

using SharedTlsa = std::shared_ptr<const TlsaFacts>;

/// Facts that say no more than this: one for all exchanges that share it.
SharedTlsa tlsa_without_records(TlsaState state);

/// Of more records than a server has certificates nobody needs the rest.
inline constexpr std::size_t tlsa_record_limit = 32;
inline constexpr std::size_t tlsa_bytes_limit = std::size_t{16} * 1024;

/// What the presented certificates have to do with the usable records.
enum class DaneMatch : std::uint8_t {
    none,
    other_name,    ///< a trust anchor matches, and the certificate names another host than the base domain
    trust_anchor,  ///< DANE-TA: chain, dates and name hold
    end_entity,    ///< DANE-EE: the server's own certificate or key
};

/// What one handshake showed of a server with usable records.
struct DaneFacts {
    SharedTlsa tlsa;  ///< never null: what was compared
    DaneMatch match = DaneMatch::none;
    std::vector<std::size_t> unmatched;  ///< usable records that match nothing by themselves
};

/// Where the records of a base domain stand: `_25._tcp.mx.example.com`.
std::string tlsa_name(std::string_view base, std::uint16_t port);

/// As a zone file has it, `3 1 1 8cb0…`; cut at `tlsa_text_limit`.
std::string text_of(const TlsaRecord& record);
inline constexpr std::size_t tlsa_text_limit = 512;

}  // namespace mxfleet
