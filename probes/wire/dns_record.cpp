#include "probes/wire/dns_record.hpp"

#include <algorithm>
#include <array>

#include "probes/wire/dns_cursor.hpp"

namespace mxfleet {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Data of one type. The cursor ends where the data ends.
using ReadData = DnsRecord (*)(Cursor&);

DnsRecord read_a(Cursor& data) {
    IpAddress address;
    std::ranges::copy(data.bytes(4), address.bytes.begin());
    return address;
}

DnsRecord read_aaaa(Cursor& data) {
    IpAddress address{.is_v6 = true};
    std::ranges::copy(data.bytes(16), address.bytes.begin());
    return address;
}

DnsRecord read_mx(Cursor& data) {
    MxRecord mx;
    mx.preference = data.u16();
    mx.exchange = data.name();
    return mx;
}

DnsRecord read_name_record(Cursor& data) {
    return NameRecord{data.name()};
}

/// One string at least (RFC 1035 §3.3.14).
DnsRecord read_txt(Cursor& data) {
    TxtRecord txt;
    do {
        const Bytes string = data.bytes(data.u8());
        txt.strings.emplace_back(string.begin(), string.end());
    } while (data.left() > 0);
    return txt;
}

DnsRecord read_tlsa(Cursor& data) {
    TlsaRecord tlsa;
    tlsa.usage = data.u8();
    tlsa.selector = data.u8();
    tlsa.matching = data.u8();
    const Bytes rest = data.bytes(data.left());
    tlsa.data.assign(rest.begin(), rest.end());
    return tlsa;
}

struct TypeRow {
    RecordType type;
    ReadData read;
};

constexpr auto type_table = std::to_array<TypeRow>({
    {RecordType::a, read_a},
    {RecordType::aaaa, read_aaaa},
    {RecordType::mx, read_mx},
    {RecordType::cname, read_name_record},
    {RecordType::ptr, read_name_record},
    {RecordType::txt, read_txt},
    {RecordType::tlsa, read_tlsa},
});

}  // namespace

std::string TxtRecord::joined() const {
    std::string text;
    for (const std::string& string : strings)
        text += string;
    return text;
}

std::optional<DnsRecord> read_record_data(Bytes message, RecordType type, std::size_t begin, std::size_t end) {
    const auto row = std::ranges::find(type_table, type, &TypeRow::type);
    Cursor data(message, begin, end);
    DnsRecord record = row->read(data);
    if (data.failed() || data.left() > 0) return std::nullopt;
    return record;
}

}  // namespace mxfleet
