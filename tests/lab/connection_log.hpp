// A line for each connection that was accepted and one for its end, so that a test can prove how politely a client came
// and went. Times are seconds of the monotonic clock. Shared by all threads.
#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace mxfleet::lab {

class ConnectionLog {
public:
    /// Writes nothing.
    ConnectionLog() = default;
    /// Begins the file anew; every line is written at once. Throws std::system_error.
    explicit ConnectionLog(const std::filesystem::path& file);

    /// Gives the connection its number, counted from 1.
    std::uint64_t opened(const asio::ip::tcp::endpoint& dialled, const asio::ip::tcp::endpoint& peer);
    void closed(std::uint64_t number, const asio::ip::tcp::endpoint& dialled, std::string_view how,
                std::string_view last_command);

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    void write(const std::string& line);

    std::mutex mutex_;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t count_ = 0;
};

}  // namespace mxfleet::lab
