#include "tests/lab/dns_answer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/lab/dns_name.hpp"

namespace mxfleet::lab {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t classic_limit = 512;
constexpr std::size_t datagram_limit = 1232;
constexpr std::uint32_t ttl_seconds = 60;

namespace flag {
constexpr unsigned response = 0x8000;
constexpr unsigned opcode = 0x7800;
constexpr unsigned authoritative = 0x0400;
constexpr unsigned truncated = 0x0200;
constexpr unsigned recursion_desired = 0x0100;
constexpr unsigned recursion_available = 0x0080;
constexpr unsigned authentic = 0x0020;
constexpr unsigned checking_disabled = 0x0010;
}  // namespace flag

enum class Rcode : std::uint8_t { ok = 0, format = 1, failure = 2, no_name = 3, not_implemented = 4, refused = 5 };

constexpr unsigned type_opt = 41;
constexpr unsigned class_in = 1;

unsigned number16(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[at]) << 8 |
                                 static_cast<unsigned char>(bytes[at + 1]));
}

void put16(std::string& out, std::size_t value) {
    out += static_cast<char>(value >> 8 & 0xff);
    out += static_cast<char>(value & 0xff);
}

void put32(std::string& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xffff);
}

struct Query {
    std::string_view bytes;
    unsigned flags = 0;
    std::string_view question = {};  ///< name, type and class as they came
    std::string name = {};           ///< lower-case
    unsigned type = 0;
    unsigned record_class = 0;
    bool has_edns = false;
    std::size_t limit = classic_limit;

    bool skips_validation() const { return (flags & flag::checking_disabled) != 0; }
};

/// The OPT record, if it follows the question as the first one (RFC 6891 §6.1).
void read_edns(Query& query) {
    const auto rest = query.bytes.substr(header_bytes + query.question.size());
    constexpr std::size_t opt_bytes = 11;
    if (number16(query.bytes, 10) == 0 || rest.size() < opt_bytes || rest[0] != 0) return;
    if (number16(rest, 1) != type_opt) return;
    query.has_edns = true;
    query.limit = std::clamp<std::size_t>(number16(rest, 3), classic_limit, datagram_limit);
}

/// Whether there is one question, well-formed.
bool read_question(Query& query) {
    const auto body = query.bytes.substr(header_bytes);
    const auto name = read_name(body);
    constexpr std::size_t type_and_class = 4;
    if (number16(query.bytes, 4) != 1 || !name || body.size() < name->size() + type_and_class) return false;
    query.question = body.substr(0, name->size() + type_and_class);
    query.name = lower_case(*name);
    query.type = number16(body, name->size());
    query.record_class = number16(body, name->size() + 2);
    read_edns(query);
    return true;
}

void put_record(std::string& out, const ResourceRecord& record, const std::string& asked) {
    constexpr unsigned pointer_to_question = 0xc000 | header_bytes;
    if (record.owner == asked) {
        put16(out, pointer_to_question);
    } else {
        out += record.owner;
    }
    put16(out, std::to_underlying(record.type));
    put16(out, class_in);
    put32(out, ttl_seconds);
    put16(out, record.data.size());
    out += record.data;
}

/// RFC 2308: how long a negative answer holds.
ResourceRecord start_of_authority(const std::string& apex) {
    std::string data = wire_name("ns.lab.test") + wire_name("hostmaster.lab.test");
    for (const std::uint32_t value : {1u, 3600u, 600u, 86400u, ttl_seconds}) {
        put32(data, value);
    }
    return {apex, RecordType::soa, data};
}

/// The parts of an answer before they are put together.
struct DnsAnswer {
    Rcode rcode = Rcode::ok;
    bool truncated = false;
    bool is_secure = false;
    std::vector<ResourceRecord> records = {};
    std::vector<ResourceRecord> authority = {};
};

std::string message(const Query& query, const DnsAnswer& answer) {
    std::string out(query.bytes.substr(0, 2));
    const unsigned kept = query.flags & (flag::opcode | flag::recursion_desired | flag::checking_disabled);
    put16(out, kept | flag::response | flag::authoritative | flag::recursion_available |
                   (answer.truncated ? flag::truncated : 0u) | (answer.is_secure ? flag::authentic : 0u) |
                   std::to_underlying(answer.rcode));
    put16(out, query.question.empty() ? 0 : 1);
    put16(out, answer.records.size());
    put16(out, answer.authority.size());
    put16(out, query.has_edns ? 1 : 0);
    out += query.question;
    for (const ResourceRecord& record : answer.records) {
        put_record(out, record, query.name);
    }
    for (const ResourceRecord& record : answer.authority) {
        put_record(out, record, query.name);
    }
    if (query.has_edns) {
        out += '\0';
        put16(out, type_opt);
        put16(out, datagram_limit);
        put32(out, 0);
        put16(out, 0);
    }
    return out;
}

DnsAnswer answer_from(Found found) {
    switch (found.outcome) {
        case Found::Outcome::outside: return {.rcode = Rcode::refused};
        case Found::Outcome::records: return {.records = std::move(found.records)};
        case Found::Outcome::no_data:
            return {.records = std::move(found.records), .authority = {start_of_authority(found.apex)}};
        case Found::Outcome::no_name:
            return {.rcode = Rcode::no_name,
                    .records = std::move(found.records),
                    .authority = {start_of_authority(found.apex)}};
    }
    __builtin_unreachable();
}

/// An answer that claims one record and ends within it.
std::string cut_message(const Query& query) {
    Query plain = query;
    plain.has_edns = false;
    std::string whole = message(plain, {.records = {{query.name, RecordType::mx, mx_data(10, "mx1.lab.test")}}});
    whole.resize(whole.size() - 8);
    return whole;
}

std::optional<std::string> whole_answer(const Zone& zone, const Query& query) {
    if (query.record_class != class_in) return message(query, {.rcode = Rcode::refused});
    Found found = zone.find(query.name, static_cast<std::uint16_t>(query.type));
    switch (found.fault) {
        case DnsFault::none: break;
        case DnsFault::servfail: return message(query, {.rcode = Rcode::failure});
        case DnsFault::refused: return message(query, {.rcode = Rcode::refused});
        case DnsFault::silent: return std::nullopt;
        case DnsFault::malformed: return cut_message(query);
        case DnsFault::bogus:
            if (!query.skips_validation()) return message(query, {.rcode = Rcode::failure});
    }
    DnsAnswer answer = answer_from(found);
    answer.is_secure = found.is_signed && !query.skips_validation();
    return message(query, answer);
}

}  // namespace

std::optional<std::string> dns_answer(const Zone& zone, std::string_view query_bytes, Transport transport) {
    if (query_bytes.size() < header_bytes) return std::nullopt;
    Query query{.bytes = query_bytes, .flags = number16(query_bytes, 2)};
    if ((query.flags & flag::response) != 0) return std::nullopt;
    if ((query.flags & flag::opcode) != 0) return message(query, {.rcode = Rcode::not_implemented});
    if (!read_question(query)) return message(query, {.rcode = Rcode::format});
    auto answer = whole_answer(zone, query);
    if (transport == Transport::udp && answer && answer->size() > query.limit) {
        return message(query, {.truncated = true});
    }
    return answer;
}

}  // namespace mxfleet::lab
