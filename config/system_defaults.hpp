// What a configuration leaves to the machine: its name and its resolvers. The readers are pure; the one function that
// looks at the machine reads two small files and never asks the network.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace mxfleet {

struct SystemDefaults {
    std::string host_name;                 ///< never empty
    std::string fqdn;                      ///< a name that others can resolve, as far as its form tells; or empty
    std::vector<SocketAddress> resolvers;  ///< empty if resolv.conf names none that we can use

    bool operator==(const SystemDefaults&) const = default;
};

/// The host name from the kernel, the FQDN from it or from /etc/hosts, the resolvers from /etc/resolv.conf.
SystemDefaults read_system_defaults();

/// Fills `vantage`, `ehlo` and `resolvers` where they are empty.
void fill_in(Settings& settings, const SystemDefaults& system);

/// The `nameserver` lines of a resolv.conf(5), in order, without repetition, the first three as the system uses them.
/// Addresses with a zone are left out: they mean nothing without the interface.
std::vector<SocketAddress> resolvers_of(std::string_view resolv_conf);

/// The host's fully qualified name: `host_name` if it has a dot, else the first name with a dot on a line of hosts(5)
/// that has `host_name`, too. Names of private top-level domains (`local`, `internal`, `localdomain` …) do not count:
/// a mail server that looks up our EHLO name finds nothing there.
std::string fqdn_of(std::string_view host_name, std::string_view hosts);

}  // namespace mxfleet
