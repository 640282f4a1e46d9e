// Secrets that stand outside the configuration: in a file that only its owner may read, or in an environment variable.
// What is read here is kept nowhere.
#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace mxfleet {

/// Whether anybody besides the file's owner, root and the user `own` may read it: by its mode, or by its access control
/// list in the kernel's form (`system.posix_acl_access`; empty: it has none). systemd gives its credentials to a
/// service by such a list, whose mask then stands where the group's bits else are.
bool others_may_read(mode_t mode, std::string_view access_list, uid_t own);

/// Why the file is no place for a secret, as a clause; empty if it is one, or is not there yet.
std::string exposure_of(const std::filesystem::path& file);

/// The password. The error is a sentence without it.
std::expected<std::string, std::string> read_password(const Credentials& credentials);

}  // namespace mxfleet
