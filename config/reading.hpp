// What goes along while one configuration file is read: the errors so far, where each key stands, and what the
// meaning of a value depends on besides its text.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "config/config_error.hpp"

namespace mxfleet {

/// Where the keys of a file stand, by path: `relay.confirm`, `flow[2].mailbox`.
class Places {
public:
    void remember(std::string path, FilePosition at) { places_.emplace(std::move(path), at); }

    /// Whether the file says anything about it.
    bool has(std::string_view path) const { return places_.contains(path); }

    /// The place of the key; where it is not in the file, of the section around it; else the start of the file.
    FilePosition of(std::string_view path) const;

private:
    std::map<std::string, FilePosition, std::less<>> places_;
};

struct Reading {
    ErrorCollector errors;
    Places places;
    std::filesystem::path directory;  ///< what relative paths in the file start from
    std::string host_name;            ///< for shards that are numbered by it
    bool look_at_files = false;       ///< whether paths are tried out; else nothing but the text is looked at
};

}  // namespace mxfleet
