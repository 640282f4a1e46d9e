// Colours for a person at a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "probes/model/endpoint.hpp"
#include "probes/model/severity.hpp"

namespace mxfleet {

enum class Colour : std::uint8_t { none, green, yellow, red, dim, bold };

/// Paints, or leaves it be where there is no colour.
class Painter {
public:
    explicit Painter(bool colour) : colour_(colour) {}

    std::string operator()(Colour colour, const std::string& text) const {
        if (!colour_ || colour == Colour::none || text.empty()) return text;
        return "\x1b[" + std::string(code(colour)) + "m" + text + "\x1b[0m";
    }

private:
    static std::string_view code(Colour colour) {
        switch (colour) {
            case Colour::none: return "0";
            case Colour::green: return "32";
            case Colour::yellow: return "33";
            case Colour::red: return "31";
            case Colour::dim: return "2";
            case Colour::bold: return "1";
        }
        __builtin_unreachable();
    }

    bool colour_;
};

inline Colour colour_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok: return Colour::green;
        case Verdict::warning: return Colour::yellow;
        case Verdict::unknown: return Colour::yellow;
        case Verdict::critical: return Colour::red;
    }
    __builtin_unreachable();
}

inline Colour colour_of(EndpointState state) {
    switch (state) {
        case EndpointState::up: return Colour::green;
        case EndpointState::down: return Colour::red;
        case EndpointState::skipped: return Colour::dim;
        default: return Colour::yellow;
    }
}

}  // namespace mxfleet
