// sd_notify, heard by a socket of the test's own.
#include "agent/service/systemd.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

class Systemd : public testing::Test {
protected:
    Systemd() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
        std::filesystem::remove(path_);
        EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
        setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    }
    ~Systemd() override {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            unsetenv(name);
        close(socket_);
        std::filesystem::remove(path_);
    }

    std::string heard() const {
        std::array<char, 512> room{};
        const auto size = recv(socket_, room.data(), room.size(), MSG_DONTWAIT);
        return size < 0 ? "nothing" : std::string(room.data(), static_cast<std::size_t>(size));
    }

    std::string path_ = testing::TempDir() + "mxfleet-notify-" + std::to_string(getpid());
    int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(Systemd, HearsWhatItMust) {
    notify_ready("3 domains");
    EXPECT_EQ(heard(), "READY=1\nSTATUS=3 domains");
    notify_alive();
    EXPECT_EQ(heard(), "WATCHDOG=1");
    notify_stopping();
    EXPECT_EQ(heard(), "STOPPING=1");
    EXPECT_EQ(heard(), "nothing");
}

/// Type=notify-reload wants the monotonic clock with RELOADING=1 (sd_notify(3)).
TEST_F(Systemd, AReloadSaysWhenItBegan) {
    notify_reloading();
    const std::string said = heard();
    const std::string head = "RELOADING=1\nMONOTONIC_USEC=";
    ASSERT_TRUE(said.starts_with(head)) << said;
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long microseconds = now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
    EXPECT_NEAR(static_cast<double>(std::stoll(said.substr(head.size()))), static_cast<double>(microseconds), 5e6);
}

TEST_F(Systemd, WithoutAManagerNothingHappens) {
    unsetenv("NOTIFY_SOCKET");
    notify_ready("");
    EXPECT_EQ(heard(), "nothing");
    EXPECT_FALSE(watchdog_interval());
}

TEST_F(Systemd, TheWatchdogIsOursOnly) {
    setenv("WATCHDOG_USEC", "30000000", 1);
    EXPECT_EQ(watchdog_interval(), Duration{30s});
    setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
    EXPECT_EQ(watchdog_interval(), Duration{30s});
    setenv("WATCHDOG_PID", "1", 1);
    EXPECT_FALSE(watchdog_interval());
}

}  // namespace
}  // namespace mxfleet
