// Any bytes, in any pieces, through the reply reader: never more memory than it promises, always the same verdict.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probes/wire/smtp_reply.hpp"

namespace {

using mxfleet::ReplyReader;
using Status = ReplyReader::Status;

struct Outcome {
    Status status = Status::more;
    std::size_t used = 0;
    std::size_t kept = 0;
    int code = 0;

    bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t piece) {
    ReplyReader reader;
    Outcome outcome;
    while (outcome.status == Status::more && outcome.used < bytes.size()) {
        std::size_t used = 0;
        const std::string_view rest = bytes.substr(outcome.used, piece);
        outcome.status = reader.feed(rest, used);
        if (used == 0 || used > rest.size()) std::abort();
        outcome.used += used;
        if (reader.current_line().size() > mxfleet::reply_line_limit) std::abort();
    }
    if (outcome.status == Status::done) {
        const mxfleet::SmtpReply reply = reader.take();
        outcome.code = reply.code;
        for (const std::string& line : reply.lines)
            outcome.kept += line.size();
        if (reply.code < 200 || reply.code > 599 || reply.lines.empty()) std::abort();
        if (reply.lines.size() > mxfleet::reply_lines_limit || outcome.kept > mxfleet::reply_limit) std::abort();
        for (const std::string& line : reply.lines)
            mxfleet::EnhancedCode::parse(line);
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = 1 + data[0] % 16;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Outcome whole = read(bytes, bytes.size() + 1);
    const Outcome pieces = read(bytes, piece);
    // A fault may be found earlier in pieces, never another one.
    if (whole.status != pieces.status || whole.code != pieces.code || whole.kept != pieces.kept) std::abort();
    return 0;
}
