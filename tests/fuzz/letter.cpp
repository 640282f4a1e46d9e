// libFuzzer: letters as they lie in a mailbox: messages, reports, and what others make of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probes/flow/letter.hpp"
#include "probes/flow/mail_date.hpp"

namespace {

using namespace mxfleet;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Whether it may be shown.
void require_shown(std::string_view text) {
    require(text.size() <= 512 && text.find('\n') == text.npos && text.find('\x1b') == text.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Header header = read_header(text);
    require(header.fields.size() <= Header::fields_limit);
    for (const HeaderField& field : header.fields)
        require(field.value.size() <= Header::value_limit && field.value.find('\n') == std::string::npos);
    require(header.body.size() <= text.size());

    const LetterFacts letter = recognise(text);
    require(letter.hops.size() <= hops_limit);
    for (const Hop& hop : letter.hops) {
        for (const std::string_view shown : {hop.from, hop.by, hop.with})
            require_shown(shown);
        require(!hop.took || hop.at);
    }
    require_shown(letter.authentication.server);
    require_shown(letter.handed_to);
    if (letter.token) require(read_token(letter.token->text()) == letter.token);
    if (letter.report) {
        require(letter.token == letter.report->token);
        for (const std::string_view shown : {letter.report->reporter, letter.report->status, letter.report->words})
            require_shown(shown);
    }
    if (const auto date = read_mail_date(text.substr(0, 200))) require(read_mail_date(mail_date(*date)) == date);
    return 0;
}
