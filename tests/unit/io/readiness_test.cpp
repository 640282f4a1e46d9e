// Readiness over real sockets: when a socket is told ready, and when it no longer is.
#include "probes/io/readiness.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mxfleet::testing {
namespace {

/// A listener on loopback, and the far ends of the connections made to it.
class Listener {
public:
    Listener() : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(handle_, raw(), sizeof address_);
        ::listen(handle_, 8);
        socklen_t size = sizeof address_;
        ::getsockname(handle_, reinterpret_cast<sockaddr*>(&address_), &size);
    }
    ~Listener() {
        for (const int peer : peers_)
            ::close(peer);
        ::close(handle_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Connects the socket, watched from then on, and gives the far end.
    int connect(WatchedSocket& socket) {
        EXPECT_TRUE(socket.open(AF_INET));
        const int result = ::connect(socket.handle(), raw(), sizeof address_);
        EXPECT_TRUE(result == 0 || errno == EINPROGRESS);
        EXPECT_TRUE(socket.watch());
        peers_.push_back(::accept4(handle_, nullptr, nullptr, SOCK_CLOEXEC));
        return peers_.back();
    }

private:
    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&address_); }

    int handle_;
    sockaddr_in address_{};
    std::vector<int> peers_;
};

void say(int peer, std::string_view text) {
    ASSERT_EQ(::send(peer, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

class ReadinessTest : public ::testing::Test {
protected:
    /// Runs `what`, and what it waits for.
    void run(asio::awaitable<void> what) {
        asio::co_spawn(io, std::move(what), [this](const std::exception_ptr& error) {
            readiness.stop();
            if (error) std::rethrow_exception(error);
        });
        io.run();
    }

    std::string read(WatchedSocket& from) {
        std::array<char, 64> room;
        const ssize_t got = ::recv(from.handle(), room.data(), room.size(), 0);
        if (got < 0) from.found_nothing(Direction::read);
        return got < 0 ? "nothing" : std::string(room.data(), static_cast<std::size_t>(got));
    }

    asio::awaitable<void> until_readable(WatchedSocket& waiting) {
        while (!waiting.is_ready(Direction::read)) {
            co_await waiting.wait(Direction::read);
        }
    }

    asio::awaitable<void> until_writable(WatchedSocket& waiting) {
        while (!waiting.is_ready(Direction::write)) {
            co_await waiting.wait(Direction::write);
        }
    }

    asio::io_context io{1};
    Readiness readiness{io};
    Listener listener;
};

TEST_F(ReadinessTest, ASocketIsToldWhenBytesCome) {
    WatchedSocket socket(readiness);
    const int peer = listener.connect(socket);
    const auto dialogue = [&]() -> asio::awaitable<void> {
        co_await until_writable(socket);
        EXPECT_FALSE(socket.is_ready(Direction::read));
        asio::post(io, [&] { say(peer, "220 x"); });
        co_await until_readable(socket);
        EXPECT_EQ(read(socket), "220 x");
        socket.took_all();
        EXPECT_FALSE(socket.is_ready(Direction::read));
        asio::post(io, [&] { say(peer, "250 y"); });
        co_await until_readable(socket);
        EXPECT_EQ(read(socket), "250 y");
    };
    run(dialogue());
}

TEST_F(ReadinessTest, TheEndBehindTheLastBytesIsNotMissed) {
    WatchedSocket socket(readiness);
    const int peer = listener.connect(socket);
    say(peer, "221 bye");
    ::shutdown(peer, SHUT_WR);
    const auto dialogue = [&]() -> asio::awaitable<void> {
        co_await until_readable(socket);
        EXPECT_EQ(read(socket), "221 bye");
        socket.took_all();
        EXPECT_TRUE(socket.is_ready(Direction::read));
        EXPECT_EQ(read(socket), "");
    };
    run(dialogue());
}

TEST_F(ReadinessTest, ARefusalIsReadyToBeRead) {
    std::unique_ptr<Listener> gone = std::make_unique<Listener>();
    WatchedSocket socket(readiness);
    gone->connect(socket);
    gone.reset();
    run(until_readable(socket));
}

TEST_F(ReadinessTest, FindingNothingAsksForMore) {
    WatchedSocket socket(readiness);
    const int peer = listener.connect(socket);
    say(peer, "220 x");
    const auto dialogue = [&]() -> asio::awaitable<void> {
        co_await until_readable(socket);
        EXPECT_EQ(read(socket), "220 x");
        EXPECT_TRUE(socket.is_ready(Direction::read));  // nobody looked whether there is more
        EXPECT_EQ(read(socket), "nothing");
        EXPECT_FALSE(socket.is_ready(Direction::read));
    };
    run(dialogue());
}

TEST_F(ReadinessTest, ACancelledWaitEndsLater) {
    WatchedSocket socket(readiness);
    listener.connect(socket);
    bool woken = false;
    const auto cancel = [&] {
        socket.cancel();
        EXPECT_FALSE(woken);
    };
    const auto dialogue = [&]() -> asio::awaitable<void> {
        asio::post(io, cancel);
        co_await socket.wait(Direction::read);
        woken = true;
    };
    run(dialogue());
    EXPECT_TRUE(woken);
}

TEST_F(ReadinessTest, NoWaitToCancelIsNoMatter) {
    WatchedSocket socket(readiness);
    socket.cancel();
    listener.connect(socket);
    socket.cancel();
}

/// Both have bytes before anybody is told; whoever is told first ends the other, as a gate that opens may.
TEST_F(ReadinessTest, ASocketThatWentMeanwhileIsNotTold) {
    std::array<std::unique_ptr<WatchedSocket>, 2> sockets;
    for (auto& socket : sockets) {
        socket = std::make_unique<WatchedSocket>(readiness);
        say(listener.connect(*socket), "x");
    }
    bool is_first = true;
    bool all_told = false;
    const auto cancel_both = [&] {
        all_told = true;
        for (auto& socket : sockets)
            socket->cancel();
    };
    const auto end_other = [&](std::size_t self) -> asio::awaitable<void> {
        co_await sockets[self]->wait(Direction::read);
        EXPECT_EQ(std::exchange(is_first, false), !all_told);
        sockets[1 - self]->close();
        readiness.stop();
        asio::post(io, cancel_both);
    };
    for (const std::size_t self : {0u, 1u}) {
        asio::co_spawn(io, end_other(self), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
    }
    io.run();
    EXPECT_TRUE(all_told);
}

}  // namespace
}  // namespace mxfleet::testing
