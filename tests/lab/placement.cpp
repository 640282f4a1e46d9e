#include "tests/lab/placement.hpp"

#include <fmt/format.h>

namespace mxfleet::lab {
namespace {

constexpr unsigned conditions_per_octet = 200;
constexpr unsigned first_octet = 20;

asio::ip::address address_of(unsigned number, unsigned index, const Host& host) {
    switch (host.place) {
        case Host::Place::ipv4: return own_address(number, index);
        case Host::Place::ipv6: return asio::ip::address_v6::loopback();
        case Host::Place::elsewhere: return asio::ip::make_address(host.elsewhere);
    }
    __builtin_unreachable();
}

}  // namespace

std::string absolute_name(const std::string& name, const std::string& domain) {
    if (name == "@") return domain;
    if (name.ends_with('.')) return name.substr(0, name.size() - 1);
    return name + "." + domain;
}

asio::ip::address_v4 own_address(unsigned condition, unsigned host) {
    const auto second = static_cast<unsigned char>(first_octet + condition / conditions_per_octet);
    const auto third = static_cast<unsigned char>(condition % conditions_per_octet + 1);
    return asio::ip::address_v4({127, second, third, static_cast<unsigned char>(host + 1)});
}

std::vector<Placed> place_hosts(unsigned number, const Condition& condition) {
    std::vector<Placed> placed;
    for (unsigned index = 0; index < condition.hosts.size(); ++index) {
        const Host& host = condition.hosts[index];
        placed.push_back({&host, absolute_name(host.name, condition.domain), address_of(number, index, host)});
    }
    return placed;
}

std::vector<std::string> domains_of(const Condition& condition, unsigned many) {
    if (!condition.is_many_domains) return {condition.domain};
    std::vector<std::string> domains;
    for (unsigned i = 0; i < many; ++i) {
        domains.push_back(fmt::format("d{:02}.{}", i, condition.domain));
    }
    return domains;
}

}  // namespace mxfleet::lab
