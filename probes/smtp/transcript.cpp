#include "probes/smtp/transcript.hpp"

#include <cstdint>
#include <cstring>
#include <string>

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

/// Bytes of a session with TLS, which most are: one allocation instead of one for each doubling.
constexpr std::size_t usual_size = 640;

/// Stands before each line's text, unaligned.
struct Head {
    std::uint32_t microseconds = 0;
    std::uint16_t length = 0;
    bool from_client = false;
};

Head head_at(const char* at) {
    Head head;
    std::memcpy(&head, at, sizeof head);
    return head;
}

std::string_view without_end(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

}  // namespace

TranscriptLine Transcript::Iterator::operator*() const {
    const Head head = head_at(at_);
    return {std::chrono::microseconds{head.microseconds}, head.from_client, {at_ + sizeof head, head.length}};
}

Transcript::Iterator& Transcript::Iterator::operator++() {
    at_ += sizeof(Head) + head_at(at_).length;
    return *this;
}

void Transcript::add(Duration at, const SmtpReply& reply) {
    std::string head = std::to_string(reply.code) + '-';
    for (const std::string& text : reply.lines) {
        const bool last = &text == &reply.lines.back();
        if (last) head.back() = ' ';
        if (last && text.empty()) head.pop_back();
        add_joined(at, false, head, text);
    }
}

/// A line of two parts, of which the first is short and printable.
void Transcript::add_joined(Duration at, bool from_client, std::string_view head, std::string_view rest) {
    if (lines_ == lines_limit) return;
    if (packed_.empty()) packed_.reserve(usual_size);
    const std::size_t begin = packed_.size();
    packed_.append(sizeof(Head), '\0').append(head);
    append_printable(packed_, without_end(rest), shown_line_limit - head.size());
    if (packed_.size() > bytes_limit) {
        packed_.resize(begin);
        return;
    }
    const Head stored{static_cast<std::uint32_t>(std::chrono::floor<std::chrono::microseconds>(at).count()),
                      static_cast<std::uint16_t>(packed_.size() - begin - sizeof(Head)), from_client};
    std::memcpy(packed_.data() + begin, &stored, sizeof stored);
    ++lines_;
}

}  // namespace mxfleet
