#include "agent/show/finding_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "agent/show/text.hpp"

namespace mxfleet {

std::string upper_case(std::string_view text) {
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}

std::string finding_text(const Finding& finding) {
    constexpr std::size_t width = 96;
    constexpr std::string_view indent = "         ";
    const Statement& said = finding.statement;
    std::string text = "\n" + padded(upper_case(name(said.severity)), 8) + " " + std::string(said.code.text());
    if (finding.ip) text += "  [" + finding.ip->text() + "]";
    text += "\n" + wrapped(said.summary, width, indent);
    if (said.severity == Severity::info) return text;
    return text + wrapped(said.code.row().advice, width, indent) + wrapped(said.code.row().reference, width, indent);
}

std::string transcript_text(std::string_view title, const Transcript& transcript) {
    if (transcript.empty()) return {};
    std::string text = "\n" + std::string(title) + "\n";
    for (const TranscriptLine line : transcript) {
        std::array<char, 32> time{};
        std::snprintf(time.data(), time.size(), "%9.4f  ", seconds(line.at));
        text.append(time.data()).append(line.from_client ? "-> " : "<- ").append(line.line).append("\n");
    }
    return text;
}

}  // namespace mxfleet
