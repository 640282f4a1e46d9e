// Findings and dialogues for a person at a terminal, as services and flows have them.
#pragma once

#include <string>
#include <string_view>

#include "agent/show/paint.hpp"
#include "probes/model/finding.hpp"
#include "probes/smtp/transcript.hpp"

namespace mxfleet {

/// With what to do about it, where it is more than information.
std::string finding_text(const Finding& finding, const Painter& paint);

/// The dialogue under a title; nothing where nothing was said.
std::string transcript_text(const std::string& title, const Transcript& transcript, const Painter& paint);

}  // namespace mxfleet
