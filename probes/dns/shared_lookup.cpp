#include "probes/dns/shared_lookup.hpp"

#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "probes/io/awaiting.hpp"
#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

bool is_kept(const DnsKey& key) {
    const bool is_of_exchanges =
        key.type == RecordType::a || key.type == RecordType::aaaa || key.type == RecordType::tlsa;
    return !key.checking_disabled && is_of_exchanges;
}

}  // namespace

/// A question on its way. It belongs to all who wait for it, and goes on when one of them is cancelled.
struct SharedLookup::Flight {
    explicit Flight(asio::io_context& context) : landed(context, SteadyTime::max()) {}

    asio::steady_timer landed;  ///< cancelled when the result is there
    std::optional<DnsResult> result;
};

SharedLookup::SharedLookup(asio::io_context& context, DnsLookup& source, std::size_t capacity)
    : context_(context), source_(source), cache_(capacity) {}

asio::awaitable<DnsResult> SharedLookup::query(std::string name, RecordType type, DnsFlags flags) {
    // What is no name is left to the source to refuse.
    const DnsKey key{canonical_name(name).value_or(name), type, flags.checking_disabled};
    if (auto known = cache_.find(key, now())) co_return *std::move(known);
    const std::shared_ptr<Flight> flight = join(key);
    if (!flight->result) {
        co_await flight->landed.async_wait(as_result);
    }
    co_return flight->result.value_or(DnsResult{});
}

std::shared_ptr<SharedLookup::Flight> SharedLookup::join(const DnsKey& key) {
    const auto under_way = flights_.find(key);
    if (under_way != flights_.end()) return under_way->second;
    const auto flight = std::make_shared<Flight>(context_);
    flights_.emplace(key, flight);
    const auto rethrow = [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    };
    asio::co_spawn(context_, fly(flight, key), rethrow);
    return flight;
}

asio::awaitable<void> SharedLookup::fly(std::shared_ptr<Flight> flight, DnsKey key) {
    DnsFlags flags;
    flags.checking_disabled = key.checking_disabled;
    DnsResult result = co_await source_.query(key.name, key.type, flags);
    if (is_kept(key)) cache_.store(key, result, now());
    flight->result = std::move(result);
    flights_.erase(key);
    flight->landed.cancel();
}

}  // namespace mxfleet
