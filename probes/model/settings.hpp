// What an operator can set about probing: one plain struct per prober, each value beside its default
// (INTERFACE §3). config/ fills them; nothing here validates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/model/ip.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// A resolver or listener: an address and a port.
struct SocketAddress {
    IpAddress ip;
    std::uint16_t port = 0;

    /// `192.0.2.1:53`, `[2001:db8::1]:53`.
    std::string text() const { return (ip.is_v6 ? "[" + ip.text() + "]" : ip.text()) + ":" + std::to_string(port); }
    bool operator==(const SocketAddress&) const = default;
};

enum class TrustAd : std::uint8_t { loopback, always, never };

struct DnsSettings {
    std::vector<SocketAddress>
        resolvers;  ///< in order of preference; never empty once loaded, unless the system names none
    std::vector<SocketAddress> compare;
    Duration timeout = std::chrono::seconds{5};  ///< for one try at one resolver
    unsigned tries = 2;                          ///< rounds over all resolvers
    TrustAd trust_ad = TrustAd::loopback;

    bool operator==(const DnsSettings&) const = default;
};

enum class UseIpv6 : std::uint8_t { automatic, yes, no };

struct SmtpSettings {
    std::uint16_t port = 25;
    std::optional<IpAddress> source_ipv4;
    std::optional<IpAddress> source_ipv6;
    bool ipv4 = true;
    UseIpv6 ipv6 = UseIpv6::automatic;
    Duration connect_timeout = std::chrono::seconds{10};
    Duration banner_timeout = std::chrono::seconds{120};
    Duration banner_slow = std::chrono::seconds{10};
    Duration command_timeout = std::chrono::seconds{30};
    Duration tls_timeout = std::chrono::seconds{20};
    Duration session_timeout = std::chrono::seconds{180};
    std::uint32_t max_endpoints_per_domain = 64;
    std::uint32_t max_endpoints = 200'000;

    bool operator==(const SmtpSettings&) const = default;
};

struct TlsSettings {
    std::string ca_file;  ///< empty, with ca_directory: the system store
    std::string ca_directory;
    Duration expiry_warning = std::chrono::days{21};
    Duration expiry_critical = std::chrono::days{7};

    bool operator==(const TlsSettings&) const = default;
};

struct TargetSettings {
    std::vector<IpNetwork> allow_networks;  ///< private or reserved networks that may be probed all the same
    std::vector<IpNetwork> deny_networks;   ///< never connected to

    bool operator==(const TargetSettings&) const = default;
};

struct RelaySettings {
    bool enabled = true;
    std::string sender;     ///< empty: mxfleet-probe@<agent.ehlo>
    std::string recipient;  ///< empty: the relay check says not_tested
    bool extended_forms = true;
    bool confirm = false;
    std::string confirm_mailbox;

    bool operator==(const RelaySettings&) const = default;
};

struct PolicySettings {
    bool enabled = true;

    bool operator==(const PolicySettings&) const = default;
};

struct DnsblSettings {
    std::vector<std::string> zones;

    bool operator==(const DnsblSettings&) const = default;
};

}  // namespace mxfleet
