// A DNS query, written (RFC 1035 §4, RFC 6891). Asks one question, and says nothing else about us.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/wire/dns_words.hpp"

namespace mxfleet {

/// The largest UDP answer we invite: it passes every path unfragmented (DNS flag day 2020).
inline constexpr std::uint16_t edns_payload = 1232;

struct DnsQuestion {
    std::uint16_t id = 0;
    std::string name;  ///< absolute, in the one form of `canonical_name`
    RecordType type = RecordType::a;

    bool operator==(const DnsQuestion&) const = default;
};

struct DnsQueryOptions {
    bool checking_disabled = false;  ///< CD: give me the answer although its signatures are bad
    bool edns = true;
};

/// The query: recursion desired, class IN, AD set so that the answer's AD means something (RFC 6840 §5.7); OPT stands
/// last. Empty when the name is none.
std::optional<std::vector<std::uint8_t>> write_query(const DnsQuestion& question, DnsQueryOptions options = {});

}  // namespace mxfleet
