// The test message of a flow (CHECKS §11), as it is handed over. The same order gives the same bytes, however often.
#pragma once

#include <string>

#include "probes/flow/token.hpp"
#include "probes/model/endpoint.hpp"

namespace mxfleet {

inline constexpr std::string_view token_field = "X-Mxfleet-Token";

struct TestMessage {
    Token token;
    std::string flow;
    std::string from;
    std::string to;
    EndpointKey handed_to;
};

/// RFC 5322, lines ending in CRLF, none longer than 998 bytes. No value ends a line: what does not fit a header is left
/// out of it.
std::string compose(const TestMessage& message);

}  // namespace mxfleet
