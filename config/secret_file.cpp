#include "config/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace mxfleet {
namespace {

constexpr std::size_t password_limit = 4096;
constexpr unsigned may_read = 4;

/// An entry of an access control list as the kernel lays it out behind a version of four bytes, little-endian.
struct AclEntry {
    std::uint16_t tag;
    std::uint16_t permissions;
    std::uint32_t id;
};

enum AclTag : std::uint16_t { owner = 1, user = 2, owning_group = 4, group = 8, mask = 16, other = 32 };

class Descriptor {
public:
    // O_NONBLOCK: a pipe without a writer must not hold us up.
    explicit Descriptor(const std::filesystem::path& path)
        : value_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    int value() const { return value_; }

private:
    int value_;
};

std::string words_of(int error) {
    return std::generic_category().message(error);
}

std::string exposure(const struct stat& file, std::string_view access_list) {
    if (!others_may_read(file.st_mode, access_list, ::geteuid())) return {};
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(file.st_mode & 07777));
    return "can be read by others than its owner (mode " + std::string(mode.data()) + "); chmod 600 it";
}

std::expected<std::string, std::string> read_secret_file(const std::string& path) {
    const Descriptor file(path);
    struct stat status{};
    if (file.value() < 0 || ::fstat(file.value(), &status) != 0)
        return std::unexpected(path + " cannot be read: " + words_of(errno));
    std::array<char, 1024> list{};
    const ssize_t listed = ::fgetxattr(file.value(), "system.posix_acl_access", list.data(), list.size());
    if (const std::string fault =
            exposure(status, {list.data(), static_cast<std::size_t>(std::max<ssize_t>(0, listed))});
        !fault.empty())
        return std::unexpected(path + " " + fault);
    std::string secret(password_limit + 1, '\0');
    const ssize_t got = ::read(file.value(), secret.data(), secret.size());
    if (got < 0) return std::unexpected(path + " cannot be read: " + words_of(errno));
    secret.resize(static_cast<std::size_t>(got));
    if (secret.ends_with('\n')) secret.pop_back();
    if (secret.ends_with('\r')) secret.pop_back();
    return secret;
}

}  // namespace

bool others_may_read(mode_t mode, std::string_view access_list, uid_t own) {
    constexpr std::size_t head = 4;
    if (access_list.size() <= head) return (mode & 044) != 0;
    std::string_view rest = access_list.substr(head);
    std::uint16_t masked = 7;
    unsigned allowed_under_mask = 0;
    unsigned allowed = 0;
    for (; rest.size() >= sizeof(AclEntry); rest.remove_prefix(sizeof(AclEntry))) {
        AclEntry entry;
        std::memcpy(&entry, rest.data(), sizeof entry);
        const bool is_ours = entry.tag == AclTag::user && (entry.id == own || entry.id == 0);
        if (entry.tag == AclTag::mask) masked = entry.permissions;
        if (entry.tag == AclTag::other) allowed |= entry.permissions;
        const bool is_somebody =
            entry.tag == AclTag::user || entry.tag == AclTag::owning_group || entry.tag == AclTag::group;
        if (is_somebody && !is_ours) allowed_under_mask |= entry.permissions;
    }
    return ((allowed | (allowed_under_mask & masked)) & may_read) != 0;
}

std::string exposure_of(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    std::array<char, 1024> list{};
    const ssize_t listed = ::getxattr(file.c_str(), "system.posix_acl_access", list.data(), list.size());
    return exposure(status, {list.data(), static_cast<std::size_t>(std::max<ssize_t>(0, listed))});
}

std::expected<std::string, std::string> read_password(const Credentials& credentials) {
    std::expected<std::string, std::string> secret;
    if (!credentials.password_file.empty()) {
        secret = read_secret_file(credentials.password_file);
    } else if (const char* const value = std::getenv(credentials.password_env.c_str())) {
        secret = value;
    } else {
        secret = std::unexpected("the environment variable " + credentials.password_env + " is not set");
    }
    if (!secret) return secret;
    const std::string from = credentials.password_file.empty() ? credentials.password_env : credentials.password_file;
    if (secret->empty()) return std::unexpected(from + " is empty");
    if (secret->size() > password_limit) return std::unexpected(from + " is larger than 4096 bytes");
    const auto ends_line = [](char c) { return c == '\0' || c == '\r' || c == '\n'; };
    if (std::ranges::any_of(*secret, ends_line)) return std::unexpected(from + " holds more than one line");
    return secret;
}

}  // namespace mxfleet
