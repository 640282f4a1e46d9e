#include "probes/wire/ehlo.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "probes/model/ascii.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

/// What middleboxes write over a keyword they do not want to be seen: `XXXXXXXA`, `XXXX`, `********`.
bool is_masked(std::string_view keyword) {
    if (keyword.size() < 4) return false;
    const std::string_view all_but_last = keyword.substr(0, keyword.size() - 1);
    const auto only = [&](char c) { return all_but_last.find_first_not_of(c) == all_but_last.npos; };
    return only('X') || only('*');
}

/// RFC 1870 §3: up to 20 digits, 0 or nothing for "no fixed limit".
void read_size(std::string_view argument, Capabilities& capabilities) {
    if (argument.empty()) return;
    const bool number = argument.size() <= 20 && argument.find_first_not_of("0123456789") == argument.npos;
    if (!number) {
        capabilities.size_invalid = true;
        return;
    }
    std::uint64_t bytes = 0;
    const auto [_, error] = std::from_chars(argument.data(), argument.data() + argument.size(), bytes);
    if (error == std::errc::result_out_of_range) bytes = std::numeric_limits<std::uint64_t>::max();
    if (bytes > 0) capabilities.size_limit = bytes;
}

bool offers_plaintext(std::string_view mechanisms) {
    const std::string padded = " " + upper_case(mechanisms) + " ";
    return padded.contains(" PLAIN ") || padded.contains(" LOGIN ");
}

const CapabilityRow* row_of(std::string_view keyword) {
    const auto row = std::ranges::find(capability_table, keyword, &CapabilityRow::keyword);
    return row == capability_table.end() || keyword.empty() ? nullptr : &*row;
}

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

void read_line(std::string_view line, Capabilities& capabilities) {
    line = without_blanks(line);
    if (line.empty()) return;
    // `AUTH=LOGIN PLAIN` is how servers older than RFC 4954 announce AUTH.
    const std::size_t end = std::min(line.find_first_of(" \t="), line.size());
    const std::string keyword = upper_case(line.substr(0, end));
    const std::string_view argument = end < line.size() ? without_blanks(line.substr(end + 1)) : std::string_view{};

    const CapabilityRow* row = row_of(keyword);
    if (row == nullptr) {
        ++capabilities.unknown;
        capabilities.masked = capabilities.masked || is_masked(keyword);
    } else {
        capabilities.offered.add(row->capability);
        if (row->capability == Capability::size) read_size(argument, capabilities);
        if (row->capability == Capability::auth && offers_plaintext(argument)) capabilities.plaintext_auth = true;
    }
    if (capabilities.keywords.size() < kept_keywords_limit) {
        capabilities.keywords.push_back(printable(keyword + std::string(line.substr(end))));
    }
}

Offer offer_of(Capabilities inside) {
    const auto inside_tls = std::make_shared<const Capabilities>(inside);
    if (!inside.plaintext_auth) return {inside_tls, inside_tls};
    inside.offered.add(Capability::auth_before_tls);
    return {std::make_shared<const Capabilities>(std::move(inside)), inside_tls};
}

}  // namespace

Capabilities read_capabilities(const SmtpReply& reply) {
    Capabilities capabilities;
    for (std::size_t line = 1; line < reply.lines.size(); ++line)
        read_line(reply.lines[line], capabilities);
    std::ranges::sort(capabilities.keywords);
    return capabilities;
}

Offer OfferReader::read(const SmtpReply& reply) {
    lines_.clear();
    for (std::size_t line = 1; line < reply.lines.size(); ++line)
        lines_.append(reply.lines[line]).push_back('\n');
    const auto known = known_.find(lines_);
    if (known != known_.end()) return known->second;
    const Offer offer = offer_of(read_capabilities(reply));
    if (lines_.size() > remembered_limit) return offer;
    if (known_.size() >= sweep_at_) sweep();
    known_.emplace(lines_, offer);
    return offer;
}

/// Lets go of what nobody else holds.
void OfferReader::sweep() {
    std::erase_if(known_, [](const auto& each) {
        const Offer& offer = each.second;
        const long own = offer.before_tls == offer.inside_tls ? 2 : 1;
        return offer.before_tls.use_count() == own && offer.inside_tls.use_count() == own;
    });
    sweep_at_ = std::max(sweep_least, 2 * known_.size());
}

}  // namespace mxfleet
