// libFuzzer: the DNS answer reader. The first byte chooses the type asked for, the rest is the message; its id is set
// right so that the fuzzer gets past it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "probes/wire/dns_message.hpp"
#include "probes/wire/dns_name.hpp"

namespace {

using namespace mxfleet;

constexpr RecordType types[] = {RecordType::mx,  RecordType::a,     RecordType::aaaa, RecordType::txt,
                                RecordType::ptr, RecordType::cname, RecordType::tlsa};

void require(bool holds) {
    if (!holds) std::abort();
}

/// What everybody behind the reader relies on: a name read is the one form of a name.
void require_name(const std::string& name) {
    require(canonical_name(name) == name);
    require(name.find_first_of("\n\r\"") == name.npos || !is_host_name(name));
}

struct RequireRecord {
    RecordType type;

    void operator()(const IpAddress& address) const { require(address.is_v6 == (type == RecordType::aaaa)); }
    void operator()(const MxRecord& mx) const { require_name(mx.exchange); }
    void operator()(const NameRecord& record) const { require_name(record.name); }
    void operator()(const TxtRecord& txt) const { require(!txt.strings.empty()); }
    void operator()(const TlsaRecord&) const { require(type == RecordType::tlsa); }
};

void require_answer(const DnsAnswer& answer, RecordType type) {
    require(answer.aliases.size() <= alias_limit);
    require(answer.records.size() <= dns_record_limit);
    require(answer.records.empty() || (answer.rcode == Rcode::noerror && answer.ttl && !answer.negative_ttl));
    require(answer.records.empty() || !(answer.endless || answer.truncated || answer.stops_at_alias()));
    for (const std::string& alias : answer.aliases)
        require_name(alias);
    for (const DnsRecord& record : answer.records)
        std::visit(RequireRecord{type}, record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 + dns_header_size) return 0;
    const RecordType type = types[data[0] % std::size(types)];
    std::vector<std::uint8_t> message(data + 1, data + size);
    message[0] = 0x12;
    message[1] = 0x34;
    if (const auto answer = read_answer(message, {0x1234, "example.com", type})) require_answer(*answer, type);
    return 0;
}
