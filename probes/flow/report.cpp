#include "probes/flow/report.hpp"

#include <algorithm>
#include <array>

#include "probes/flow/message.hpp"
#include "probes/model/ascii.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t report_words_limit = 256;

std::optional<ReportedAction> action_of(std::string_view word) {
    for (const auto action : {ReportedAction::failed, ReportedAction::delayed, ReportedAction::delivered,
                              ReportedAction::relayed, ReportedAction::expanded}) {
        if (name(action) == lower_case(word)) return action;
    }
    return std::nullopt;
}

/// `smtp; 550 no such user` without its type (RFC 3464 §2.1.2).
std::string typed_text(std::string_view value) {
    const auto semicolon = value.find(';');
    const std::string_view text = semicolon == value.npos ? value : value.substr(semicolon + 1);
    return printable(trimmed(text), report_words_limit);
}

/// The fields of the message, and behind an empty line those of each recipient.
void read_delivery_status(std::string_view text, DeliveryReport& report, bool& is_told) {
    const Header of_message = read_header(text);
    report.reporter = typed_text(of_message.value("reporting-mta"));
    report.token = find_token(of_message.value("original-envelope-id"));
    const Header of_recipient = read_header(of_message.body);
    const auto action = action_of(trimmed(without_comments(of_recipient.value("action"))));
    if (!action) return;
    is_told = true;
    report.action = *action;
    report.status = printable(of_recipient.value("status"), report_words_limit);
    report.words = typed_text(of_recipient.value("diagnostic-code"));
}

bool returns_message(const std::string& type) {
    static constexpr auto types = std::to_array<std::string_view>(
        {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"});
    return std::ranges::find(types, type) != types.end();
}

std::optional<Token> token_of_returned(std::string_view text) {
    return find_token(read_header(text).value(lower_case(token_field)));
}

std::optional<DeliveryReport> report_in_parts(const Header& header, std::string_view boundary) {
    DeliveryReport report;
    bool is_told = false;
    std::optional<Token> returned;
    for (const std::string_view part : parts_of(header.body, boundary)) {
        const Header of_part = read_header(part);
        const std::string type = read_content_type(of_part.value("content-type")).type;
        if (type == "message/delivery-status" || type == "message/global-delivery-status")
            read_delivery_status(of_part.body, report, is_told);
        if (returns_message(type)) returned = token_of_returned(of_part.body);
    }
    if (!is_told) return std::nullopt;
    if (!report.token) report.token = returned;
    return report;
}

/// Bounces of an older kind quote the header of what they return, at the margin or not far from it.
std::optional<DeliveryReport> old_bounce(const Header& header) {
    const bool is_from_nobody = header.value("return-path") == "<>" ||
                                lower_case(header.value("from")).find("mailer-daemon") != std::string::npos;
    const auto quoted = header.body.find(token_field);
    if (!is_from_nobody || quoted == header.body.npos) return std::nullopt;
    DeliveryReport report;
    report.token = find_token(header.body.substr(quoted, Header::value_limit));
    report.words = printable(header.value("subject"), report_words_limit);
    return report.token ? std::optional(std::move(report)) : std::nullopt;
}

}  // namespace

std::string_view name(ReportedAction action) noexcept {
    switch (action) {
        case ReportedAction::failed: return "failed";
        case ReportedAction::delayed: return "delayed";
        case ReportedAction::delivered: return "delivered";
        case ReportedAction::relayed: return "relayed";
        case ReportedAction::expanded: return "expanded";
    }
    __builtin_unreachable();
}

std::optional<DeliveryReport> report_in(const Header& header) {
    const ContentType content = read_content_type(header.value("content-type"));
    if (content.type == "multipart/report") {
        const auto boundary = content.parameters.find("boundary");
        if (boundary != content.parameters.end()) return report_in_parts(header, boundary->second);
    }
    return old_bounce(header);
}

}  // namespace mxfleet
