// How a lookup ended, after as many tries and resolvers as it took: a value that knows nothing of sockets.
#pragma once

#include <expected>
#include <string>

#include "probes/model/time.hpp"
#include "probes/wire/dns_message.hpp"

namespace mxfleet {

struct DnsFlags {
    bool checking_disabled = false;  ///< set CD, to see what stands behind a SERVFAIL; such an answer proves nothing

    bool operator==(const DnsFlags&) const = default;
};

/// The answer says that there are records, or that there are none (NODATA, NXDOMAIN); an error says nothing at all.
struct DnsResult {
    std::expected<DnsAnswer, DnsError> answer = std::unexpected(DnsError::local_fault);
    Dnssec dnssec = Dnssec::unknown;
    std::string resolver;  ///< `192.0.2.1:53`: who answered, or whose error it is; empty if nobody was asked
    Duration elapsed{};    ///< asking and waiting, over all tries; not the wait for our own turn

    bool operator==(const DnsResult&) const = default;

    bool is_nxdomain() const { return answer && answer->rcode == Rcode::nxdomain; }
    bool has_records() const { return answer && !answer->records.empty(); }
};

}  // namespace mxfleet
