// The address forms by which a server is asked to relay, as data (CHECKS §10). Nothing here talks to anybody.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mxfleet {

/// What an accepted recipient proves. A weak form may also be a strange but local address.
enum class FormWeight : std::uint8_t { strong, weak, control };

/// One transaction: MAIL FROM and RCPT TO with placeholders, as they stand on the line, angle brackets included.
struct RelayForm {
    std::string_view id;
    std::string_view mail_from;
    std::string_view rcpt_to;
    std::uint8_t tier;  ///< 1: each run; 2: one a day in turn; 0: a control
    FormWeight weight;
};

// Placeholders: {S}@{SD} our sender, {R}@{RD} the configured recipient, {M} a domain behind the exchange, {H} the host
// name of the greeting, {I} the address literal of the target, {X} a random local part.
inline constexpr auto relay_forms = std::to_array<RelayForm>({
    {"C1", "<{S}@{SD}>", "<postmaster@{M}>", 0, FormWeight::control},
    {"C2", "<{S}@{SD}>", "<{X}@{M}>", 0, FormWeight::control},
    {"C3", "<{S}@{I}>", "<{X}%{RD}@{H}>", 0, FormWeight::control},
    {"R01", "<{S}@{SD}>", "<{R}@{RD}>", 1, FormWeight::strong},
    {"R02", "<>", "<{R}@{RD}>", 1, FormWeight::strong},
    {"R03", "<{S}@{M}>", "<{R}@{RD}>", 1, FormWeight::strong},
    {"R04", "<{S}@{H}>", "<{R}@{RD}>", 2, FormWeight::strong},
    {"R05", "<{S}@{I}>", "<{R}@{RD}>", 2, FormWeight::strong},
    {"R06", "<{S}@localhost>", "<{R}@{RD}>", 2, FormWeight::strong},
    {"R07", "<{S}>", "<{R}@{RD}>", 2, FormWeight::strong},
    {"R08", "<{S}@{I}>", "<{R}%{RD}@{I}>", 2, FormWeight::weak},
    {"R09", "<{S}@{I}>", "<{R}%{RD}@{H}>", 2, FormWeight::weak},
    {"R10", "<{S}@{SD}>", "<{R}%{RD}@{M}>", 2, FormWeight::weak},
    {"R11", "<{S}@{I}>", "<\"{R}@{RD}\">", 2, FormWeight::weak},
    {"R12", "<{S}@{I}>", "<\"{R}%{RD}\">", 2, FormWeight::weak},
    {"R13", "<{S}@{I}>", "<{R}@{RD}@{I}>", 2, FormWeight::weak},
    {"R14", "<{S}@{I}>", "<\"{R}@{RD}\"@{I}>", 2, FormWeight::weak},
    {"R15", "<{S}@{I}>", "<{R}@{RD}@{H}>", 2, FormWeight::weak},
    {"R16", "<{S}@{SD}>", "<\"{R}@{RD}\"@{M}>", 2, FormWeight::weak},
    {"R17", "<{S}@{I}>", "<@{I}:{R}@{RD}>", 2, FormWeight::strong},
    {"R18", "<{S}@{I}>", "<@{H}:{R}@{RD}>", 2, FormWeight::strong},
    {"R19", "<{S}@{SD}>", "<@{M}:{R}@{RD}>", 2, FormWeight::strong},
    {"R20", "<{S}@{I}>", "<{RD}!{R}>", 2, FormWeight::weak},
    {"R21", "<{S}@{I}>", "<{RD}!{R}@{I}>", 2, FormWeight::weak},
    {"R22", "<{S}@{I}>", "<{RD}!{R}@{H}>", 2, FormWeight::weak},
    {"R23", "<{S}@{SD}>", "<{RD}!{R}@{M}>", 2, FormWeight::weak},
    {"R24", "<{S}@{SD}>", "{R}@{RD}", 2, FormWeight::strong},
    {"R25", "<{H}!{S}>", "<{R}@{RD}>", 2, FormWeight::strong},
    {"R26", "<{S}@{SD}>", "<{R}%{RD}@localhost>", 2, FormWeight::weak},
});

/// What the placeholders stand for in one run. All parts come from the configuration but `greeting_host`, which a
/// server said and which is used only if it is a plain host name.
struct RelayNames {
    std::string sender_local, sender_domain;
    std::string recipient_local, recipient_domain;
    std::string monitored_domain;
    std::string greeting_host;
    std::string literal;
    std::string random_local;
};

/// `pattern` with its placeholders filled in.
std::string expand(std::string_view pattern, const RelayNames& names);

}  // namespace mxfleet
