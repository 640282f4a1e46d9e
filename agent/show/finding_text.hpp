// Findings and dialogues for a person at a terminal, as services and flows have them.
#pragma once

#include <string>
#include <string_view>

#include "probes/model/finding.hpp"
#include "probes/smtp/transcript.hpp"

namespace mxfleet {

/// ASCII only.
std::string upper_case(std::string_view text);

/// With what to do about it, where it is more than information.
std::string finding_text(const Finding& finding);

/// The dialogue under a title; nothing where nothing was said.
std::string transcript_text(std::string_view title, const Transcript& transcript);

}  // namespace mxfleet
