// mxfleet-lab: a small mail world on loopback, to try a checker of mail servers on.
//
// It has nothing of the agent's code in it, so that a wrong idea about SMTP or DNS cannot pass on both sides.
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/resource.h>

#include <algorithm>
#include <asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>

#include "tests/lab/conditions.hpp"
#include "tests/lab/config_writer.hpp"
#include "tests/lab/connection_log.hpp"
#include "tests/lab/dns_server.hpp"
#include "tests/lab/listing.hpp"
#include "tests/lab/mail_servers.hpp"
#include "tests/lab/options.hpp"
#include "tests/lab/placement.hpp"
#include "tests/lab/work_dir.hpp"
#include "tests/lab/workers.hpp"
#include "tests/lab/world.hpp"

namespace mxfleet::lab {
namespace {

constexpr int usage_error = 2;

/// As many connections as the system lets us have.
void raise_descriptor_limit() {
    constexpr rlim_t wanted = 1'000'000;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlimit more{wanted, std::max(wanted, limit.rlim_max)};
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return;  // root may
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void prepare_process() {
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);                           // OpenSSL writes to sockets by itself
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);  // the system's policy is not the lab's
}

/// Without ::1 what needs it is left out.
std::vector<Numbered> possible(std::vector<Numbered> conditions) {
    if (has_ipv6_loopback()) return conditions;
    std::fputs("mxfleet-lab: there is no ::1 on this machine; the conditions that need it are left out\n", stderr);
    std::erase_if(conditions, [](const Numbered& numbered) { return needs_ipv6(numbered.condition); });
    return conditions;
}

SessionSettings session_settings(const Options& options, ConnectionLog& log) {
    SessionSettings settings{.time_scale = options.time_scale, .log = &log};
    settings.greylist_delay = settings.scaled(settings.greylist_delay);
    settings.idle_limit = std::max(settings.idle_limit, settings.scaled(settings.idle_limit));
    return settings;
}

std::string ready_line(const Options& options, const Whereabouts& where, std::size_t conditions) {
    std::string line = fmt::format("ready dns=127.0.0.1:{} smtp={}", where.dns_port, where.smtp_port);
    if (where.fleet_port != 0) line += fmt::format(" fleet={}", where.fleet_port);
    line += fmt::format(" conditions={} ca={}", conditions, where.root_certificate.string());
    if (!options.config_out.empty()) line += fmt::format(" config={}", options.config_out.string());
    return line + "\n";
}

/// Serves until a signal. What connections refer to stands before the workers, what listens after them.
void run_lab(const Options& options, std::vector<Numbered> chosen) {
    prepare_process();
    const WorkDir work_dir(options.work_dir);
    std::optional<ConnectionLog> log(std::in_place);
    if (!options.connection_log.empty()) log.emplace(options.connection_log);
    const SessionSettings settings = session_settings(options, *log);
    World world(possible(std::move(chosen)), options);
    Workers workers(options.threads);
    DnsServer dns(workers.first().context, world.zone(), options.dns_port);
    MailServers mail(world, workers, settings);
    mail.listen(options.smtp_port, options.fleet_port);

    const Whereabouts where{dns.port(), mail.port(), mail.fleet_port(), work_dir.path() / "root.pem"};
    write_atomically(where.root_certificate, world.root_pem());
    if (!options.config_out.empty()) write_config(options, world.conditions(), where);

    asio::signal_set signals(workers.first().context, SIGTERM, SIGINT);
    signals.async_wait([&workers](const asio::error_code& error, int) {
        if (!error) workers.stop();
    });
    dns.start();
    mail.start();
    std::fputs(ready_line(options, where, world.conditions().size()).c_str(), stdout);
    std::fflush(stdout);
    workers.run();
}

int run(const Options& options) {
    auto conditions = chosen_conditions(options.only);
    if (!conditions) {
        fmt::print(stderr, "mxfleet-lab: {}; --list shows all\n", conditions.error());
        return usage_error;
    }
    if (options.list) {
        const std::string text =
            options.json ? conditions_json(*conditions, options.many_domains) : conditions_table(*conditions);
        std::fputs(text.c_str(), stdout);
        return 0;
    }
    run_lab(options, *std::move(conditions));
    return 0;
}

}  // namespace
}  // namespace mxfleet::lab

int main(int argc, char** argv) {
    try {
        const auto parsed = mxfleet::lab::parse_command_line(argc, argv);
        if (const int* const code = std::get_if<int>(&parsed)) return *code;
        return mxfleet::lab::run(std::get<mxfleet::lab::Options>(parsed));
    } catch (const std::exception& error) {
        fmt::print(stderr, "mxfleet-lab: {}\n", error.what());
        return 1;
    }
}
