// Which keys a TOML text has, found without the parser under test.
#pragma once

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace mxfleet {

inline std::string file_text(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The `SECTION.KEY = VALUE` lines of `text`, all credentials as the section `credentials.NAME`.
inline std::set<std::string> settings_in(const std::string& text) {
    std::set<std::string> settings;
    std::string section;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('[')) {
            const auto start = line.find_first_not_of('[');
            section = line.substr(start, line.find(']') - start);
            if (section.starts_with("credentials.")) section = "credentials.NAME";
        } else if (!line.empty() && !line.starts_with('#')) {
            settings.insert(section + "." + line);
        }
    }
    return settings;
}

/// The paths of all keys in `text`, as known_keys() calls them.
inline std::set<std::string> keys_in(const std::string& text) {
    std::set<std::string> keys;
    for (const std::string& setting : settings_in(text)) {
        keys.insert(setting.substr(0, setting.find(' ')));
    }
    return keys;
}

}  // namespace mxfleet
