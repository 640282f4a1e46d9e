// Any policy text, and any TXT records (one a line): what is kept is bounded, and complaints are printable.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "probes/wire/mta_sts_policy.hpp"
#include "probes/wire/printable.hpp"

namespace {

void expect(bool holds) {
    if (!holds) std::abort();
}

void check_policy(std::string_view body) {
    const auto policy = mxfleet::read_mta_sts_policy(body);
    if (!policy) return expect(!policy.error().empty() && mxfleet::printable(policy.error()) == policy.error());
    expect(policy->mx.size() <= mxfleet::mta_sts_mx_limit);
    expect(policy->max_age.count() >= 0 && policy->max_age <= mxfleet::mta_sts_longest_max_age);
    expect(policy->mode == mxfleet::MtaStsMode::none || !policy->mx.empty());
    for (const std::string& pattern : policy->mx) {
        const bool is_wild = pattern.starts_with("*.");
        expect(mxfleet::allows(*policy, is_wild ? "x" + pattern.substr(1) : pattern));
    }
}

void check_records(std::string_view text) {
    std::vector<std::string> records;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        records.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto id = mxfleet::read_mta_sts_record(records);
    if (id) expect(id->size() <= 32);
    if (!id) expect(mxfleet::printable(id.error()) == id.error());
    const auto reports = mxfleet::read_tlsrpt_record(records);
    if (!reports) expect(mxfleet::printable(reports.error()) == reports.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_policy(text);
    check_records(text);
    return 0;
}
