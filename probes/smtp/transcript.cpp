#include "probes/smtp/transcript.hpp"

#include <cstdint>
#include <cstring>

namespace mxfleet {
namespace {

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

}  // namespace

TranscriptLine Transcript::Iterator::operator*() const {
    const Head head = head_at(at_);
    return {std::chrono::microseconds{head.microseconds}, head.from_client, {at_ + sizeof head, head.length}};
}

Transcript::Iterator& Transcript::Iterator::operator++() {
    at_ += sizeof(Head) + head_at(at_).length;
    return *this;
}

void Transcript::add(Duration at, bool from_client, std::string_view printable_line) {
    Head head;
    const std::size_t room = packed_.size() + sizeof head + printable_line.size();
    if (lines_ == lines_limit || room > bytes_limit) return;
    head.microseconds = static_cast<std::uint32_t>(std::chrono::floor<std::chrono::microseconds>(at).count());
    head.length = static_cast<std::uint16_t>(printable_line.size());
    head.from_client = from_client;
    char bytes[sizeof head];
    std::memcpy(bytes, &head, sizeof head);
    packed_.append(bytes, sizeof head).append(printable_line);
    ++lines_;
}

}  // namespace mxfleet
