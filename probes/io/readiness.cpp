#include "probes/io/readiness.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace mxfleet {
namespace {

int new_epoll() {
    const int handle = ::epoll_create1(EPOLL_CLOEXEC);
    if (handle < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return handle;
}

}  // namespace

Readiness::Readiness(asio::io_context& context) : context_(context), epoll_(context, new_epoll()) {
    wait();
}

void Readiness::stop() {
    stopped_ = true;
    epoll_.cancel();
}

bool Readiness::add(WatchedSocket& socket) {
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    wanted.data.ptr = &socket;
    return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket.handle(), &wanted) == 0;
}

/// A socket may go between the kernel's word and our telling: whoever was told before may have ended it.
void Readiness::forget(const WatchedSocket& socket) {
    for (epoll_event& event : untold_) {
        if (event.data.ptr == &socket) event.data.ptr = nullptr;
    }
}

void Readiness::wait() {
    epoll_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
        if (error || stopped_) return;
        tell();
        if (!stopped_) wait();
    });
}

void Readiness::tell() {
    const int count = ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
    untold_ = std::span(events_).first(static_cast<std::size_t>(std::max(count, 0)));
    while (!untold_.empty()) {
        const epoll_event event = untold_.front();
        untold_ = untold_.subspan(1);
        if (event.data.ptr != nullptr) static_cast<WatchedSocket*>(event.data.ptr)->told(event.events);
    }
}

bool WatchedSocket::open(int family) {
    handle_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    return is_open();
}

bool WatchedSocket::is_ready(Direction direction) const {
    return (ready_ & ((direction == Direction::read ? read_bit : write_bit) | ended_bits)) != 0;
}

void WatchedSocket::found_nothing(Direction direction) {
    ready_ &= ~((direction == Direction::read ? read_bit : write_bit) | ended_bits);
}

asio::awaitable<void> WatchedSocket::wait(Direction direction) {
    waits_for_ = direction;
    auto keep = [this](auto handler) { waiter_ = std::move(handler); };
    return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(keep), asio::use_awaitable);
}

asio::awaitable<void> WatchedSocket::give_way() {
    co_await asio::post(readiness_.context_, asio::use_awaitable);
}

void WatchedSocket::told(std::uint32_t events) {
    ready_ |= events;
    if (waiter_ && is_ready(waits_for_)) std::exchange(waiter_, nullptr)();
}

/// Not in place: whoever cancels is not to find the session gone when it goes on.
void WatchedSocket::cancel() {
    if (waiter_) asio::post(readiness_.context_, std::exchange(waiter_, nullptr));
}

void WatchedSocket::close() {
    if (!is_open()) return;
    readiness_.forget(*this);
    ::close(handle_);  // which ends the kernel's watching
    handle_ = -1;
    ready_ = 0;
}

}  // namespace mxfleet
