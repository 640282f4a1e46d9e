// Stands in front of a DNS client: a question that is being asked already is not asked again, and what is known of
// exchanges is kept for a little while. For one thread; asks nothing by itself.
#pragma once

#include <asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include "probes/dns/dns_cache.hpp"
#include "probes/io/dns_lookup.hpp"

namespace mxfleet {

class SharedLookup : public DnsLookup {
public:
    /// `source` outlives it, and it outlives its queries: they end when those of `source` do.
    SharedLookup(asio::io_context& context, DnsLookup& source, std::size_t capacity = DnsCache::default_capacity);

    /// Only A, AAAA and TLSA answers are kept: an exchange is shared by many domains, everything else belongs to one
    /// and is to be as the resolver has it.
    asio::awaitable<DnsResult> query(std::string name, RecordType type, DnsFlags flags) override;

private:
    struct Flight;

    std::shared_ptr<Flight> join(const DnsKey& key);
    asio::awaitable<void> fly(std::shared_ptr<Flight> flight, DnsKey key);

    asio::io_context& context_;
    DnsLookup& source_;
    DnsCache cache_;
    std::unordered_map<DnsKey, std::shared_ptr<Flight>, DnsKeyHash> flights_;
};

}  // namespace mxfleet
