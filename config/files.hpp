// Whole files into memory, with a limit, and whether a path can be used. The only code here that opens files.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "config/rules.hpp"

namespace mxfleet {

/// The bytes of a file. The error is a clause: "cannot be read: No such file or directory", "is larger than 16 MiB".
std::expected<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t limit);

/// Why the path cannot be used as what it should be, a clause as above; empty if it can.
std::string path_fault(const std::filesystem::path& path, PathKind kind);

}  // namespace mxfleet
