// What was said in a session, line by line, packed into one block: a fleet keeps two of these for each endpoint.
#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include "probes/model/time.hpp"
#include "probes/wire/smtp_reply.hpp"

namespace mxfleet {

struct TranscriptLine {
    Duration at{};  ///< since the session began, to the microsecond
    bool from_client = false;
    std::string_view line;  ///< printable, at most shown_line_limit bytes; lives as long as the transcript
};

class Transcript {
public:
    static constexpr std::size_t lines_limit = 200;
    static constexpr std::size_t bytes_limit = std::size_t{16} * 1024;

    class Iterator {
    public:
        using value_type = TranscriptLine;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        explicit Iterator(const char* at) : at_(at) {}
        TranscriptLine operator*() const;
        Iterator& operator++();
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const char* at_ = nullptr;
    };

    /// Adds a line as it came, which is made printable and loses its end; nothing once a limit is reached.
    void add(Duration at, bool from_client, std::string_view line) { add_joined(at, from_client, {}, line); }

    /// The lines of a reply.
    void add(Duration at, const SmtpReply& reply);

    /// Gives back what room was taken in advance: the session is over.
    void shrink_to_fit() { packed_.shrink_to_fit(); }

    bool empty() const { return packed_.empty(); }
    std::size_t size() const { return lines_; }
    Iterator begin() const { return Iterator(packed_.data()); }
    Iterator end() const { return Iterator(packed_.data() + packed_.size()); }

private:
    void add_joined(Duration at, bool from_client, std::string_view head, std::string_view rest);

    std::string packed_;  ///< of each line a Head and its text
    std::size_t lines_ = 0;
};

static_assert(std::forward_iterator<Transcript::Iterator>);

}  // namespace mxfleet
