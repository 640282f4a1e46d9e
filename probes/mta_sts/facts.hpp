// What a domain publishes about TLS for its mail, as seen in one look: the records of MTA-STS and TLSRPT, and what the
// policy host gave. Facts only: nothing here judges.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "probes/model/shared_text.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// What DNS says of a record. Unknown: it could not be looked up, which is not absent (RFC 8461 §3.1).
enum class RecordState : std::uint8_t { unknown, absent, invalid, valid };

struct RecordFacts {
    RecordState state = RecordState::unknown;
    SharedText text;  ///< the id of a valid MTA-STS record; what is wrong with an invalid one

    bool operator==(const RecordFacts&) const = default;
};

struct TlsRecordFacts {
    RecordFacts mta_sts;
    RecordFacts tlsrpt;
    std::optional<std::chrono::seconds> ttl;  ///< the shorter of both

    bool operator==(const TlsRecordFacts&) const = default;
};

enum class FetchOutcome : std::uint8_t {
    unknown,    ///< our own fault, or DNS gave nothing conclusive: says nothing of the policy host
    fetched,    ///< 200, text/plain, within the limits
    malformed,  ///< 200, and something that no sender reads
    unreached,  ///< nobody answered, which may be for want of a way out of ours
    failed,     ///< no address, no TLS to rely on, another status, or too slow
};

struct PolicyFetchFacts {
    FetchOutcome outcome = FetchOutcome::unknown;
    std::string body;   ///< of a policy that was fetched
    SharedText detail;  ///< why it was not, for a person
    /// Of the policy host's certificate, a bad one's too.
    std::optional<CertificateTime> host_not_after;
};

}  // namespace mxfleet
