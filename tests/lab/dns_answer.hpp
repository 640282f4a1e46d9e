// One DNS query in, one answer out (RFC 1035, RFC 6891). Sets AD where the zone is
// signed; answers what a resolver would, recursion
// available and authoritative at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/lab/zone.hpp"

namespace mxfleet::lab {

enum class Transport : std::uint8_t { udp, tcp };

/// Nothing: the query is not answered, because it is none or because silence is the condition's fault. Over UDP an
/// answer beyond what the asker takes, 1232 bytes at most, is empty with TC set.
std::optional<std::string> dns_answer(const Zone& zone, std::string_view query, Transport transport);

}  // namespace mxfleet::lab
