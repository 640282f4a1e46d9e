// A DNS answer, read (RFC 1035, 2181, 6891). It is hostile until every check is passed; then it holds only what was
// asked for, at the end of its aliases. No sockets, no clock, no caching.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/wire/dns_query.hpp"
#include "probes/wire/dns_record.hpp"
#include "probes/wire/dns_words.hpp"

namespace mxfleet {

inline constexpr std::size_t dns_message_limit = 65'535;
inline constexpr std::size_t dns_record_limit = 4096;

/// CHECKS §1: aliases are followed for at most so many hops.
inline constexpr std::size_t alias_limit = 8;

/// The response code with its extension (RFC 6891 §6.1.3): any 12-bit value; these have a meaning here.
enum class Rcode : std::uint16_t { noerror = 0, formerr = 1, servfail = 2, nxdomain = 3, notimp = 4, refused = 5 };

struct DnsAnswer {
    Rcode rcode = Rcode::noerror;
    bool ad = false;                                   ///< "authenticated data", as the resolver said
    bool truncated = false;                            ///< TC: no record was read
    bool endless = false;                              ///< the aliases form a loop, or are more than `alias_limit`
    std::vector<std::string> aliases;                  ///< what the question's name is an alias of, hop by hop
    std::vector<DnsRecord> records;                    ///< of the type asked, at the last alias; in the order they came
    std::optional<std::chrono::seconds> ttl;           ///< the shortest of aliases and records
    std::optional<std::chrono::seconds> negative_ttl;  ///< of "no such record" (RFC 2308 §5), where an SOA proves it

    bool operator==(const DnsAnswer&) const = default;

    /// Ends in an alias whose own records the resolver left out, without saying that there are none: ask for it.
    bool stops_at_alias() const;
};

/// The records as what they are. Precondition: they were asked for by a type that holds `Record`.
template <class Record>
std::vector<Record> records_of(const DnsAnswer& answer) {
    std::vector<Record> records;
    records.reserve(answer.records.size());
    for (const DnsRecord& record : answer.records)
        records.push_back(std::get<Record>(record));
    return records;
}

/// What the metrics count it as.
DnsOutcome outcome_of(const DnsAnswer& answer);

/// Why bytes are no answer to the question.
enum class DnsFault : std::uint8_t {
    header,    ///< too short, too long, a query, or another opcode
    id,        ///< of another query
    question,  ///< not echoed, or another one
    record,    ///< cut short, a name or data against the rules, more than one OPT, two different aliases for one name
    limit,     ///< more records than `dns_record_limit`
    referral,  ///< "ask those": the server does not resolve, so an absent record means nothing
};

std::string_view name(DnsFault fault) noexcept;

/// Reads the answer to `question`. The name may be echoed in any case. Records of other names, types or classes are
/// passed over once they are known to be whole; bytes behind the last record are ignored, as resolvers do.
std::expected<DnsAnswer, DnsFault> read_answer(std::span<const std::uint8_t> message, const DnsQuestion& question);

}  // namespace mxfleet
