// What parsing a text complains about, for tests: one line per error, as check-config prints it, named "f".
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"

namespace mxfleet {

inline std::vector<std::string> texts(const ConfigErrors& errors) {
    std::vector<std::string> texts;
    for (const ConfigError& error : errors) {
        texts.push_back(error.text());
    }
    return texts;
}

inline std::vector<std::string> errors_of(std::string_view toml, std::string_view host_name = "mxfleet-3") {
    const auto config = parse_config(toml, "f", host_name);
    return config ? std::vector<std::string>{} : texts(config.error());
}

/// The settings of a text that must be right.
inline Settings settings_of(std::string_view toml) {
    const auto config = parse_config(toml, "f");
    return config ? config->settings : throw std::invalid_argument(config.error().front().text());
}

}  // namespace mxfleet
