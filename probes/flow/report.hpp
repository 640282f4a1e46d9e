// Reports on what became of a message (RFC 3464), and bounces of an older kind that only carry it back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/flow/header.hpp"
#include "probes/flow/token.hpp"

namespace mxfleet {

/// `relayed` and `expanded`: it went on to where no report comes from.
enum class ReportedAction : std::uint8_t { failed, delayed, delivered, relayed, expanded };
std::string_view name(ReportedAction action) noexcept;

/// Texts are printable and cut.
struct DeliveryReport {
    ReportedAction action = ReportedAction::failed;
    std::string reporter;  ///< the host that says so
    std::string status;    ///< `5.1.1`
    std::string words;     ///< the diagnostic code
    std::optional<Token> token;
};

/// Empty: the letter is no report. Of several recipients the first counts; we write to one.
std::optional<DeliveryReport> report_in(const Header& header);

}  // namespace mxfleet
