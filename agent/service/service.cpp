#include "agent/service/service.hpp"

#include <sys/resource.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <expected>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>

#include "agent/fleet/agent.hpp"
#include "agent/service/routes.hpp"
#include "agent/service/systemd.hpp"
#include "agent/service/telemetry.hpp"
#include "agent/service/web_terms.hpp"
#include "agent/show/log.hpp"
#include "agent/state/store.hpp"
#include "agent/version.hpp"
#include "agent/web/server.hpp"
#include "config/domain_list.hpp"
#include "config/load.hpp"
#include "config/write.hpp"
#include "probes/io/clocks.hpp"
#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

using std::chrono::steady_clock;

constexpr Duration sessions_grace = std::chrono::milliseconds{1000};
constexpr Duration file_watch_interval = std::chrono::seconds{5};
constexpr Duration stuck_after =
    std::chrono::seconds{10};  ///< a thread that does not answer for so long feeds no watchdog
constexpr Duration alive_check = std::chrono::seconds{1};

/// As many descriptors as we may have: each session is one.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) log(LogLevel::warning, "the descriptor limit could not be raised");
}

std::vector<std::string> texts_of(const ConfigErrors& errors) {
    std::vector<std::string> texts;
    for (const ConfigError& error : errors)
        texts.push_back(error.text());
    return texts;
}

void override_with(Settings& settings, const ServiceOptions& options) {
    if (!options.listen.empty()) settings.web.listen = options.listen;
    if (!options.web_config_file.empty()) settings.web.config_file = options.web_config_file;
    if (options.log_level) settings.log.level = *options.log_level;
    if (options.log_format) settings.log.format = *options.log_format;
}

using Times = std::map<std::string, std::filesystem::file_time_type>;

Times modification_times(const Config& config) {
    Times times;
    for (const DomainFile& file : config.domain_files) {
        std::error_code error;
        times[file.path] = std::filesystem::last_write_time(file.path, error);
    }
    return times;
}

/// A configuration with everything that must be read besides, ready to be gone by.
struct Loaded {
    Config config;
    TrustStore trust;
    std::unique_ptr<StateStore> state;  ///< null where no directory is configured
    WebTerms web;
};

using LoadResult = std::expected<Loaded, std::vector<std::string>>;

LoadResult load(const ServiceOptions& options) {
    auto config = load_config(options.config_file);
    if (!config) return std::unexpected(texts_of(config.error()));
    override_with(config->settings, options);
    auto trust = load_trust_store(config->settings.tls);
    if (!trust) return std::unexpected(std::vector{trust.error()});
    auto web = load_web_terms(config->settings.web.config_file);
    if (!web) return std::unexpected(std::move(web.error()));
    return Loaded{std::move(*config), std::move(*trust), nullptr, std::move(*web)};
}

/// Opens the state directory, if there is to be one. Gives why it cannot be used.
std::expected<void, std::string> open_state(Loaded& loaded) {
    const std::string& directory = loaded.config.settings.agent.state_directory;
    if (directory.empty()) return {};
    const auto complain = [](const std::string& words) { log(LogLevel::error, "state", {{"problem", words}}); };
    auto state = StateStore::open(directory, complain);
    if (!state) return std::unexpected(std::move(state.error()));
    loaded.state = std::move(*state);
    return {};
}

class Service {
public:
    Service(ServiceOptions options, Loaded loaded)
        : options_(std::move(options)),
          config_(std::move(loaded.config)),
          web_(std::move(loaded.web)),
          metrics_(config_.settings.schedule.shard.index, config_.settings.schedule.shard.count),
          telemetry_(metrics_),
          state_(std::move(loaded.state)),
          agent_(config_.settings, std::move(loaded.trust), telemetry_, state_.get()),
          subjects_{agent_,
                    metrics_,
                    telemetry_.changes(),
                    [this] { return settings(); },
                    [this] { return config_toml(); },
                    [this] { return reload_from_web(); },
                    state_.get()} {}

    int run() {
        if (!serve()) return 1;
        expect_resolvers();
        metrics_.config_reloaded(true, wall_now());
        notify_ready("reading the domains");
        wait_for_signals();
        asio::post(context_, [this] { watch_domains(); });
        watch_files();
        feed_watchdog();
        context_.run();
        return 0;
    }

private:
    using ReloadOutcome = std::expected<void, std::vector<std::string>>;

    ServerSettings server_settings(const WebTerms& terms) {
        ServerSettings settings;
        terms.apply(settings);
        settings.observe = [this](std::string_view label, int status, double taken) {
            metrics_.http_answered(label, status, taken);
        };
        settings.log = [](std::string_view message) {
            log(LogLevel::warning, "http", {{"problem", std::string(message)}});
        };
        return settings;
    }

    bool serve() {
        std::vector<Route> routes = make_routes(subjects_);
        for (const Route& route : routes)
            metrics_.expect_handler(route.label);
        auto server = Server::start(config_.settings.web.listen, server_settings(web_), std::move(routes));
        if (!server) {
            std::fprintf(stderr, "mxfleet run: %s\n", server.error().c_str());
            return false;
        }
        server_ = std::move(*server);
        for (const SocketAddress& address : server_->addresses()) {
            log(LogLevel::info, "listening", {{"address", address.text()}});
        }
        return true;
    }

    void expect_resolvers() {
        for (const SocketAddress& resolver : config_.settings.dns.resolvers)
            metrics_.expect_resolver(resolver.text());
        for (const SocketAddress& resolver : config_.settings.dns.compare)
            metrics_.expect_resolver(resolver.text());
    }

    /// The domains of the file itself and of all domain files; what is wrong in those is said, and the rest is watched.
    void watch_domains() {
        DomainList list = read_domains(config_);
        for (const ConfigError& error : list.errors)
            log(LogLevel::error, "domain file", {{"problem", error.text()}});
        file_times_ = modification_times(config_);
        const std::string count = counted(list.domains.size(), "domain", "domains");
        agent_.watch(std::move(list.domains));
        log(LogLevel::info, "watching", {{"domains", count}, {"version", version}});
        notify_ready("watching " + count);
    }

    // ---- Reload ----

    ReloadOutcome reload() {
        notify_reloading();
        ReloadOutcome outcome = take_over(load(options_));
        metrics_.config_reloaded(outcome.has_value(), wall_now());
        if (outcome) {
            log(LogLevel::info, "configuration reloaded");
        } else {
            for (const std::string& error : outcome.error())
                log(LogLevel::error, "reload refused", {{"problem", error}});
        }
        notify_ready(outcome ? "reloaded" : "reload refused, the old configuration stays");
        return outcome;
    }

    /// Serves by these terms from now on, if they are others.
    ReloadOutcome serve_by(WebTerms terms) {
        if (terms == web_) return {};
        if (const auto replaced = server_->replace(server_settings(terms)); !replaced)
            return std::unexpected(std::vector{replaced.error()});
        web_ = std::move(terms);
        log(LogLevel::info, "serving by a new web configuration");
        return {};
    }

    /// Certificates are renewed without anybody telling us.
    void refresh_web() {
        auto terms = load_web_terms(config_.settings.web.config_file);
        const ReloadOutcome outcome =
            terms ? serve_by(std::move(*terms)) : ReloadOutcome(std::unexpected(std::move(terms.error())));
        const std::vector<std::string> problems = outcome ? std::vector<std::string>{} : outcome.error();
        if (problems == web_problems_) return;
        for (const std::string& problem : problems)
            log(LogLevel::error, "web configuration", {{"problem", problem}});
        web_problems_ = problems;
    }

    /// All or nothing: one error anywhere, and the old configuration stays.
    ReloadOutcome take_over(LoadResult loaded) {
        if (!loaded) return std::unexpected(std::move(loaded.error()));
        DomainList list = read_domains(loaded->config);
        if (!list.errors.empty()) return std::unexpected(texts_of(list.errors));
        if (auto served = serve_by(std::move(loaded->web)); !served) return served;
        if (loaded->config.settings.web.listen != config_.settings.web.listen) {
            log(LogLevel::warning, "web.listen changed: takes effect with the next start");
        }
        if (loaded->config.settings.agent.threads != config_.settings.agent.threads) {
            log(LogLevel::warning, "agent.threads changed: takes effect with the next start");
        }
        if (loaded->config.settings.agent.state_directory != config_.settings.agent.state_directory) {
            log(LogLevel::warning, "agent.state_directory changed: takes effect with the next start");
        }
        if (loaded->config.settings.schedule.shard != config_.settings.schedule.shard) {
            log(LogLevel::warning, "schedule.shard changed: takes effect with the next start");
        }
        {
            const std::lock_guard lock(config_mutex_);
            config_ = std::move(loaded->config);
        }
        file_times_ = modification_times(config_);
        configure_log(config_.settings.log);
        expect_resolvers();
        agent_.reconfigure(config_.settings, std::move(loaded->trust));
        agent_.watch(std::move(list.domains)).wait();  // for whoever looks next
        return {};
    }

    /// On a thread of the server's: the reload itself runs where all others do.
    ReloadOutcome reload_from_web() {
        auto outcome = std::make_shared<std::promise<ReloadOutcome>>();
        auto future = outcome->get_future();
        asio::post(context_, [this, outcome] { outcome->set_value(reload()); });
        // A program that stops meanwhile answers nobody any more.
        if (future.wait_for(std::chrono::minutes{1}) != std::future_status::ready) {
            return std::unexpected(std::vector<std::string>{"no outcome within a minute"});
        }
        return future.get();
    }

    Settings settings() {
        const std::lock_guard lock(config_mutex_);
        return config_.settings;
    }

    std::string config_toml() {
        const std::lock_guard lock(config_mutex_);
        return to_toml(config_);
    }

    // ---- Signals, files, watchdog ----

    void wait_for_signals() {
        signals_.async_wait([this](const asio::error_code& error, int signal) {
            if (error) return;
            if (signal == SIGHUP) {
                // The outcome was logged and counted.
                static_cast<void>(reload());
                wait_for_signals();
            } else {
                stop(signal);
            }
        });
    }

    void watch_files() {
        file_timer_.expires_after(file_watch_interval);
        file_timer_.async_wait([this](const asio::error_code& error) {
            if (error) return;
            if (modification_times(config_) != file_times_) {
                log(LogLevel::info, "a domain file changed");
                watch_domains();
            }
            refresh_web();
            watch_files();
        });
    }

    /// The watchdog is fed by the threads that probe: if one of them is stuck, it starves.
    void feed_watchdog() {
        const auto wanted = watchdog_interval();
        if (!wanted) return;
        watchdog_timer_.expires_after(std::min(*wanted / 3, alive_check));
        watchdog_timer_.async_wait([this](const asio::error_code& error) {
            if (error) return;
            const Duration silence = steady_clock::now() - agent_.last_heartbeat();
            if (silence < stuck_after) notify_alive();
            feed_watchdog();
        });
    }

    void stop(int signal) {
        log(LogLevel::info, "stopping", {{"signal", std::to_string(signal)}});
        notify_stopping();
        file_timer_.cancel();
        watchdog_timer_.cancel();
        server_->stop();
        agent_.stop(sessions_grace);
        state_.reset();  // writes what is left: nobody keeps anything any more
        log(LogLevel::info, "stopped");
    }

    const ServiceOptions options_;
    Config config_;
    WebTerms web_;
    std::vector<std::string> web_problems_;  ///< that were said already
    std::mutex config_mutex_;                ///< for readers on other threads; this one writes
    AgentMetrics metrics_;
    Telemetry telemetry_;
    std::unique_ptr<StateStore> state_;
    Agent agent_;
    const RouteSubjects subjects_;
    asio::io_context context_{1};
    asio::signal_set signals_{context_, SIGINT, SIGTERM, SIGHUP};
    asio::steady_timer file_timer_{context_};
    asio::steady_timer watchdog_timer_{context_};
    Times file_times_;
    std::unique_ptr<Server> server_;
};

}  // namespace

int run_service(const ServiceOptions& options) {
    LoadResult loaded = load(options);
    if (!loaded) {
        for (const std::string& error : loaded.error())
            std::fprintf(stderr, "%s\n", error.c_str());
        return 1;
    }
    configure_log(loaded->config.settings.log);
    if (const auto opened = open_state(*loaded); !opened) {
        std::fprintf(stderr, "mxfleet run: %s\n", opened.error().c_str());
        return 1;
    }
    raise_descriptor_limit();
    auto service = std::make_unique<Service>(options, std::move(*loaded));
    const int exit_code = service->run();
    // Once its threads have ended the system takes a fleet's memory back in one go; piece by piece it takes seconds.
    [[maybe_unused]] static const Service* left_to_the_system = nullptr;
    if (exit_code == 0) left_to_the_system = service.release();
    finish_log();
    return exit_code;
}

}  // namespace mxfleet
