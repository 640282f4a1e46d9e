// The services that are watched besides exchanges, and what their names say: the protocol, its port, and whether it is
// inside TLS from the first byte (RFC 8314 §3) or upgrades to it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace mxfleet {

enum class ServiceKind : std::uint8_t { submission, submissions, imap, imaps, pop3, pop3s };
enum class ServiceProtocol : std::uint8_t { smtp, imap, pop3 };

struct ServiceKindRow {
    ServiceKind kind;
    std::string_view name;
    ServiceProtocol protocol;
    std::uint16_t port;
    bool implicit_tls;
};

inline constexpr auto service_kind_table = std::to_array<ServiceKindRow>({
    {ServiceKind::submission, "submission", ServiceProtocol::smtp, 587, false},
    {ServiceKind::submissions, "submissions", ServiceProtocol::smtp, 465, true},
    {ServiceKind::imap, "imap", ServiceProtocol::imap, 143, false},
    {ServiceKind::imaps, "imaps", ServiceProtocol::imap, 993, true},
    {ServiceKind::pop3, "pop3", ServiceProtocol::pop3, 110, false},
    {ServiceKind::pop3s, "pop3s", ServiceProtocol::pop3, 995, true},
});

constexpr const ServiceKindRow& row_of(ServiceKind kind) {
    return *std::ranges::find(service_kind_table, kind, &ServiceKindRow::kind);
}

constexpr std::string_view name(ServiceKind kind) {
    return row_of(kind).name;
}

}  // namespace mxfleet
