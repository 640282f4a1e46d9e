#include "config/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "config/secret_file.hpp"

namespace mxfleet {
namespace {

/// An open descriptor, closed with its scope.
class OpenFile {
public:
    OpenFile(const std::filesystem::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (is_open()) ::close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }

    /// Bytes read, 0 at the end, below 0 with errno set.
    ssize_t read_into(char* place, std::size_t room) const {
        ssize_t got = 0;
        do {
            got = ::read(descriptor_, place, room);
        } while (got < 0 && errno == EINTR);
        return got;
    }

private:
    int descriptor_;
};

std::string cannot_be_read(int error) {
    return "cannot be read: " + std::generic_category().message(error);
}

std::string size_text(std::size_t bytes) {
    constexpr std::size_t mebibyte = 1'048'576;
    return bytes % mebibyte == 0 ? std::to_string(bytes / mebibyte) + " MiB" : std::to_string(bytes) + " bytes";
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const OpenFile file(path, O_RDONLY);
    if (!file.is_open()) return std::unexpected(cannot_be_read(errno));

    // One byte more than allowed tells "too large" from "just fits". The size that stat() names is only a hint:
    // pipes and /proc have none.
    std::error_code no_size;
    const auto size_hint = std::filesystem::file_size(path, no_size);
    std::string bytes(no_size ? 0 : std::min<std::size_t>(size_hint, limit) + 1, '\0');
    std::size_t length = 0;
    while (true) {
        if (length == bytes.size()) bytes.resize(std::min(limit + 1, std::max<std::size_t>(4096, 2 * length)));
        const ssize_t got = file.read_into(bytes.data() + length, bytes.size() - length);
        if (got < 0) return std::unexpected(cannot_be_read(errno));
        length += static_cast<std::size_t>(got);
        if (length > limit) return std::unexpected("is larger than " + size_text(limit));
        if (got == 0) break;
    }
    bytes.resize(length);
    return bytes;
}

std::string path_fault(const std::filesystem::path& path, PathKind kind) {
    if (kind == PathKind::not_looked_at) return {};
    if (kind == PathKind::secret) return exposure_of(path);
    const bool wants_directory = kind == PathKind::directory;
    // O_NONBLOCK: a pipe without a writer must not hold us up.
    const OpenFile file(path, O_RDONLY | O_NONBLOCK | (wants_directory ? O_DIRECTORY : 0));
    if (!file.is_open()) return cannot_be_read(errno);
    std::error_code ignored;
    if (!wants_directory && std::filesystem::is_directory(path, ignored)) return "is a directory, not a file";
    return {};
}

}  // namespace mxfleet
