#include "probes/dns/dns_cache.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

using std::chrono::seconds;

Duration lifetime_of(const DnsResult& result) {
    if (!result.answer) return DnsCache::failed;
    const auto& answer = *result.answer;
    // What proves nothing about its own duration is not kept long (RFC 2308 §5).
    Duration stated = answer.ttl || answer.negative_ttl ? DnsCache::longest : DnsCache::shortest;
    for (const auto& ttl : {answer.ttl, answer.negative_ttl}) {
        if (ttl) stated = std::min<Duration>(stated, *ttl);
    }
    return std::max(stated, DnsCache::shortest);
}

std::size_t own_bytes_of(const DnsRecord& record) {
    const auto* const tlsa = std::get_if<TlsaRecord>(&record);
    return sizeof(DnsRecord) + (tlsa != nullptr ? tlsa->data.size() : 0);
}

/// Of address and TLSA records, which are all that is worth keeping.
std::size_t bytes_of(const DnsKey& key, const DnsResult& result) {
    constexpr std::size_t nodes = 128;  // of list and map
    std::size_t bytes = sizeof(DnsResult) + 2 * (sizeof(DnsKey) + key.name.size()) + nodes;
    if (!result.answer) return bytes;
    for (const std::string& alias : result.answer->aliases)
        bytes += sizeof(std::string) + alias.size();
    for (const DnsRecord& record : result.answer->records)
        bytes += own_bytes_of(record);
    return bytes;
}

void age(std::optional<seconds>& ttl, Duration by) {
    if (ttl) ttl = std::max(*ttl - std::chrono::ceil<seconds>(by), seconds{0});
}

}  // namespace

std::optional<DnsResult> DnsCache::find(const DnsKey& key, SteadyTime now) const {
    const auto found = index_.find(key);
    if (found == index_.end() || found->second->expires <= now) return std::nullopt;
    DnsResult result = found->second->result;
    result.elapsed = Duration::zero();
    if (result.answer) {
        age(result.answer->ttl, now - found->second->stored);
        age(result.answer->negative_ttl, now - found->second->stored);
    }
    return result;
}

void DnsCache::store(const DnsKey& key, const DnsResult& result, SteadyTime now) {
    const auto old = index_.find(key);
    if (old != index_.end()) drop(old->second);
    if (!result.answer && result.answer.error() == DnsError::local_fault) return;
    const std::size_t bytes = bytes_of(key, result);
    if (bytes > capacity_ / 100) return;
    make_room(bytes, now);
    entries_.push_back({key, result, now, now + lifetime_of(result), bytes});
    index_.emplace(key, std::prev(entries_.end()));
    bytes_ += bytes;
}

/// The oldest are looked at first, and nothing lives longer than `longest`: what has expired does not pile up.
void DnsCache::make_room(std::size_t bytes, SteadyTime now) {
    while (!entries_.empty() && (entries_.front().expires <= now || bytes_ + bytes > capacity_))
        drop(entries_.begin());
}

void DnsCache::drop(std::list<Entry>::iterator entry) {
    bytes_ -= entry->bytes;
    index_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace mxfleet
