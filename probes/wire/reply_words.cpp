#include "probes/wire/reply_words.hpp"

#include <algorithm>
#include <array>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

struct BasicRow {
    int code;
    std::string_view words;
};

/// RFC 5321 §4.2.3, 4954 §6, 3207 §4, 1985, 7504, 8689, and what is used without having been written down.
constexpr auto basic_codes = std::to_array<BasicRow>({
    {211, "status"},
    {214, "help"},
    {220, "service ready"},
    {221, "goodbye"},
    {235, "authenticated"},
    {250, "done"},
    {251, "not local, will forward"},
    {252, "cannot verify, but will try"},
    {334, "go on with authentication"},
    {354, "send the message"},
    {421, "service not available, hanging up"},
    {432, "password must change"},
    {450, "mailbox not available now"},
    {451, "local error, try later"},
    {452, "out of storage, or too many recipients at once"},
    {453, "no mail for you"},
    {454, "TLS or authentication not available now"},
    {455, "cannot take these parameters now"},
    {458, "cannot queue mail for that host"},
    {459, "that host is not allowed"},
    {500, "command not recognised"},
    {501, "parameters not understood"},
    {502, "command not implemented"},
    {503, "not in this order"},
    {504, "parameter not implemented"},
    {521, "takes no mail"},
    {523, "message too large"},
    {530, "wants TLS or authentication first"},
    {534, "mechanism too weak"},
    {535, "authentication failed"},
    {538, "wants TLS first"},
    {550, "mailbox not available, or refused by policy"},
    {551, "not local"},
    {552, "over quota, or message too large"},
    {553, "mailbox name not allowed"},
    {554, "refused"},
    {555, "parameters not known"},
    {556, "domain takes no mail"},
});

constexpr std::array<std::string_view, 6> classes{"", "", "done", "go on", "not now, try later", "refused"};

struct EnhancedRow {
    int subject;
    int detail;
    std::string_view words;
};

/// RFC 3463 §3, and the registry of RFC 5248: 3886, 4468, 4865, 4954, 5336, 6710, 7293, 7372, 7504, 7505, 8689. Class
/// and subject 0 tell nothing.
constexpr auto enhanced_codes = std::to_array<EnhancedRow>({
    {1, 0, "something about the address"},
    {1, 1, "no such mailbox"},
    {1, 2, "no such domain"},
    {1, 3, "bad address syntax"},
    {1, 4, "ambiguous address"},
    {1, 5, "address is good"},
    {1, 6, "mailbox has moved"},
    {1, 7, "bad sender address syntax"},
    {1, 8, "sender's domain cannot be mailed"},
    {1, 9, "relayed to a server without delivery reports"},
    {1, 10, "domain takes no mail"},
    {2, 0, "something about the mailbox"},
    {2, 1, "mailbox switched off"},
    {2, 2, "mailbox full"},
    {2, 3, "message too long for the mailbox"},
    {2, 4, "mailing list cannot be expanded"},
    {3, 0, "something about the mail system"},
    {3, 1, "mail system full"},
    {3, 2, "system takes no mail now"},
    {3, 3, "system lacks a feature"},
    {3, 4, "message too large"},
    {3, 5, "system misconfigured"},
    {3, 6, "priority was changed"},
    {4, 0, "something about network or routing"},
    {4, 1, "no answer from host"},
    {4, 2, "bad connection"},
    {4, 3, "directory failure"},
    {4, 4, "cannot be routed"},
    {4, 5, "congested"},
    {4, 6, "mail loop"},
    {4, 7, "delivery took too long"},
    {5, 0, "something about the protocol"},
    {5, 1, "invalid command"},
    {5, 2, "syntax error"},
    {5, 3, "too many recipients"},
    {5, 4, "invalid arguments"},
    {5, 5, "wrong protocol version"},
    {5, 6, "authentication exchange too long"},
    {6, 0, "something about the message"},
    {6, 1, "media not supported"},
    {6, 2, "conversion prohibited"},
    {6, 3, "conversion needed and not supported"},
    {6, 4, "conversion lost something"},
    {6, 5, "conversion failed"},
    {6, 6, "message content not available"},
    {6, 7, "non-ASCII address not supported there"},
    {7, 0, "for reasons of policy"},
    {7, 1, "delivery not authorised"},
    {7, 2, "not allowed to send to the list"},
    {7, 3, "security conversion not possible"},
    {7, 4, "security features not supported"},
    {7, 5, "cryptographic failure"},
    {7, 6, "cryptographic algorithm not supported"},
    {7, 7, "message was altered"},
    {7, 8, "credentials invalid"},
    {7, 9, "mechanism too weak"},
    {7, 10, "encryption needed"},
    {7, 11, "encryption needed for that mechanism"},
    {7, 12, "password must change"},
    {7, 13, "account switched off"},
    {7, 14, "trust relationship needed"},
    {7, 15, "priority too low"},
    {7, 16, "message too large for its priority"},
    {7, 17, "mailbox has another owner now"},
    {7, 18, "domain has another owner now"},
    {7, 19, "owner of the mailbox cannot be told"},
    {7, 20, "no DKIM signature that passes"},
    {7, 21, "no acceptable DKIM signature"},
    {7, 22, "no DKIM signature of the author that passes"},
    {7, 23, "SPF check failed"},
    {7, 24, "SPF check went wrong"},
    {7, 25, "reverse DNS needed"},
    {7, 26, "sender authentication failed"},
    {7, 27, "sender's domain takes no mail"},
    {7, 28, "flood detected"},
    {7, 29, "ARC check failed"},
    {7, 30, "REQUIRETLS needed and not there"},
});

}  // namespace

std::string reply_in_words(int code, const std::optional<EnhancedCode>& enhanced) {
    if (code < 200 || code > 599) return {};
    const auto basic = std::ranges::find(basic_codes, code, &BasicRow::code);
    std::string words(basic != basic_codes.end() ? basic->words : classes[static_cast<std::size_t>(code / 100)]);
    if (!enhanced) return words;
    const auto is_it = [&](const EnhancedRow& row) {
        return row.subject == enhanced->subject && row.detail == enhanced->detail;
    };
    const auto row = std::ranges::find_if(enhanced_codes, is_it);
    return row == enhanced_codes.end() ? words : words.append(": ").append(row->words);
}

std::string line_in_words(std::string_view line) {
    const bool has_code = line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), is_digit);
    const bool is_last = line.size() == 3 || (line.size() > 3 && line[3] == ' ');
    if (!has_code || !is_last) return {};
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    return reply_in_words(code, EnhancedCode::parse(line.substr(std::min<std::size_t>(line.size(), 4))));
}

}  // namespace mxfleet
