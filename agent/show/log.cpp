#include "agent/show/log.hpp"

#include <fmt/chrono.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>

#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t queue_lines = 1024;  // of 400 bytes each, taken at the start

std::atomic<LogLevel> lowest = LogLevel::info;
std::atomic<LogFormat> format = LogFormat::logfmt;

std::string_view name(LogLevel level) {
    switch (level) {
        case LogLevel::trace: return "trace";
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    __builtin_unreachable();
}

bool needs_quotes(std::string_view value) {
    return value.empty() || value.find_first_of(" \"=\\") != value.npos;
}

void append_logfmt(std::string& line, std::string_view key, std::string_view value) {
    line.append(" ").append(key).append("=");
    if (!needs_quotes(value)) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
    }
    line += '"';
}

/// The thread that writes ends before the logger it writes for.
struct Writer {
    std::shared_ptr<spdlog::async_logger> logger;
    std::shared_ptr<spdlog::details::thread_pool> pool;
};

Writer& writer() {
    static Writer instance = [] {
        auto pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        auto logger = std::make_shared<spdlog::async_logger>("mxfleet", std::move(sink), pool,
                                                             spdlog::async_overflow_policy::overrun_oldest);
        logger->set_pattern("%v");
        logger->set_level(spdlog::level::trace);  // the level is judged here, before a line is made
        logger->flush_on(spdlog::level::trace);
        return Writer{std::move(logger), std::move(pool)};
    }();
    return instance;
}

std::string time_text() {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                       now.time_since_epoch().count() % 1000);
}

}  // namespace

void configure_log(const LogSettings& settings) {
    lowest = settings.level;
    format = settings.format;
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    if (level < lowest) return;
    const std::string line = log_line(format, time_text(), level, event, fields);
    writer().logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void finish_log() {
    writer().logger->flush();
    writer().pool.reset();  // joins the writing thread once the queue is empty
}

std::uint64_t dropped_log_lines() {
    const auto& pool = writer().pool;
    return pool ? pool->overrun_counter() : 0;
}

std::string log_line(LogFormat line_format, std::string_view time, LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields) {
    if (line_format == LogFormat::json) {
        nlohmann::ordered_json line = {{"ts", time}, {"level", name(level)}, {"msg", event}};
        for (const LogField& field : fields)
            line[std::string(field.key)] = printable(field.value);
        return line.dump();
    }
    std::string line = "ts=" + std::string(time) + " level=" + std::string(name(level));
    append_logfmt(line, "msg", event);
    for (const LogField& field : fields)
        append_logfmt(line, field.key, printable(field.value));
    return line;
}

}  // namespace mxfleet
