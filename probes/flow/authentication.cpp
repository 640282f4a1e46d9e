#include "probes/flow/authentication.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "probes/model/ascii.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t auth_result_count = 8;

std::optional<AuthResult> auth_result_of(std::string_view word) {
    for (std::size_t at = 0; at < auth_result_count; ++at) {
        if (name(static_cast<AuthResult>(at)) == word) return static_cast<AuthResult>(at);
    }
    return std::nullopt;
}

/// `spf=pass smtp.mailfrom=example.com`, `dkim/1 = fail reason="…"`: the method and the result, in lower case.
std::pair<std::string, std::string> method_and_result(std::string_view clause) {
    const auto equals = clause.find('=');
    if (equals == clause.npos) return {};
    std::string_view method = clause.substr(0, equals);
    method = trimmed(method.substr(0, method.find('/')));
    const std::string_view rest = trimmed(clause.substr(equals + 1));
    const auto end = std::ranges::find_if(rest, is_blank) - rest.begin();
    return {lower_case(method), lower_case(rest.substr(0, static_cast<std::size_t>(end)))};
}

void note_best(std::optional<AuthResult>& known, std::optional<AuthResult> said) {
    if (said && (!known || *said == AuthResult::pass)) known = said;
}

/// The id may be followed by a version.
std::string server_in(const std::vector<std::string>& clauses) {
    const std::string& first = clauses.front();
    const auto end = std::ranges::find_if(first, is_blank) - first.begin();
    return lower_case(first.substr(0, static_cast<std::size_t>(end)));
}

}  // namespace

std::string_view name(AuthResult result) noexcept {
    switch (result) {
        case AuthResult::none: return "none";
        case AuthResult::pass: return "pass";
        case AuthResult::fail: return "fail";
        case AuthResult::softfail: return "softfail";
        case AuthResult::neutral: return "neutral";
        case AuthResult::policy: return "policy";
        case AuthResult::temperror: return "temperror";
        case AuthResult::permerror: return "permerror";
    }
    __builtin_unreachable();
}

Authentication authentication_in(const Header& header) {
    constexpr std::size_t name_limit = 128;
    Authentication found;
    std::string trusted;
    bool is_first = true;
    for (const std::string_view value : header.values("authentication-results")) {
        const std::vector<std::string> clauses = clauses_of(without_comments(value));
        std::string server = server_in(clauses);
        if (!is_first && server != trusted) continue;
        if (std::exchange(is_first, false)) trusted = std::move(server);
        for (std::size_t at = 1; at < clauses.size(); ++at) {
            const auto [method, result] = method_and_result(clauses[at]);
            if (method == "spf") note_best(found.spf, auth_result_of(result));
            if (method == "dkim") note_best(found.dkim, auth_result_of(result));
            if (method == "dmarc") note_best(found.dmarc, auth_result_of(result));
        }
    }
    found.server = printable(trusted, name_limit);
    return found;
}

}  // namespace mxfleet
