#include "tests/unit/show/golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace mxfleet {

void expect_golden(const std::string& name, const std::string& seen) {
    expect_written("tests/golden/" + name, seen);
}

void expect_written(const std::string& file_name, const std::string& seen) {
    const std::string path = std::string(SOURCE_DIR) + "/" + file_name;
    if (std::getenv("MXFLEET_WRITE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << seen;
        return;
    }
    std::ifstream file(path, std::ios::binary);
    ASSERT_TRUE(file) << path << " is missing; tests/golden/README.md says how it is made";
    std::stringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(golden.str(), seen) << path << " says something else";
}

}  // namespace mxfleet
