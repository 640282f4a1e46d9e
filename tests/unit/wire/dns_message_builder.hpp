// DNS messages for tests, put together byte by byte and without the code under test knowing: right ones, and wrong ones
// by setting one part wrong.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/wire/dns_query.hpp"
#include "probes/wire/dns_words.hpp"

namespace mxfleet::testing_dns {

using Bytes = std::vector<std::uint8_t>;

inline void put16(Bytes& bytes, std::size_t value) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8 & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(value & 0xFF));
}

inline void put32(Bytes& bytes, std::uint32_t value) {
    put16(bytes, value >> 16);
    put16(bytes, value & 0xFFFF);
}

/// `mx.example.com`, uncompressed and as it stands; `.` or nothing is the root.
inline Bytes name_bytes(std::string_view text) {
    Bytes bytes;
    while (!text.empty() && text != ".") {
        const auto dot = std::min(text.find('.'), text.size());
        bytes.push_back(static_cast<std::uint8_t>(dot));
        bytes.insert(bytes.end(), text.begin(), text.begin() + static_cast<std::ptrdiff_t>(dot));
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    bytes.push_back(0);
    return bytes;
}

struct Record {
    Bytes owner;
    std::uint16_t type = 0;
    Bytes data;
    std::uint32_t ttl = 300;
    std::uint16_t record_class = 1;
};

inline Record a_record(std::string_view owner, std::uint8_t last, std::uint32_t ttl = 300) {
    return {name_bytes(owner), 1, {198, 51, 100, last}, ttl};
}

inline Record cname(std::string_view owner, std::string_view target, std::uint32_t ttl = 300) {
    return {name_bytes(owner), 5, name_bytes(target), ttl};
}

inline Record mx(std::string_view owner, std::uint16_t preference, std::string_view exchange, std::uint32_t ttl = 300) {
    Bytes data;
    put16(data, preference);
    const Bytes name = name_bytes(exchange);
    data.insert(data.end(), name.begin(), name.end());
    return {name_bytes(owner), 15, data, ttl};
}

inline Record txt(std::string_view owner, std::vector<std::string_view> strings) {
    Bytes data;
    for (const std::string_view string : strings) {
        data.push_back(static_cast<std::uint8_t>(string.size()));
        data.insert(data.end(), string.begin(), string.end());
    }
    return {name_bytes(owner), 16, data};
}

inline Record soa(std::string_view zone, std::uint32_t ttl, std::uint32_t minimum) {
    Bytes data = name_bytes("ns.example.net");
    const Bytes mailbox = name_bytes("hostmaster.example.net");
    data.insert(data.end(), mailbox.begin(), mailbox.end());
    for (const std::uint32_t number : {1u, 2u, 3u, 4u, minimum})
        put32(data, number);
    return {name_bytes(zone), 6, data, ttl};
}

inline Record ns(std::string_view zone, std::string_view server) {
    return {name_bytes(zone), 2, name_bytes(server)};
}

/// The OPT of an answer; `extension` is the upper part of the response code.
inline Record opt(std::uint8_t extension = 0) {
    return {name_bytes("."), 41, {}, std::uint32_t{extension} << 24, 1232};
}

struct Message {
    DnsQuestion question{0x1234, "example.com", RecordType::mx};
    std::uint16_t bits = 0x8180;  ///< a response, recursion desired and available
    std::vector<Record> answers;
    std::vector<Record> authorities;
    std::vector<Record> additionals;

    Bytes bytes() const {
        Bytes message;
        for (const std::size_t number : {std::size_t{question.id}, std::size_t{bits}, std::size_t{1}, answers.size(),
                                         authorities.size(), additionals.size()}) {
            put16(message, number);
        }
        const Bytes name = name_bytes(question.name);
        message.insert(message.end(), name.begin(), name.end());
        put16(message, std::to_underlying(question.type));
        put16(message, 1);
        for (const auto* section : {&answers, &authorities, &additionals}) {
            for (const Record& record : *section)
                put(message, record);
        }
        return message;
    }

private:
    static void put(Bytes& message, const Record& record) {
        message.insert(message.end(), record.owner.begin(), record.owner.end());
        put16(message, record.type);
        put16(message, record.record_class);
        put32(message, record.ttl);
        put16(message, record.data.size());
        message.insert(message.end(), record.data.begin(), record.data.end());
    }
};

}  // namespace mxfleet::testing_dns
