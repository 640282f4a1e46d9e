#include "config/rules.hpp"

#include <algorithm>

#include "config/address_text.hpp"
#include "config/config_error.hpp"
#include "config/domain_name.hpp"
#include "config/suggestion.hpp"
#include "probes/model/ascii.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

using Text = std::expected<std::string, std::string>;

std::string as_it_is(const std::string& text) {
    return text;
}

template <class T>
std::string its_text(const T& value) {
    return std::string(value.text());
}

Text read_line(std::string_view text) {
    constexpr std::size_t limit = 128;
    if (text.empty()) return std::unexpected(std::string("it is empty"));
    if (text.size() > limit) return wrong(text, "is longer than 128 bytes");
    if (printable(text, limit) != text) return wrong(text, "has control or invisible characters in it");
    return std::string(text);
}

Text read_identifier(std::string_view text) {
    constexpr std::size_t limit = 64;
    const auto allowed = [](char c) { return is_word_character(c) || c == '-' || c == '.'; };
    if (text.empty()) return std::unexpected(std::string("it is empty"));
    if (text.size() > limit) return wrong(text, "is longer than 64 bytes");
    if (!std::ranges::all_of(text, allowed)) {
        return wrong(text, "has a character that is no letter, digit, hyphen, dot or underscore");
    }
    return std::string(text);
}

Text read_environment_variable(std::string_view text) {
    const bool is_name = !text.empty() && !is_digit(text.front()) && std::ranges::all_of(text, is_word_character);
    if (!is_name || text.size() > 128) return wrong(text, "is no name of an environment variable");
    return std::string(text);
}

template <bool v6>
std::expected<IpAddress, std::string> read_ip(std::string_view text) {
    const auto ip = IpAddress::parse(text);
    if (ip && ip->is_v6 == v6) return *ip;
    return wrong(text, v6 ? "is no IPv6 address; write for example \"2001:db8::1\""
                          : "is no IPv4 address; write for example \"192.0.2.1\"");
}

std::expected<FindingCode, std::string> read_finding_code(std::string_view text) {
    if (const auto code = FindingCode::find(text)) return *code;
    std::vector<std::string_view> codes;
    codes.reserve(finding_table.size());
    for (const FindingRow& row : finding_table) {
        codes.push_back(row.code);
    }
    const std::string nearest = did_you_mean(text, codes);
    return wrong(text, "is no finding code" + (nearest.empty() ? "; `mxfleet explain` lists them" : nearest));
}

constexpr std::string_view service_prefix = "service:";

std::expected<FlowRoute, std::string> read_flow_route(std::string_view text) {
    if (text == "each_endpoint") return FlowRoute{FlowRoute::Kind::each_endpoint, {}};
    if (text == "mx") return FlowRoute{FlowRoute::Kind::mx, {}};
    if (!text.starts_with(service_prefix))
        return wrong(text, R"(is no way to hand mail over; write "each_endpoint", "mx" or "service:NAME")");
    auto service = read_identifier(text.substr(service_prefix.size()));
    if (!service) return std::unexpected("the service's name: " + service.error());
    return FlowRoute{FlowRoute::Kind::service, *std::move(service)};
}

std::string write_flow_route(const FlowRoute& route) {
    switch (route.kind) {
        case FlowRoute::Kind::each_endpoint: return "each_endpoint";
        case FlowRoute::Kind::mx: return "mx";
        case FlowRoute::Kind::service: return std::string(service_prefix) + route.service;
    }
    __builtin_unreachable();
}

/// The number at the end of a pod's name, as `mxfleet-3` has it.
std::optional<std::uint32_t> ordinal_of(std::string_view host_name) {
    const auto pod = host_name.substr(0, host_name.find('.'));
    const auto dash = pod.rfind('-');
    return dash == pod.npos ? std::nullopt : whole_number<std::uint32_t>(pod.substr(dash + 1));
}

using LogLevelRow = std::pair<std::string_view, LogLevel>;
constexpr auto log_levels = std::to_array<LogLevelRow>({
    {"trace", LogLevel::trace},
    {"debug", LogLevel::debug},
    {"info", LogLevel::info},
    {"warning", LogLevel::warning},
    {"error", LogLevel::error},
});

using LogFormatRow = std::pair<std::string_view, LogFormat>;
constexpr auto log_formats = std::to_array<LogFormatRow>({{"logfmt", LogFormat::logfmt}, {"json", LogFormat::json}});

using TrustAdRow = std::pair<std::string_view, TrustAd>;
constexpr auto trust_ads = std::to_array<TrustAdRow>(
    {{"loopback", TrustAd::loopback}, {"always", TrustAd::always}, {"never", TrustAd::never}});

using UseIpv6Row = std::pair<std::string_view, UseIpv6>;
constexpr auto use_ipv6s =
    std::to_array<UseIpv6Row>({{"auto", UseIpv6::automatic}, {"true", UseIpv6::yes}, {"false", UseIpv6::no}});

using ExpectRow = std::pair<std::string_view, Expect>;
constexpr auto expects = std::to_array<ExpectRow>({{"mail", Expect::mail}, {"null", Expect::null}});

using ServiceKindWord = std::pair<std::string_view, ServiceKind>;
constexpr auto service_kinds = [] {
    std::array<ServiceKindWord, service_kind_table.size()> words;
    std::ranges::transform(service_kind_table, words.begin(),
                           [](const auto& row) { return ServiceKindWord{row.name, row.kind}; });
    return words;
}();

}  // namespace

namespace as {

constinit const Format<std::string> line{"a line of text", read_line, as_it_is};
constinit const Format<std::string> identifier{"a name such as \"mail-eu\"", read_identifier, as_it_is};
constinit const Format<std::string> domain{"a domain such as \"example.com\"", normalise_domain, as_it_is};
constinit const Format<std::string> host{"a host name such as \"mx1.example.com\"", normalise_host, as_it_is};
constinit const Format<std::string> host_or_address{"a host name or an address such as \"mail.example.com\"",
                                                    parse_host_or_address, as_it_is};
constinit const Format<std::string> mail_address{"a mail address such as \"user@example.com\"", normalise_mail_address,
                                                 as_it_is};
constinit const Format<std::string> environment_variable{"the name of an environment variable",
                                                         read_environment_variable, as_it_is};
constinit const Format<FlowRoute> flow_route{R"("each_endpoint", "mx" or "service:NAME")", read_flow_route,
                                             write_flow_route};
constinit const Format<SocketAddress> listen_address{"an address and port such as \"127.0.0.1:9925\"",
                                                     parse_listen_address, its_text};
constinit const Format<SocketAddress> resolver{"an address such as \"192.0.2.53:53\"", parse_resolver, its_text};
constinit const Format<IpAddress> ipv4{"an IPv4 address such as \"192.0.2.1\"", read_ip<false>, its_text};
constinit const Format<IpAddress> ipv6{"an IPv6 address such as \"2001:db8::1\"", read_ip<true>, its_text};
constinit const Format<IpNetwork> network{"a network such as \"192.0.2.0/24\"", parse_network, its_text};
constinit const Format<CheckTarget> check_target{"a server such as \"mx.example.com:25\"", parse_check_target,
                                                 check_target_text};
constinit const Format<FindingCode> finding_code{"a finding code such as \"rdns.missing\"", read_finding_code,
                                                 its_text};

constinit const Choices<LogLevel> log_level{log_levels};
constinit const Choices<LogFormat> log_format{log_formats};
constinit const Choices<TrustAd> trust_ad{trust_ads};
constinit const Choices<UseIpv6> use_ipv6{use_ipv6s};
constinit const Choices<Expect> expect{expects};
constinit const Choices<ServiceKind> service_kind{service_kinds};

}  // namespace as

std::expected<ShardSettings, std::string> parse_shard(std::string_view text, std::string_view host_name) {
    constexpr std::string_view wanted = "; write \"INDEX/COUNT\" with INDEX below COUNT, or \"statefulset/COUNT\"";
    const auto slash = std::min(text.find('/'), text.size());
    const auto count = slash < text.size() ? whole_number<std::uint32_t>(text.substr(slash + 1)) : std::nullopt;
    if (!count || *count == 0 || *count > shard_limit) return wrong(text, "is no shard" + std::string(wanted));

    const bool by_host_name = text.substr(0, slash) == "statefulset";
    const auto index = by_host_name ? ordinal_of(host_name) : whole_number<std::uint32_t>(text.substr(0, slash));
    if (by_host_name && !index) {
        return wrong(text, "needs a host name that ends in a hyphen and a number, as `mxfleet-0`; this one is " +
                               shown(host_name));
    }
    if (!index) return wrong(text, "is no shard" + std::string(wanted));
    if (*index >= *count) {
        return wrong(text,
                     "has no shard " + std::to_string(*index) + ": they count from 0 to " + std::to_string(*count - 1));
    }
    return ShardSettings{*index, *count};
}

Text parse_tag_name(std::string_view name) {
    constexpr std::size_t limit = 64;
    const bool is_label = !name.empty() && !is_digit(name.front()) && std::ranges::all_of(name, is_word_character);
    if (!is_label) return wrong(name, "is no label name: letters, digits and underscores, no digit first");
    if (name.size() > limit) return wrong(name, "is longer than 64 bytes");
    if (name.starts_with("__")) return wrong(name, "begins with two underscores, which Prometheus keeps for itself");
    if (name == "domain") return wrong(name, "is a label that every such series has already");
    return std::string(name);
}

}  // namespace mxfleet
