// The closed lists of DNS: the record types we ask for, how a query ended, why a lookup has no answer, what DNSSEC
// says. Their names are label values of metrics and values in JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mxfleet {

/// The types that are read (the values are IANA's).
enum class RecordType : std::uint16_t { a = 1, cname = 5, ptr = 12, mx = 15, txt = 16, aaaa = 28, tlsa = 52 };

/// How one query to one resolver ended.
enum class DnsOutcome : std::uint8_t { ok, nodata, nxdomain, servfail, refused, timeout, bogus, other };
inline constexpr std::size_t dns_outcome_count = 8;

/// Why a lookup has no answer, after every resolver was tried. None of them says that something does not exist.
enum class DnsError : std::uint8_t {
    servfail,     ///< a resolver tried and failed, or answered with an error that has no word of its own
    refused,      ///< the resolvers will not answer us
    timeout,      ///< no answer came in time
    malformed,    ///< what came cannot be an answer to what was asked
    bogus,        ///< SERVFAIL that turns into an answer when checking is disabled
    no_resolver,  ///< none is configured, or nothing listens there
    local_fault,  ///< descriptors, memory, stopping: ours
};

/// Whether it says nothing about the name that was asked for.
constexpr bool is_our_own(DnsError error) {
    return error == DnsError::no_resolver || error == DnsError::local_fault;
}

enum class Dnssec : std::uint8_t {
    secure,
    insecure,
    bogus,
    unknown,  ///< there is no answer, or it came over a path whose AD bit means nothing
};

std::string_view name(RecordType type) noexcept;
std::string_view name(DnsOutcome outcome) noexcept;
std::string_view name(DnsError error) noexcept;
std::string_view name(Dnssec dnssec) noexcept;

}  // namespace mxfleet
