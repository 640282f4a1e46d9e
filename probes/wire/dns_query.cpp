#include "probes/wire/dns_query.hpp"

#include <utility>

#include "probes/wire/dns_header.hpp"
#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

void put16(std::vector<std::uint8_t>& bytes, std::uint16_t value) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value & 0xFF));
}

void put_question(std::vector<std::uint8_t>& bytes, const std::vector<std::uint8_t>& asked, RecordType type) {
    bytes.insert(bytes.end(), asked.begin(), asked.end());
    put16(bytes, std::to_underlying(type));
    put16(bytes, dns_class_in);
}

/// RFC 6891 §6.1.2: owner root, our payload size where the class would stand, version 0, no flags, no options.
void put_opt(std::vector<std::uint8_t>& bytes) {
    bytes.push_back(0);
    put16(bytes, dns_type_opt);
    put16(bytes, edns_payload);
    bytes.insert(bytes.end(), {0, 0, 0, 0, 0, 0});
}

}  // namespace

std::optional<std::vector<std::uint8_t>> write_query(const DnsQuestion& question, DnsQueryOptions options) {
    const auto asked = wire_name(question.name);
    if (!asked) return std::nullopt;
    std::uint16_t bits = DnsHeader::recursion_desired | DnsHeader::authentic_data;
    if (options.checking_disabled) bits |= DnsHeader::checking_disabled;

    std::vector<std::uint8_t> bytes;
    put16(bytes, question.id);
    put16(bytes, bits);
    put16(bytes, 1);
    put16(bytes, 0);
    put16(bytes, 0);
    put16(bytes, options.edns);
    put_question(bytes, *asked, question.type);
    if (options.edns) put_opt(bytes);
    return bytes;
}

}  // namespace mxfleet
