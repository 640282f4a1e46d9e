#include "agent/show/finding_text.hpp"

#include <array>
#include <cstdio>

#include "agent/show/text.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {

std::string finding_text(const Finding& finding, const Painter& paint) {
    constexpr std::size_t width = 96;
    constexpr std::string_view indent = "         ";
    const Statement& said = finding.statement;
    std::string text = "\n" + paint(colour_of(verdict_of(said.severity)), padded(upper_case(name(said.severity)), 8)) +
                       " " + paint(Colour::bold, std::string(said.code.text()));
    if (finding.ip) text += "  [" + finding.ip->text() + "]";
    text += "\n" + wrapped(said.summary, width, indent);
    if (said.severity == Severity::info) return text;
    return text + paint(Colour::dim, wrapped(said.code.row().advice, width, indent)) +
           paint(Colour::dim, wrapped(said.code.row().reference, width, indent));
}

std::string transcript_text(const std::string& title, const Transcript& transcript, const Painter& paint) {
    if (transcript.empty()) return {};
    std::string text = "\n" + paint(Colour::bold, title) + "\n";
    for (const TranscriptLine line : transcript) {
        std::array<char, 32> time{};
        std::snprintf(time.data(), time.size(), "%9.4f  ", seconds(line.at));
        text.append(paint(Colour::dim, time.data()))
            .append(line.from_client ? "-> " : "<- ")
            .append(line.line)
            .append("\n");
    }
    return text;
}

}  // namespace mxfleet
