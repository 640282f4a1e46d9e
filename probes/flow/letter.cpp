#include "probes/flow/letter.hpp"

#include "probes/flow/message.hpp"
#include "probes/model/ascii.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

/// `TOKEN; ip=192.0.2.1`
void read_token_field(std::string_view value, LetterFacts& letter) {
    constexpr std::size_t address_limit = 64;
    constexpr std::string_view key = "ip=";
    const auto clauses = clauses_of(value);
    letter.token = read_token(clauses.front());
    if (letter.token && clauses.size() > 1 && clauses[1].starts_with(key))
        letter.handed_to = printable(clauses[1].substr(key.size()), address_limit);
}

}  // namespace

LetterFacts recognise(std::string_view text) {
    const Header header = read_header(text);
    LetterFacts letter;
    letter.report = report_in(header);
    if (letter.report) {
        letter.token = letter.report->token;
        return letter;
    }
    read_token_field(header.value(lower_case(token_field)), letter);
    if (!letter.token) return letter;
    letter.hops = hops_in(header, letter.token->at);
    letter.authentication = authentication_in(header);
    return letter;
}

}  // namespace mxfleet
