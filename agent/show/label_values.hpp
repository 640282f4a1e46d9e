// Labels whose values are closed lists, laid out once: a page writes each of them for every target.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "probes/wire/exposition.hpp"

namespace mxfleet {

/// `label` with the name of each value of an enumeration, as label_text makes it, in the order of the values.
template <class Enum, std::size_t count>
std::array<std::string, count> label_of_each(std::string_view label) {
    std::array<std::string, count> texts;
    for (std::size_t at = 0; at < count; ++at)
        texts[at] = label_text({{label, name(static_cast<Enum>(at))}});
    return texts;
}

}  // namespace mxfleet
