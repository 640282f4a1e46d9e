// Any number of healthy endpoints, each with its own domain, exchange and address. Nothing is kept for them: names and
// addresses are worked out from each other.
//
// Member 42 of the plain fleet is d000042.fleet.lab.test with the exchange mx000042.fleet.lab.test; consecutive members
// are in different /24s of 127.64.0.0/10. The one with TLS is below fleet-tls.lab.test, in 127.128.0.0/10.
#pragma once

#include <asio/ip/address_v4.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mxfleet::lab {

struct FleetSize {
    std::size_t plain = 0;
    std::size_t tls = 0;

    bool is_empty() const { return plain + tls == 0; }
};

struct Member {
    bool tls = false;
    std::size_t index = 0;

    bool operator==(const Member&) const = default;
};

inline constexpr std::size_t fleet_limit = 1'000'000;  ///< of each kind
inline constexpr std::string_view plain_fleet_zone = "fleet.lab.test";
inline constexpr std::string_view tls_fleet_zone = "fleet-tls.lab.test";

std::string domain_of(Member member);
std::string exchange_of(Member member);
asio::ip::address_v4 address_of(Member member);

std::optional<Member> member_at(asio::ip::address_v4 address, FleetSize size);

/// A name of the fleet, lower-case and without a trailing dot.
struct FleetName {
    Member member;
    bool is_exchange = false;
};
std::optional<FleetName> fleet_name(std::string_view name, FleetSize size);

}  // namespace mxfleet::lab
