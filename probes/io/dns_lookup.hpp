// Whoever answers DNS questions: the client, a cache in front of it, a test.
#pragma once

#include <asio/awaitable.hpp>
#include <string>

#include "probes/wire/dns_result.hpp"

namespace mxfleet {

class DnsLookup {
public:
    virtual ~DnsLookup() = default;

    /// Asks for the records of `type` at `name`, which is absolute and in any case. Ends by itself, with the last error
    /// if nobody answers.
    virtual asio::awaitable<DnsResult> query(std::string name, RecordType type, DnsFlags flags) = 0;

protected:
    DnsLookup() = default;
    DnsLookup(const DnsLookup&) = default;
    DnsLookup& operator=(const DnsLookup&) = default;
};

}  // namespace mxfleet
