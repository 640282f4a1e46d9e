// Compares an output with its golden file, or writes that file anew (tests/golden/README.md).
#pragma once

#include <string>

namespace mxfleet {

/// `name` is a path below tests/golden.
void expect_golden(const std::string& name, const std::string& seen);

/// Likewise of a file that is written out of the program; its name is a path below the top of the sources.
void expect_written(const std::string& file_name, const std::string& seen);

}  // namespace mxfleet
