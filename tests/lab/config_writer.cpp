#include "tests/lab/config_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>

#include "tests/lab/placement.hpp"

namespace mxfleet::lab {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// A TOML basic string.
std::string toml_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + "\"";
}

std::string duration(milliseconds value) {
    return fmt::format("\"{}ms\"", std::max<milliseconds::rep>(value.count(), 1));
}

milliseconds scaled(milliseconds value, double scale) {
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(value.count()) * scale));
}

/// Long enough for what is slow in the lab, short enough that a visit to all of it takes seconds.
std::string timeouts(double scale) {
    std::string text;
    const auto add = [&](const char* key, milliseconds value) {
        text += fmt::format("{} = {}\n", key, duration(scaled(value, scale)));
    };
    add("connect_timeout", 2s);
    add("banner_timeout", 4s);
    add("banner_slow", 1500ms);
    add("command_timeout", 3s);
    add("tls_timeout", 3s);
    add("session_timeout", 20s);
    return text;
}

/// Each endpoint has its time of day for rarer handshakes: seldom enough that none comes up in the midst of a test.
std::string schedule(const Options& options) {
    return fmt::format(
        "[schedule]\n"
        "interval = {}\n"
        "retry_interval = {}\n"
        "failures_to_confirm = 3\n"
        "relay_interval = \"24h\"\n"
        "policy_interval = \"24h\"\n"
        "deep_interval = \"90d\"\n"
        "per_ip_gap = {}\n\n",
        duration(options.interval), duration(std::min<milliseconds>(options.interval, 2s)),
        duration(scaled(200ms, options.time_scale)));
}

bool wants_ipv6(const std::vector<Numbered>& conditions) {
    for (const Numbered& numbered : conditions) {
        if (needs_ipv6(numbered.condition)) return true;
    }
    return false;
}

bool has_listed(const std::vector<Numbered>& conditions) {
    return std::ranges::any_of(conditions, [](const Numbered& numbered) {
        return std::ranges::any_of(numbered.condition.hosts, &Host::is_listed);
    });
}

std::string settings(const Options& options, const std::vector<Numbered>& conditions, const Whereabouts& where) {
    const bool ipv6 = wants_ipv6(conditions);
    std::string text = "# Written by mxfleet-lab for the lab as it runs now.\n\n";
    text += fmt::format("[agent]\nvantage = \"lab\"\nehlo = \"{}\"\n\n", well_known::client_name);
    text += schedule(options);
    const auto dns_timeout = std::clamp<milliseconds>(scaled(1s, options.time_scale), 10ms, 60s);
    text += fmt::format("[dns]\nresolvers = [\"127.0.0.1:{}\"]\ntimeout = {}\ntries = 2\n\n", where.dns_port,
                        duration(dns_timeout));
    text += fmt::format("[smtp]\nport = {}\nipv6 = {}\n{}\n", where.smtp_port, ipv6, timeouts(options.time_scale));
    text += fmt::format("[tls]\nca_file = {}\n\n", toml_string(where.root_certificate.string()));
    text += fmt::format("[targets]\nallow_networks = [\"127.0.0.0/8\"{}]\n\n", ipv6 ? ", \"::1/128\"" : "");
    text += fmt::format("[relay]\nrecipient = \"{}\"\n\n", well_known::relay_recipient);
    if (has_listed(conditions)) {
        text += fmt::format("[dnsbl]\nzones = [\"{}\", \"{}\"]\n\n", well_known::block_list, well_known::parked_list);
    }
    text +=
        fmt::format("[vantage]\ncheck_targets = [\"{}:{}\"]\n\n", well_known::check_target_address, where.smtp_port);
    return text;
}

std::string domain_tables(const Condition& condition, unsigned many) {
    std::string text;
    for (const std::string& domain : domains_of(condition, many)) {
        text += fmt::format("[[domain]]  # {}\nname = \"{}\"\n", condition.sick, domain);
        if (!condition.expect_setting.empty()) text += fmt::format("expect = \"{}\"\n", condition.expect_setting);
        for (const std::string& listed : condition.listed_mx) {
            text += fmt::format("mx = [\"{}\"]\n", absolute_name(listed, condition.domain));
        }
        text += fmt::format("tags = {{ condition = \"{}\" }}\n\n", condition.name);
    }
    return text;
}

std::string fleet_domains(FleetSize size) {
    std::string text;
    for (std::size_t i = 0; i < size.plain; ++i) {
        text += domain_of(Member{false, i}) + "\n";
    }
    for (std::size_t i = 0; i < size.tls; ++i) {
        text += domain_of(Member{true, i}) + "\n";
    }
    return text;
}

std::system_error failed(const std::filesystem::path& file) {
    return {errno, std::generic_category(), file.string()};
}

}  // namespace

void write_atomically(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::path draft = file;
    draft += fmt::format(".{}", ::getpid());
    std::ofstream stream(draft, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) throw failed(draft);
    std::filesystem::rename(draft, file);
}

void write_config(const Options& options, const std::vector<Numbered>& conditions, const Whereabouts& where) {
    std::string text = settings(options, conditions, where);
    for (const Numbered& numbered : conditions) {
        text += domain_tables(numbered.condition, options.many_domains);
    }
    if (!options.fleet.is_empty()) {
        std::filesystem::path list = options.config_out;
        list += ".fleet.txt";
        write_atomically(list, fleet_domains(options.fleet));
        text += fmt::format("[[domain_file]]\npath = {}\nport = {}\nrelay = false\npolicy = false\n",
                            toml_string(list.filename().string()), where.fleet_port);
    }
    write_atomically(options.config_out, text);
}

}  // namespace mxfleet::lab
