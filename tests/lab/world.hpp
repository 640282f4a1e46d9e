// The lab as it is to be: which conditions it has, its zone, its servers with their certificates and addresses. Opens
// no socket.
#pragma once

#include <asio/ip/address.hpp>
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tests/lab/certificates.hpp"
#include "tests/lab/conditions.hpp"
#include "tests/lab/options.hpp"
#include "tests/lab/placement.hpp"
#include "tests/lab/session.hpp"
#include "tests/lab/zone.hpp"

namespace mxfleet::lab {

/// What is at one address.
struct Seat {
    asio::ip::address address;
    Host::Presence presence = Host::Presence::listens;
    RunningServer* running = nullptr;  ///< where it listens
    Identity identity;
};

class World {
public:
    /// Makes all of it; throws std::runtime_error if OpenSSL does not play along.
    World(std::vector<Numbered> conditions, const Options& options);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    const std::vector<Numbered>& conditions() const { return conditions_; }
    const Zone& zone() const { return zone_; }
    const std::vector<Seat>& seats() const { return seats_; }
    std::string root_pem() const { return certificates_.root_pem(); }

    FleetSize fleet_size() const { return fleet_size_; }
    /// What is at an address of the fleet.
    std::optional<Seat> fleet_seat(const asio::ip::address& address);

private:
    void add_infrastructure();
    void add_records(const Condition& condition, const std::vector<Placed>& placed,
                     const std::vector<std::string>& domains);
    void add_to_list(const std::string& list, const asio::ip::address& address);
    void add_names(const Condition& condition, const Placed& placed);
    void add_seat(const Placed& placed, const std::vector<std::string>& domains);
    void add_tlsa(const Placed& placed, const RunningServer& running);
    void add_ipv6_seat();
    void add_fleet(const Options& options);
    RunningServer& run(const Server& server, const CertificateSpec& certificate, const std::string& host,
                       const std::string& domain);

    const std::vector<Numbered> conditions_;
    const FleetSize fleet_size_;
    Certificates certificates_;
    Zone zone_;
    std::deque<std::unordered_set<std::string>> domain_sets_;
    std::deque<RunningServer> running_;
    std::vector<Seat> seats_;
    std::vector<std::pair<std::string, std::string>> ipv6_hosts_;  ///< names and domains that share ::1

    Server healthy_;
    Server fleet_server_;
    Server fleet_tls_server_;
    std::vector<RunningServer*> fleet_;
    std::vector<RunningServer*> fleet_tls_;  ///< one for each certificate
};

}  // namespace mxfleet::lab
