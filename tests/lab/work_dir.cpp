#include "tests/lab/work_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace mxfleet::lab {

WorkDir::WorkDir(const std::filesystem::path& wanted) : is_temporary_(wanted.empty()) {
    if (!is_temporary_) {
        std::filesystem::create_directories(wanted);
        path_ = std::filesystem::absolute(wanted);
        return;
    }
    std::string name = (std::filesystem::temp_directory_path() / "mxfleet-lab-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
    // The agent that reads what is in it may be somebody else.
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all | std::filesystem::perms::group_read |
                                            std::filesystem::perms::group_exec | std::filesystem::perms::others_read |
                                            std::filesystem::perms::others_exec);
}

WorkDir::~WorkDir() {
    std::error_code ignored;
    if (is_temporary_) std::filesystem::remove_all(path_, ignored);
}

}  // namespace mxfleet::lab
