// A letter in the mailbox: whether it is a test message of ours, or a report on one, and what it tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/flow/authentication.hpp"
#include "probes/flow/received.hpp"
#include "probes/flow/report.hpp"
#include "probes/flow/token.hpp"

namespace mxfleet {

struct LetterFacts {
    std::optional<Token> token;            ///< of the message, or of the one that a report is about
    std::optional<DeliveryReport> report;  ///< empty: it is the message itself, or nothing of ours
    std::string handed_to;                 ///< the address that its header names; printable
    std::vector<Hop> hops;                 ///< oldest first
    Authentication authentication;
};

/// `text`: the header and the first of the body.
LetterFacts recognise(std::string_view text);

}  // namespace mxfleet
