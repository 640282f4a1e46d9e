// libFuzzer: TLSA records as OpenSSL and we take them. The input is a list of records: two bytes of length, then usage,
// selector, matching type and data.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "probes/dane/findings.hpp"
#include "probes/io/dane.hpp"

namespace {

using namespace mxfleet;

void require(bool holds) {
    if (!holds) std::abort();
}

std::vector<TlsaRecord> records_in(const std::uint8_t* data, std::size_t size) {
    std::vector<TlsaRecord> records;
    constexpr std::size_t head = 5;
    while (size >= head && records.size() < 64) {
        const std::size_t wanted = static_cast<std::size_t>(data[0]) << 8 | data[1];
        const std::size_t length = std::min(wanted, size - head);
        records.push_back({data[2], data[3], data[4], {data + head, data + head + length}});
        data += head + length;
        size -= head + length;
    }
    return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<TlsaRecord> records = records_in(data, size);
    if (records.empty()) return 0;
    const TlsaFacts facts = assess_tlsa("mx.example.com", records);
    require(facts.records.size() <= std::min(records.size(), tlsa_record_limit) &&
            facts.usable <= facts.records.size());
    require((facts.state == TlsaState::usable) == (facts.usable > 0));
    for (const TlsaRecord& record : facts.records)
        require(text_of(record).size() <= tlsa_text_limit);
    for (const TlsaRecord& record : facts.usable_records())
        require((record.usage == 2 || record.usage == 3) && record.selector <= 1 && !record.data.empty());
    require(facts == assess_tlsa("mx.example.com", {records.rbegin(), records.rend()}) ||
            records.size() > tlsa_record_limit || size > tlsa_bytes_limit);
    judge_tlsa(facts);
    return 0;
}
