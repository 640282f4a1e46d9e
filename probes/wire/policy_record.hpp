// The TXT records that announce a policy: MTA-STS at `_mta-sts.DOMAIN` (RFC 8461 §3.1) and TLSRPT at
// `_smtp._tls.DOMAIN` (RFC 8460 §3). They are read as a sender reads them; what a sender does not understand is an
// error in words.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace mxfleet {

/// What is wrong, for a person; printable and short.
using RecordFault = std::string;

/// The `id` that the records announce; empty if there is no such record among them. `texts` are TXT records, their
/// strings joined. What begins otherwise than `v=STSv1;` is somebody else's, unless it was plainly meant to begin so.
std::expected<std::string, RecordFault> read_mta_sts_record(const std::vector<std::string>& texts);

/// Whether reports are asked for, in a way that senders can follow.
std::expected<bool, RecordFault> read_tlsrpt_record(const std::vector<std::string>& texts);

}  // namespace mxfleet
