// Everything a configuration file can say, as plain structs with their defaults (INTERFACE §3). What concerns one
// prober stands with the probers, in probes/model/settings.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config_error.hpp"
#include "probes/model/finding.hpp"
#include "probes/model/service_kind.hpp"
#include "probes/model/settings.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

struct AgentSettings {
    std::string vantage;          ///< never empty once loaded
    std::string ehlo;             ///< a host name, or empty: the address literal of the connection is used
    std::string state_directory;  ///< empty: nothing is written
    unsigned threads = 0;         ///< 0: one per core

    bool operator==(const AgentSettings&) const = default;
};

struct WebSettings {
    std::vector<SocketAddress> listen = {{IpAddress::v4({127, 0, 0, 1}), 9925}};
    std::string config_file;
    bool allow_check = false;

    bool operator==(const WebSettings&) const = default;
};

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error };
enum class LogFormat : std::uint8_t { logfmt, json };

struct LogSettings {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::logfmt;

    bool operator==(const LogSettings&) const = default;
};

/// This agent's part of the exchanges: `index` of `count`.
struct ShardSettings {
    std::uint32_t index = 0;
    std::uint32_t count = 1;

    bool operator==(const ShardSettings&) const = default;
};

struct ScheduleSettings {
    Duration interval = std::chrono::minutes{5};
    Duration retry_interval = std::chrono::seconds{30};
    unsigned failures_to_confirm = 3;
    Duration dns_interval = std::chrono::minutes{5};
    Duration dns_stale_max = std::chrono::hours{24};
    Duration relay_interval = std::chrono::hours{24};
    Duration policy_interval = std::chrono::hours{24};
    Duration deep_interval = std::chrono::hours{24};
    std::uint32_t concurrency = 10'000;
    std::uint32_t handshakes = 500;
    Duration per_ip_gap = std::chrono::seconds{10};
    std::uint32_t per_network_concurrency = 4;
    ShardSettings shard;

    bool operator==(const ScheduleSettings&) const = default;
};

struct ExportSettings {
    bool endpoint_histograms = false;

    bool operator==(const ExportSettings&) const = default;
};

struct AlertSettings {
    std::string job = "mxfleet";
    Duration slow_connect = std::chrono::seconds{2};
    Duration slow_banner = std::chrono::seconds{15};

    bool operator==(const AlertSettings&) const = default;
};

/// A host and a port known to be up; what proves our own egress.
struct CheckTarget {
    std::string host;
    std::uint16_t port = 25;

    bool operator==(const CheckTarget&) const = default;
};

struct VantageSettings {
    std::vector<CheckTarget> check_targets;

    bool operator==(const VantageSettings&) const = default;
};

enum class Expect : std::uint8_t { unset, mail, null };

/// What an operator says about a domain besides its name. Shared by all lines of a domain file.
struct DomainPolicy {
    Expect expect = Expect::unset;
    std::vector<std::string> mx;      ///< exchanges it should have, normalised and sorted; empty: any
    std::vector<FindingCode> ignore;  ///< not raised for it
    std::map<std::string, std::string> tags;
    std::optional<Duration> interval;
    std::optional<bool> relay;
    std::optional<bool> policy;
    std::optional<std::uint16_t> port;

    bool operator==(const DomainPolicy&) const = default;
};

struct Domain {
    std::string name;  ///< lower-case A-label, no trailing dot
    std::shared_ptr<const DomainPolicy> policy;
};

struct ServiceSettings {
    std::string name;
    ServiceKind kind = ServiceKind::submission;
    std::string host;
    std::optional<std::uint16_t> port = std::nullopt;  ///< empty: the kind's own
    std::string credentials;                           ///< a name in `credentials`, or empty

    bool operator==(const ServiceSettings&) const = default;
};

/// Where a flow hands its mail over.
struct FlowRoute {
    enum class Kind : std::uint8_t { each_endpoint, mx, service };

    Kind kind = Kind::mx;
    std::string service;  ///< its name, with Kind::service

    bool operator==(const FlowRoute&) const = default;
};

struct FlowSettings {
    std::string name;
    std::string from;
    std::string to;
    FlowRoute via;
    std::string mailbox;  ///< a service's name
    Duration interval = std::chrono::minutes{15};
    Duration late = std::chrono::minutes{5};
    Duration lost = std::chrono::hours{1};

    bool operator==(const FlowSettings&) const = default;
};

/// Where a secret comes from; never the secret itself.
struct Credentials {
    std::string username;
    std::string password_file;
    std::string password_env;

    bool operator==(const Credentials&) const = default;
};

struct Settings {
    AgentSettings agent;
    WebSettings web;
    LogSettings log;
    ScheduleSettings schedule;
    DnsSettings dns;
    SmtpSettings smtp;
    TlsSettings tls;
    TargetSettings targets;
    RelaySettings relay;
    PolicySettings policy;
    DnsblSettings dnsbl;
    ExportSettings exporting;  ///< `[export]`, a keyword of C++
    AlertSettings alerts;
    VantageSettings vantage;
    std::vector<ServiceSettings> services;
    std::vector<FlowSettings> flows;
    std::map<std::string, Credentials> credentials;

    bool operator==(const Settings&) const = default;
};

/// A domain file, watched for change while the agent runs. Its policy holds for all its lines.
struct DomainFile {
    std::string path;  ///< absolute, or relative to the working directory
    std::shared_ptr<const DomainPolicy> policy;
};

/// What stands in a configuration file. The domain files are only named: they may be large, and are read apart
/// (config/domain_list.hpp).
struct Config {
    std::string file;  ///< its name as it was given, for messages
    Settings settings;
    std::vector<Domain> domains;                 ///< those of `[[domain]]`, no name twice
    std::vector<FilePosition> domain_positions;  ///< where each of them stands
    std::vector<DomainFile> domain_files;
};

}  // namespace mxfleet
