// How this program awaits Asio's operations: errors as values, never as exceptions.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <exception>
#include <expected>
#include <string>

#include "probes/model/phase.hpp"

namespace mxfleet {

inline constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

/// For what is spawned: no exception is expected to leave it, and none gets lost.
inline void rethrow(const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
}

/// Why an operation on a connection did not succeed. The phase is the caller's to add.
struct IoError {
    Reason reason = Reason::local_fault;
    std::string detail;                ///< the system's or the TLS library's words
    bool no_local_route = false;       ///< our own routing table refused; nothing was sent
    bool tls_version_refused = false;  ///< the peers share no protocol version
};

template <class T>
using IoResult = std::expected<T, IoError>;

/// What an errno value of a socket operation means: the peer's doing, the network's, or our own.
IoError io_error(int error_number);

}  // namespace mxfleet
