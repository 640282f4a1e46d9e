// A small store of address lookups, so that the exchange of a thousand domains is asked for once. Pure: time is passed
// in; bounded in bytes and in time. The resolver is the real cache.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "probes/model/time.hpp"
#include "probes/wire/dns_result.hpp"

namespace mxfleet {

struct DnsKey {
    std::string name;  ///< in the one form of `canonical_name`
    RecordType type = RecordType::a;
    bool checking_disabled = false;

    bool operator==(const DnsKey&) const = default;
};

struct DnsKeyHash {
    std::size_t operator()(const DnsKey& key) const {
        return std::hash<std::string>{}(key.name) * 31 + static_cast<std::size_t>(key.type) * 2 + key.checking_disabled;
    }
};

class DnsCache {
public:
    /// However short a TTL is, lookups at the same moment share an answer.
    static constexpr Duration shortest = std::chrono::seconds{5};
    /// No domain is looked up again sooner than after 60 s (CHECKS §1): a longer life would only hide a change from it.
    static constexpr Duration longest = std::chrono::seconds{60};
    /// A failure is over soon, or it is found again.
    static constexpr Duration failed = std::chrono::seconds{2};

    static constexpr std::size_t default_capacity = std::size_t{1} << 20;

    /// `capacity` in bytes, about.
    explicit DnsCache(std::size_t capacity = default_capacity) : capacity_(capacity) {}

    /// What was stored and still holds; TTLs are shorter by its age, and nothing was spent on it now.
    std::optional<DnsResult> find(const DnsKey& key, SteadyTime now) const;

    /// Keeps an answer for its TTL, within the bounds above. Our own faults are not kept, nor what is larger than a
    /// hundredth of the capacity. The oldest go when there is no room.
    void store(const DnsKey& key, const DnsResult& result, SteadyTime now);

    std::size_t entries() const { return index_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    struct Entry {
        DnsKey key;
        DnsResult result;
        SteadyTime stored;
        SteadyTime expires;
        std::size_t bytes;
    };

    void drop(std::list<Entry>::iterator entry);
    void make_room(std::size_t bytes, SteadyTime now);

    std::size_t capacity_;
    std::size_t bytes_ = 0;
    std::list<Entry> entries_;  ///< oldest first
    std::unordered_map<DnsKey, std::list<Entry>::iterator, DnsKeyHash> index_;
};

}  // namespace mxfleet
