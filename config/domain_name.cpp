#include "config/domain_name.hpp"

#include <idn2.h>

#include <algorithm>
#include <cstddef>

#include "config/config_error.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t label_limit = 63;
constexpr std::size_t name_limit = 253;      // RFC 1035 §2.3.4, as text and without the trailing dot
constexpr std::size_t unicode_limit = 1024;  // bytes of UTF-8; A-labels of more never fit a name

using Name = std::expected<std::string, std::string>;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string_view in_words(int idn2_error) {
    switch (idn2_error) {
        case IDN2_ENCODING_ERROR:
        case IDN2_ICONV_FAIL: return "is not valid UTF-8";
        case IDN2_TOO_BIG_LABEL:
        case IDN2_PUNYCODE_BIG_OUTPUT: return "has a label of more than 63 bytes once it is an A-label";
        case IDN2_TOO_BIG_DOMAIN: return "is longer than 253 bytes once it is in A-labels";
        case IDN2_HYPHEN_STARTEND: return "has a label that begins or ends with a hyphen";
        case IDN2_BIDI: return "mixes writing directions in a way that IDNA forbids (RFC 5893)";
        case IDN2_DISALLOWED:
        case IDN2_UNASSIGNED: return "has a character that no domain name may have (RFC 5892)";
        default: return "is no valid internationalised domain name (RFC 5891)";
    }
}

/// UTF-8 to A-labels.
Name to_ascii(std::string_view text) {
    if (text.size() > unicode_limit) return wrong(text, "is longer than 253 bytes");
    if (text.find('\0') != text.npos) return wrong(text, "has a NUL byte in it");
    const std::string terminated(text);
    char* output = nullptr;
    const int status = idn2_to_ascii_8z(terminated.c_str(), &output, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (status != IDN2_OK) return wrong(text, in_words(status));
    std::string ascii(output);
    idn2_free(output);
    return ascii;
}

struct Rules {
    std::size_t labels_least;
    bool underscores;
};

constexpr Rules domain_rules{.labels_least = 2, .underscores = false};
constexpr Rules host_rules{.labels_least = 1, .underscores = true};

/// What is wrong with one label, or nothing.
std::string_view label_fault(std::string_view label, Rules rules) {
    if (label.empty()) return "has an empty label: two dots in a row, or one in front";
    if (label.size() > label_limit) return "has a label of more than 63 bytes";
    if (label.front() == '-' || label.back() == '-') return "has a label that begins or ends with a hyphen";
    const auto allowed = [&](char c) { return is_alphanumeric(c) || c == '-' || (c == '_' && rules.underscores); };
    if (std::ranges::all_of(label, allowed)) return {};
    if (label.find('_') != label.npos && !rules.underscores)
        return "has an underscore, which a domain for mail cannot have";
    return "has a character that is no letter, digit or hyphen";
}

/// `original` is what the person wrote, for the message.
Name check(std::string name, std::string_view original, Rules rules) {
    if (name.ends_with('.')) name.pop_back();
    if (name.size() > name_limit) return wrong(original, "is longer than 253 bytes");
    std::size_t labels = 0;
    std::string_view label;
    for (std::size_t start = 0; start <= name.size(); start += label.size() + 1) {
        label = std::string_view(name).substr(start, name.find('.', start) - start);
        if (const auto fault = label_fault(label, rules); !fault.empty()) return wrong(original, fault);
        ++labels;
    }
    if (std::ranges::all_of(label, is_digit)) return wrong(original, "is an address or a number, not a name");
    if (labels < rules.labels_least) {
        return wrong(original, "has one label only, where at least two are wanted, as in `example.com`");
    }
    return name;
}

/// ASCII takes the short way without libidn2: it is the common case, a million times over in a large domain file.
Name normalise(std::string_view text, Rules rules) {
    if (text.empty()) return std::unexpected(std::string("the name is empty"));
    if (text.starts_with('[')) return wrong(text, "is an address literal; a name is wanted, as in `example.com`");
    if (text.find('@') != text.npos) return wrong(text, "is a mail address; only what follows the @ is wanted");
    if (is_ascii(text)) return check(lower_case(text), text, rules);
    auto ascii = to_ascii(text);
    return ascii ? check(*std::move(ascii), text, rules) : ascii;
}

/// The characters of an Atom, RFC 5321 §4.1.2 with RFC 5322 §3.2.3.
bool is_atom_character(char c) {
    constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~";
    return is_alphanumeric(c) || specials.find(c) != specials.npos;
}

bool is_dot_string(std::string_view text) {
    const bool dots_inside =
        !text.starts_with('.') && !text.ends_with('.') && text.find("..") == text.npos && !text.empty();
    return dots_inside && std::ranges::all_of(text, [](char c) { return c == '.' || is_atom_character(c); });
}

}  // namespace

Name normalise_domain(std::string_view text) {
    return normalise(text, domain_rules);
}

Name normalise_host(std::string_view text) {
    return normalise(text, host_rules);
}

Name normalise_mail_address(std::string_view text) {
    constexpr std::size_t local_part_limit = 64;  // RFC 5321 §4.5.3.1.1
    const auto at = text.rfind('@');
    if (at == text.npos) return wrong(text, "is no mail address; write it as `user@example.com`");
    const auto local_part = text.substr(0, at);
    if (local_part.size() > local_part_limit) return wrong(text, "has more than 64 bytes before the @");
    if (!is_dot_string(local_part)) {
        return wrong(text, "has something before the @ that is no plain local part, as `user` or `first.last`");
    }
    const auto domain = normalise_domain(text.substr(at + 1));
    if (!domain) return std::unexpected(shown(text) + ": " + domain.error());
    return std::string(local_part) + "@" + *domain;
}

}  // namespace mxfleet
