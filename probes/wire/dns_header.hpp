// The numbers of a DNS header and of the records that belong to the protocol itself (RFC 1035 §4.1.1, RFC 4035 §3, RFC
// 6891).
#pragma once

#include <cstdint>

namespace mxfleet {

inline constexpr std::uint16_t dns_class_in = 1;
inline constexpr std::uint16_t dns_type_ns = 2;
inline constexpr std::uint16_t dns_type_soa = 6;
inline constexpr std::uint16_t dns_type_opt = 41;

/// The header's second word and its counts.
struct DnsHeader {
    static constexpr std::uint16_t response = 0x8000;
    static constexpr std::uint16_t opcode = 0x7800;
    static constexpr std::uint16_t authoritative = 0x0400;
    static constexpr std::uint16_t truncated = 0x0200;
    static constexpr std::uint16_t recursion_desired = 0x0100;
    static constexpr std::uint16_t authentic_data = 0x0020;
    static constexpr std::uint16_t checking_disabled = 0x0010;
    static constexpr std::uint16_t rcode = 0x000F;

    std::uint16_t id = 0;
    std::uint16_t bits = 0;
    std::uint16_t questions = 0;
    std::uint16_t answers = 0;
    std::uint16_t authorities = 0;
    std::uint16_t additionals = 0;

    bool has(std::uint16_t bit) const { return (bits & bit) != 0; }
};

}  // namespace mxfleet
