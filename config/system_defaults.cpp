#include "config/system_defaults.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "config/domain_name.hpp"
#include "config/files.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t system_file_limit = 1'000'000;
constexpr std::size_t used_resolvers = 3;  // MAXNS of resolv.conf(5)
constexpr std::uint16_t dns_port = 53;

/// Special-use and customary private top-level domains (RFC 6761, 6762, 8375), Kubernetes' cluster.local among them.
constexpr auto private_tlds = std::to_array<std::string_view>(
    {"local", "localdomain", "localhost", "internal", "lan", "home", "corp", "arpa", "invalid", "test", "example"});

/// Cuts the first line from `text`.
std::string_view cut_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

/// The words of a line up to a comment.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    line = line.substr(0, line.find_first_of("#;\r"));
    while (true) {
        const auto start = std::ranges::find_if_not(line, is_blank);
        line.remove_prefix(static_cast<std::size_t>(start - line.begin()));
        if (line.empty()) return words;
        const auto end = std::ranges::find_if(line, is_blank);
        words.push_back(line.substr(0, static_cast<std::size_t>(end - line.begin())));
        line.remove_prefix(words.back().size());
    }
}

/// `name` normalised if it may serve as our EHLO name, else empty.
std::string usable_fqdn(std::string_view name) {
    const auto normal = normalise_domain(name);
    if (!normal) return {};
    const auto tld = normal->substr(normal->rfind('.') + 1);
    return std::ranges::find(private_tlds, tld) == private_tlds.end() ? *normal : "";
}

std::string kernel_host_name() {
    std::array<char, 256> buffer{};
    if (::gethostname(buffer.data(), buffer.size() - 1) != 0 || buffer[0] == '\0') return "unknown";
    return buffer.data();
}

}  // namespace

SystemDefaults read_system_defaults() {
    SystemDefaults system;
    system.host_name = kernel_host_name();
    system.fqdn = fqdn_of(system.host_name, read_file("/etc/hosts", system_file_limit).value_or(""));
    system.resolvers = resolvers_of(read_file("/etc/resolv.conf", system_file_limit).value_or(""));
    return system;
}

void fill_in(Settings& settings, const SystemDefaults& system) {
    if (settings.agent.vantage.empty()) settings.agent.vantage = system.host_name;
    if (settings.agent.ehlo.empty()) settings.agent.ehlo = system.fqdn;
    if (settings.dns.resolvers.empty()) settings.dns.resolvers = system.resolvers;
}

std::vector<SocketAddress> resolvers_of(std::string_view resolv_conf) {
    std::vector<SocketAddress> resolvers;
    while (!resolv_conf.empty() && resolvers.size() < used_resolvers) {
        const auto words = words_of(cut_line(resolv_conf));
        if (words.size() < 2 || words[0] != "nameserver") continue;
        const auto ip = IpAddress::parse(words[1]);
        const SocketAddress resolver{ip.value_or(IpAddress{}), dns_port};
        if (ip && std::ranges::find(resolvers, resolver) == resolvers.end()) resolvers.push_back(resolver);
    }
    return resolvers;
}

std::string fqdn_of(std::string_view host_name, std::string_view hosts) {
    if (host_name.find('.') != host_name.npos) return usable_fqdn(host_name);
    while (!hosts.empty()) {
        auto names = words_of(cut_line(hosts));
        if (names.empty()) continue;
        names.erase(names.begin());  // the address
        if (std::ranges::find(names, host_name) == names.end()) continue;
        for (const auto name : names) {
            if (auto fqdn = usable_fqdn(name); !fqdn.empty()) return fqdn;
        }
    }
    return {};
}

}  // namespace mxfleet
