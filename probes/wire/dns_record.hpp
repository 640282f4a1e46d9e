// The data of DNS records as values, and how each type is read. A new type is a struct, a function and a row.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "probes/model/ip.hpp"
#include "probes/wire/dns_words.hpp"

namespace mxfleet {

struct MxRecord {
    std::uint16_t preference = 0;
    std::string exchange;

    auto operator<=>(const MxRecord&) const = default;
};

/// CNAME and PTR.
struct NameRecord {
    std::string name;

    bool operator==(const NameRecord&) const = default;
};

struct TxtRecord {
    std::vector<std::string> strings;  ///< bytes as they came

    /// The strings without anything between, as RFC 7208 §3.3 and RFC 8461 §3.1 read them.
    std::string joined() const;
    bool operator==(const TxtRecord&) const = default;
};

struct TlsaRecord {
    std::uint8_t usage = 0;
    std::uint8_t selector = 0;
    std::uint8_t matching = 0;
    std::vector<std::uint8_t> data;

    auto operator<=>(const TlsaRecord&) const = default;
};

using DnsRecord = std::variant<IpAddress, MxRecord, NameRecord, TxtRecord, TlsaRecord>;

/// The data of a record of `type` that lies in `message` from `begin` to `end`. Empty unless it follows the type's
/// rules and fills that room exactly. Names in it may point back into the message.
std::optional<DnsRecord> read_record_data(std::span<const std::uint8_t> message, RecordType type, std::size_t begin,
                                          std::size_t end);

}  // namespace mxfleet
