// What a TLS handshake and the certificates in it showed. Facts only: nothing here says whether that is bad.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/time.hpp"

namespace mxfleet {

/// How far STARTTLS got (INTERFACE §4).
enum class StartTls : std::uint8_t { ok, not_offered, temporary, broken, failed };

std::string_view name(StartTls outcome) noexcept;

/// One certificate as the server sent it. Text is printable and bounded.
struct CertificateFacts {
    std::string subject;  ///< RFC 4514 style
    std::string issuer;
    std::string issuer_common_name;
    std::vector<std::string> names;  ///< dNSName entries of the subject alternative name, never the common name
    CertificateTime not_before;
    CertificateTime not_after;
    std::string key;        ///< "EC P-256", "RSA 2048", "Ed25519"
    std::string signature;  ///< "ecdsa-with-SHA256"
    std::string sha256;     ///< of the DER form, lower-case hex
    bool self_signed = false;
    bool weak_key = false;        ///< RSA below 2048 bits, EC below 224
    bool weak_signature = false;  ///< MD5 or SHA-1, and not the signature of a self-signed certificate by itself

    bool operator==(const CertificateFacts&) const = default;
};

/// The certificates of one handshake and what verification against the trusted roots collected. The host name plays no
/// part in it. Verification never aborts a handshake.
struct ChainFacts {
    std::vector<CertificateFacts> sent;        ///< leaf first, as sent; at most sent_certificates_limit
    bool trusted = false;                      ///< leads to a trusted root; dates and names apart
    bool dates = false;                        ///< every certificate of the chain that was built is within its dates
    bool chain_complete = false;               ///< the issuer of the last certificate was sent or is a trusted root
    std::vector<std::string> errors;           ///< in OpenSSL's words, each once
    std::optional<CertificateTime> not_after;  ///< the earliest of the chain that was built

    bool operator==(const ChainFacts&) const = default;
};

/// A text that lives as long as the program, in the room of a pointer.
class Literal {
public:
    constexpr Literal(const char* text = "") : text_(text) {}                 // NOLINT: it is one
    constexpr operator std::string_view() const noexcept { return {text_}; }  // NOLINT: it reads as any other
    friend bool operator==(Literal a, Literal b) noexcept { return std::string_view(a) == std::string_view(b); }

private:
    const char* text_;
};

inline constexpr std::size_t sent_certificates_limit = 16;

/// What one TLS handshake showed.
struct TlsFacts {
    Literal version;                          ///< "TLSv1.3"; of OpenSSL's, as the next
    Literal cipher;                           ///< OpenSSL's name, "TLS_AES_256_GCM_SHA384"
    std::shared_ptr<const ChainFacts> chain;  ///< never null after a handshake; shared by all who sent the same
    bool name_match = false;                  ///< the leaf names the host, by subject alternative name only

    const CertificateFacts* leaf() const { return chain && !chain->sent.empty() ? &chain->sent.front() : nullptr; }

    /// As a sender that insists would see it: chain, dates and name.
    bool verified() const { return chain && chain->trusted && chain->dates && name_match; }
};

/// Whether a certificate's dNSName covers a host name: a wildcard is the whole left-most label (RFC 6125 §6.4.3).
/// Both are A-labels; case does not matter.
bool covers(std::string_view certificate_name, std::string_view host);

}  // namespace mxfleet
