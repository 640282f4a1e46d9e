// How the lab awaits Asio's operations: errors as values, never as exceptions.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <exception>

namespace mxfleet::lab {

inline constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

/// How long to leave a listener alone that could not accept.
inline constexpr auto out_of_descriptors_pause = std::chrono::milliseconds(20);

/// What a spawned coroutine ends with: nothing, or a fault of ours that must not pass unseen.
inline void rethrow(std::exception_ptr fault) {
    if (fault) std::rethrow_exception(fault);
}

inline asio::awaitable<void> pause(std::chrono::milliseconds duration) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, duration);
    co_await timer.async_wait(as_result);
}

}  // namespace mxfleet::lab
