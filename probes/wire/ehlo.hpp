// What a server says it can do: the reply to EHLO (RFC 5321 §4.1.1.1) read into capabilities.
// Kept: the known capabilities, a bounded list of keywords for people, and a count of the rest.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "probes/wire/smtp_reply.hpp"

namespace mxfleet {

enum class Capability : std::uint8_t {
    starttls,
    size,
    pipelining,
    chunking,
    eight_bit_mime,
    binarymime,
    dsn,
    enhancedstatuscodes,
    smtputf8,
    requiretls,
    vrfy,
    etrn,
    auth,
    auth_before_tls,
    verp,
    limits,
};

/// A row per capability that metrics tell apart: its label, and the EHLO keyword that announces it.
struct CapabilityRow {
    Capability capability;
    std::string_view label;
    std::string_view keyword;  ///< empty: derived, not announced
};

inline constexpr auto capability_table = std::to_array<CapabilityRow>({
    {Capability::starttls, "starttls", "STARTTLS"},
    {Capability::size, "size", "SIZE"},
    {Capability::pipelining, "pipelining", "PIPELINING"},
    {Capability::chunking, "chunking", "CHUNKING"},
    {Capability::eight_bit_mime, "8bitmime", "8BITMIME"},
    {Capability::binarymime, "binarymime", "BINARYMIME"},
    {Capability::dsn, "dsn", "DSN"},
    {Capability::enhancedstatuscodes, "enhancedstatuscodes", "ENHANCEDSTATUSCODES"},
    {Capability::smtputf8, "smtputf8", "SMTPUTF8"},
    {Capability::requiretls, "requiretls", "REQUIRETLS"},
    {Capability::vrfy, "vrfy", "VRFY"},
    {Capability::etrn, "etrn", "ETRN"},
    {Capability::auth, "auth", "AUTH"},
    {Capability::auth_before_tls, "auth_before_tls", ""},
    {Capability::verp, "verp", "XVERP"},
    {Capability::limits, "limits", "LIMITS"},
});

class CapabilitySet {
public:
    bool has(Capability capability) const { return set_.test(static_cast<std::size_t>(capability)); }
    void add(Capability capability) { set_.set(static_cast<std::size_t>(capability)); }
    bool operator==(const CapabilitySet&) const = default;

private:
    std::bitset<capability_table.size()> set_;
};

/// The largest number of keywords that are kept as text.
inline constexpr std::size_t kept_keywords_limit = 64;

struct Capabilities {
    CapabilitySet offered;
    std::vector<std::string> keywords;        ///< printable, keyword in upper case, sorted; at most kept_keywords_limit
    std::uint32_t unknown = 0;                ///< keywords that are in no row of the table
    std::optional<std::uint64_t> size_limit;  ///< bytes; empty: no fixed limit stated (RFC 1870 §3)
    bool size_invalid = false;                ///< SIZE with something that is no number of at most 20 digits
    bool masked = false;                      ///< a keyword overwritten by a middlebox, as `XXXXXXXA`
    bool plaintext_auth = false;              ///< AUTH offers PLAIN or LOGIN

    bool has(Capability capability) const { return offered.has(capability); }
    bool operator==(const Capabilities&) const = default;
};

/// Reads the reply to EHLO. The first line is a greeting, never a keyword.
Capabilities read_capabilities(const SmtpReply& reply);

/// What one reply to EHLO amounts to, by where it was given: AUTH with a plain password is a capability of its own
/// before TLS. Often the same. Never null.
struct Offer {
    std::shared_ptr<const Capabilities> before_tls;
    std::shared_ptr<const Capabilities> inside_tls;
};

/// Reads replies to EHLO, equal ones once: thousands of servers offer the same. For one thread; what it gives may be
/// read by any. Keeps what is held elsewhere, and at most as much again.
class OfferReader {
public:
    Offer read(const SmtpReply& reply);

    std::size_t size() const { return known_.size(); }

private:
    void sweep();

    static constexpr std::size_t sweep_least = 64;
    static constexpr std::size_t remembered_limit = 2048;  ///< bytes; a reply may have 64 KiB
    std::unordered_map<std::string, Offer> known_;         ///< by the lines behind the greeting, as they came
    std::string lines_;
    std::size_t sweep_at_ = sweep_least;
};

}  // namespace mxfleet
