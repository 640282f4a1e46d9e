#include "tests/lab/connection_log.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <system_error>

namespace mxfleet::lab {
namespace {

double monotonic_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string text(const asio::ip::tcp::endpoint& endpoint) {
    return endpoint.address().to_string();
}

}  // namespace

ConnectionLog::ConnectionLog(const std::filesystem::path& file) : file_(std::fopen(file.c_str(), "we")) {
    if (!file_) throw std::system_error(errno, std::generic_category(), file);
}

std::uint64_t ConnectionLog::opened(const asio::ip::tcp::endpoint& dialled, const asio::ip::tcp::endpoint& peer) {
    if (!file_) return 0;
    const std::scoped_lock lock(mutex_);
    write(fmt::format("{:.6f} open id={} ip={} port={} peer={} peer_port={}\n", monotonic_seconds(), ++count_,
                      text(dialled), dialled.port(), text(peer), peer.port()));
    return count_;
}

void ConnectionLog::closed(std::uint64_t number, const asio::ip::tcp::endpoint& dialled, std::string_view how,
                           std::string_view last_command) {
    if (!file_) return;
    const std::scoped_lock lock(mutex_);
    write(fmt::format("{:.6f} close id={} ip={} port={} end={} last={}\n", monotonic_seconds(), number, text(dialled),
                      dialled.port(), how, last_command.empty() ? "-" : last_command));
}

void ConnectionLog::write(const std::string& line) {
    std::fwrite(line.data(), 1, line.size(), file_.get());
    std::fflush(file_.get());
}

}  // namespace mxfleet::lab
