// Bytes in, command lines out. A line that is too long is dropped as it comes and told as such; never holds more than
// one of them and what was read at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mxfleet::lab {

struct Line {
    std::string text;  ///< without its end
    bool too_long = false;
};

class LineBuffer {
public:
    void append(std::string_view bytes) { bytes_ += bytes; }
    void clear() { *this = {}; }
    bool has_line() const { return bytes_.find('\n', looked_at_) != bytes_.npos; }

    std::optional<Line> next() {
        const auto end = bytes_.find('\n', looked_at_);
        if (end == bytes_.npos) {
            looked_at_ = bytes_.size();
            if (looked_at_ > longest) drop_beginning();
            return std::nullopt;
        }
        Line line{bytes_.substr(0, end), std::exchange(is_cut_, false) || end > longest};
        bytes_.erase(0, end + 1);
        looked_at_ = 0;
        if (line.text.ends_with('\r')) line.text.pop_back();
        return line;
    }

    /// Drops up to `most` bytes and says how many.
    std::size_t skip(std::size_t most) {
        const auto count = std::min(most, bytes_.size());
        bytes_.erase(0, count);
        looked_at_ = 0;
        return count;
    }

private:
    static constexpr std::size_t longest = 4096;

    void drop_beginning() {
        bytes_.clear();
        looked_at_ = 0;
        is_cut_ = true;
    }

    std::string bytes_;
    std::size_t looked_at_ = 0;  ///< so far there is no line end
    bool is_cut_ = false;
};

}  // namespace mxfleet::lab
