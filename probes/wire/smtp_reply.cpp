#include "probes/wire/smtp_reply.hpp"

#include <algorithm>
#include <charconv>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t code_digits = 3;
constexpr std::size_t usual_lines = 12;  ///< of a reply to EHLO

int code_of(std::string_view line) {
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

}  // namespace

std::string_view describe(ReplyFault fault) noexcept {
    switch (fault) {
        case ReplyFault::not_smtp: return "not an SMTP reply";
        case ReplyFault::code_out_of_range: return "reply code out of range";
        case ReplyFault::mixed_codes: return "different codes in one reply";
        case ReplyFault::line_too_long: return "reply line over 4096 bytes";
        case ReplyFault::reply_too_long: return "reply over 64 KiB or 512 lines";
    }
    __builtin_unreachable();
}

ReplyReader::Status ReplyReader::feed(std::string_view bytes, std::size_t& used) {
    used = 0;
    while (used < bytes.size()) {
        const std::string_view rest = bytes.substr(used);
        const std::size_t newline = rest.find('\n');
        const std::size_t wanted = newline == rest.npos ? rest.size() : newline + 1;
        const std::size_t taken = std::min(wanted, reply_line_limit - line_.size());
        used += taken;
        size_ += taken;

        // A line that came whole, as nearly all do, is read where it stands.
        std::string_view line = rest.substr(0, taken);
        const bool is_whole = line.ends_with('\n');
        if (!is_whole || !line_.empty()) line = line_.append(line);
        const Status status = take_line(line, is_whole);
        if (status == Status::malformed) {
            line_ = line;
        } else if (is_whole) {
            line_.clear();
        }
        if (status != Status::more) return status;
    }
    return Status::more;
}

ReplyReader::Status ReplyReader::take_line(std::string_view line, bool is_whole) {
    if (const auto fault = fault_in_prefix(line)) return malformed(*fault);
    if (size_ > reply_limit) return malformed(ReplyFault::reply_too_long);
    if (is_whole) return finish_line(line);
    return line.size() == reply_line_limit ? malformed(ReplyFault::line_too_long) : Status::more;
}

ReplyReader::Status ReplyReader::malformed(ReplyFault fault) {
    fault_ = fault;
    return Status::malformed;
}

/// Judges code and separator as far as they have arrived. Bounds: RFC 5321 §4.2.1, first digit 2 to 5.
std::optional<ReplyFault> ReplyReader::fault_in_prefix(std::string_view line) const {
    const std::string_view code = line.substr(0, code_digits);
    if (!std::ranges::all_of(code, is_digit)) return ReplyFault::not_smtp;
    if (code[0] < '2' || code[0] > '5') return ReplyFault::code_out_of_range;
    if (line.size() <= code_digits) return std::nullopt;
    const char separator = line[code_digits];
    if (separator != '-' && separator != ' ' && separator != '\r' && separator != '\n') return ReplyFault::not_smtp;
    if (!reply_.lines.empty() && code_of(line) != reply_.code) return ReplyFault::mixed_codes;
    return std::nullopt;
}

ReplyReader::Status ReplyReader::finish_line(std::string_view line) {
    line.remove_suffix(1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    } else {
        reply_.bare_lf = true;
    }
    if (reply_.lines.size() == reply_lines_limit) return malformed(ReplyFault::reply_too_long);

    reply_.code = code_of(line);
    const bool last = line.size() == code_digits || line[code_digits] != '-';
    if (!last && reply_.lines.empty()) reply_.lines.reserve(usual_lines);
    reply_.lines.emplace_back(line.substr(std::min(line.size(), code_digits + 1)));
    return last ? Status::done : Status::more;
}

std::optional<EnhancedCode> EnhancedCode::parse(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](int& value) {
        const char* const start = at;
        const auto [stop, error] = std::from_chars(at, end, value);
        at = stop;
        return error == std::errc{} && *start != '-' && stop - start <= 3;
    };
    const auto dot = [&] {
        if (at == end || *at != '.') return false;
        ++at;
        return true;
    };

    EnhancedCode code;
    const bool well_formed = number(code.category) && dot() && number(code.subject) && dot() && number(code.detail);
    const bool ends = at == end || *at == ' ';
    const bool known = code.category == 2 || code.category == 4 || code.category == 5;
    if (!well_formed || !ends || !known) return std::nullopt;
    return code;
}

std::string EnhancedCode::text() const {
    return std::to_string(category) + "." + std::to_string(subject) + "." + std::to_string(detail);
}

}  // namespace mxfleet
