// DNS for tests: says what it was told, notes what it was asked, and can be held back.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "probes/io/awaiting.hpp"
#include "probes/io/dns_lookup.hpp"

namespace mxfleet::testing_dns {

inline IpAddress ip(std::string_view text) {
    return *IpAddress::parse(text);
}

inline DnsResult answered(DnsAnswer answer, Dnssec dnssec = Dnssec::insecure) {
    DnsResult result;
    result.answer = std::move(answer);
    result.dnssec = dnssec;
    result.resolver = "127.0.0.1:53";
    result.elapsed = std::chrono::milliseconds{1};
    return result;
}

inline DnsResult failed(DnsError error) {
    DnsResult result;
    result.answer = std::unexpected(error);
    result.elapsed = std::chrono::milliseconds{1};
    return result;
}

inline DnsAnswer with_records(std::vector<DnsRecord> records, int ttl = 300) {
    DnsAnswer answer;
    answer.records = std::move(records);
    answer.ttl = std::chrono::seconds{ttl};
    return answer;
}

inline DnsResult mx_of(std::vector<MxRecord> records, Dnssec dnssec = Dnssec::insecure) {
    return answered(with_records({records.begin(), records.end()}), dnssec);
}

inline DnsResult addresses(std::vector<std::string_view> texts, int ttl = 300) {
    std::vector<DnsRecord> records;
    for (const std::string_view text : texts)
        records.emplace_back(ip(text));
    return answered(with_records(std::move(records), ttl));
}

inline DnsResult nodata(int ttl = 60) {
    DnsAnswer answer;
    answer.negative_ttl = std::chrono::seconds{ttl};
    return answered(answer);
}

inline DnsResult nxdomain() {
    DnsAnswer answer;
    answer.rcode = Rcode::nxdomain;
    return answered(answer);
}

/// `result` behind aliases.
inline DnsResult behind(std::vector<std::string> aliases, DnsResult result) {
    result.answer->aliases = std::move(aliases);
    return result;
}

/// An answer that ends in an alias, without a word about the alias's target.
inline DnsResult stops_at(std::vector<std::string> aliases) {
    DnsAnswer answer;
    answer.ttl = std::chrono::seconds{300};
    return behind(std::move(aliases), answered(answer));
}

class FakeLookup : public DnsLookup {
public:
    explicit FakeLookup(asio::io_context& context) : gate_(context, asio::steady_timer::time_point::max()) {}

    void say(std::string name, RecordType type, DnsResult result, bool checking_disabled = false) {
        results_[{std::move(name), type, checking_disabled}] = std::move(result);
    }

    /// From now on no question but that for MX is answered, until `release`.
    void hold() { held_ = true; }
    void release() {
        held_ = false;
        gate_.cancel();
    }

    /// NXDOMAIN for all it was not told about.
    asio::awaitable<DnsResult> query(std::string name, RecordType type, DnsFlags flags) override {
        asked.push_back(name + " " + std::string(mxfleet::name(type)) + (flags.checking_disabled ? " CD" : ""));
        most_at_once = std::max(most_at_once, ++at_once_);
        if (held_ && type != RecordType::mx) {
            co_await gate_.async_wait(as_result);
        }
        --at_once_;
        const auto found = results_.find({name, type, flags.checking_disabled});
        co_return found == results_.end() ? nxdomain() : found->second;
    }

    std::vector<std::string> asked;
    std::size_t most_at_once = 0;

private:
    std::map<std::tuple<std::string, RecordType, bool>, DnsResult> results_;
    asio::steady_timer gate_;
    bool held_ = false;
    std::size_t at_once_ = 0;
};

}  // namespace mxfleet::testing_dns
