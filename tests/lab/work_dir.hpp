// The directory for what a client has to read. A temporary one goes when this goes.
#pragma once

#include <filesystem>
#include <string>

namespace mxfleet::lab {

class WorkDir {
public:
    /// Makes `wanted`, or a fresh temporary directory if that is empty. Throws std::system_error.
    explicit WorkDir(const std::filesystem::path& wanted);
    ~WorkDir();
    WorkDir(const WorkDir&) = delete;
    WorkDir& operator=(const WorkDir&) = delete;

    /// Absolute.
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    bool is_temporary_ = false;
};

}  // namespace mxfleet::lab
