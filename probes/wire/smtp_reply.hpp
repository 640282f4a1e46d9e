// SMTP replies (RFC 5321 §4.2) out of a stream of bytes. No sockets and no clock; whatever is fed, memory stays under
// the limits below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/phase.hpp"

namespace mxfleet {

/// One reply. `lines` hold the text after code and separator, as it came (not yet printable).
struct SmtpReply {
    int code = 0;
    std::vector<std::string> lines;
    bool bare_lf = false;  ///< a line ended in LF without CR: accepted, and noted

    Duration elapsed{};     ///< from the last byte of the command (or from established) to the last byte of the reply
    Duration first_byte{};  ///< the same, to the reply's first byte
    Clock clock = Clock::user;  ///< of both

    int severity() const { return code / 100; }
    bool is_positive() const { return severity() == 2; }
};

/// Why bytes are not an SMTP reply.
enum class ReplyFault : std::uint8_t { not_smtp, code_out_of_range, mixed_codes, line_too_long, reply_too_long };

std::string_view describe(ReplyFault fault) noexcept;

inline constexpr std::size_t reply_line_limit = 4096;  ///< bytes, with code and line end
inline constexpr std::size_t reply_limit = 65'536;     ///< bytes
inline constexpr std::size_t reply_lines_limit = 512;

/// Reads one reply. Each byte is looked at once, so that a peer that drips is not quadratic, and a fault is known with
/// the first byte that makes it one, whether or not a line end follows.
class ReplyReader {
public:
    enum class Status : std::uint8_t { more, done, malformed };

    /// Takes bytes up to the end of the reply. `used` is how many were taken; the rest belongs to what follows.
    Status feed(std::string_view bytes, std::size_t& used);

    /// After `done`.
    SmtpReply take() { return std::move(reply_); }

    /// After `malformed`.
    ReplyFault fault() const { return fault_; }

    /// What has been read so far of the line that was not finished or was at fault, as it came.
    std::string_view current_line() const { return line_; }

private:
    Status malformed(ReplyFault fault);
    Status take_line(std::string_view line, bool is_whole);
    std::optional<ReplyFault> fault_in_prefix(std::string_view line) const;
    Status finish_line(std::string_view line);

    SmtpReply reply_;
    std::string line_;
    std::size_t size_ = 0;
    ReplyFault fault_ = ReplyFault::not_smtp;
};

/// A status code of RFC 3463 at the start of a reply's text, such as 5.7.1.
struct EnhancedCode {
    int category = 0;  ///< 2, 4 or 5
    int subject = 0;
    int detail = 0;

    static std::optional<EnhancedCode> parse(std::string_view text);
    std::string text() const;
    bool operator==(const EnhancedCode&) const = default;
};

}  // namespace mxfleet
