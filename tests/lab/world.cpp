#include "tests/lab/world.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tests/lab/dns_name.hpp"

namespace mxfleet::lab {
namespace {

std::string record_data(const Record& record, const std::string& domain) {
    switch (record.type) {
        case Record::Type::cname: return name_data(absolute_name(record.data, domain));
        case Record::Type::txt: return txt_data(record.data);
        case Record::Type::mx: {
            const auto space = record.data.find(' ');
            return mx_data(std::stoi(record.data), absolute_name(record.data.substr(space + 1), domain));
        }
    }
    __builtin_unreachable();
}

RecordType record_type(Record::Type type) {
    switch (type) {
        case Record::Type::mx: return RecordType::mx;
        case Record::Type::cname: return RecordType::cname;
        case Record::Type::txt: return RecordType::txt;
    }
    __builtin_unreachable();
}

/// For all names that share one address.
CertificateSpec shared_certificate(const std::vector<std::pair<std::string, std::string>>& hosts) {
    CertificateSpec spec;
    spec.names.clear();
    for (const auto& [host, domain] : hosts) {
        spec.names.push_back(host);
    }
    return spec;
}

}  // namespace

World::World(std::vector<Numbered> conditions, const Options& options)
    : conditions_(std::move(conditions)), fleet_size_(options.fleet) {
    for (const auto* const apex : {"lab.test", well_known::relay_domain, "127.in-addr.arpa", "ip6.arpa"}) {
        zone_.add_apex(apex);
    }
    add_infrastructure();
    for (const Numbered& numbered : conditions_) {
        const auto placed = place_hosts(numbered.number, numbered.condition);
        const auto domains = domains_of(numbered.condition, options.many_domains);
        add_records(numbered.condition, placed, domains);
        for (const Placed& host : placed) {
            add_names(numbered.condition, host);
            add_seat(host, domains);
        }
    }
    add_ipv6_seat();
    add_fleet(options);
}

/// What belongs to no condition: the client's own name, the relay test's recipient, and a server that is always up.
void World::add_infrastructure() {
    zone_.add_address(well_known::client_name, asio::ip::make_address(well_known::client_address));
    zone_.add("ns.lab.test", RecordType::a, address_data(asio::ip::address_v4::loopback()));
    zone_.add(well_known::relay_domain, RecordType::mx, mx_data(10, well_known::relay_exchange));
    zone_.add("elsewhere.lab.test", RecordType::a,
              address_data(asio::ip::make_address(well_known::unconfirmed_address)));
    for (const auto* const list : {well_known::block_list, well_known::parked_list})
        add_to_list(list, asio::ip::make_address("127.0.0.2"));
    add_to_list(well_known::parked_list, asio::ip::make_address("127.0.0.1"));
    const auto add = [this](const char* name, const char* address, const char* domain) {
        const auto ip = asio::ip::make_address(address);
        zone_.add_address(name, ip);
        RunningServer& running = run(healthy_, healthy_.certificate, name, domain);
        seats_.push_back({ip, Host::Presence::listens, &running, {name, domain}});
    };
    add(well_known::relay_exchange, well_known::relay_address, well_known::relay_domain);
    add(well_known::check_target_name, well_known::check_target_address, well_known::check_target_name);
}

/// RFC 5782 §2.1, §2.4: what stands before in-addr.arpa or ip6.arpa, before the list's name.
void World::add_to_list(const std::string& list, const asio::ip::address& address) {
    const std::string reverse = reverse_name(address);
    const std::string labels = reverse.substr(0, reverse.rfind('.', reverse.rfind('.') - 1));
    zone_.add(labels + "." + list, RecordType::a, address_data(asio::ip::make_address("127.0.0.4")));
}

void World::add_records(const Condition& condition, const std::vector<Placed>& placed,
                        const std::vector<std::string>& domains) {
    std::set<std::string> published;
    for (const Placed& host : placed) {
        const bool has_mx = condition.publishes_mx && host.host->name != "@";
        if (!has_mx || !published.insert(host.name).second) continue;
        for (const std::string& domain : domains) {
            zone_.add(domain, RecordType::mx, mx_data(host.host->preference, host.name));
        }
    }
    for (const Record& record : condition.records) {
        zone_.add(absolute_name(record.owner, condition.domain), record_type(record.type),
                  record_data(record, condition.domain));
    }
    zone_.set_fault(condition.domain, condition.fault);
    if (condition.is_signed) zone_.set_signed(condition.domain);
}

/// Addresses and reverse names of one host.
void World::add_names(const Condition& condition, const Placed& placed) {
    const Host& host = *placed.host;
    std::string owner = placed.name;
    if (!host.alias_of.empty()) {
        owner = absolute_name(host.alias_of, condition.domain);
        zone_.add(placed.name, RecordType::cname, name_data(owner));
    }
    for (const auto* const list : {well_known::block_list, well_known::parked_list}) {
        if (host.is_listed) add_to_list(list, placed.address);
    }
    const bool is_ours = host.place != Host::Place::elsewhere;
    if (is_ours && host.reverse == Host::Reverse::confirmed) {
        zone_.add_address(owner, placed.address);
        return;
    }
    zone_.add(owner, address_type(placed.address), address_data(placed.address));
    if (host.reverse == Host::Reverse::unconfirmed) zone_.add_reverse("elsewhere.lab.test", placed.address);
}

void World::add_seat(const Placed& placed, const std::vector<std::string>& domains) {
    const Host& host = *placed.host;
    const std::string& domain = domains.front();
    if (host.place == Host::Place::elsewhere) return;
    if (host.place == Host::Place::ipv6) {
        ipv6_hosts_.emplace_back(placed.name, domain);
        return;
    }
    Seat seat{placed.address, host.presence, nullptr, {placed.name, domain}};
    if (host.presence == Host::Presence::listens) {
        seat.running = &run(host.server, host.server.certificate, placed.name, domain);
        add_tlsa(placed, *seat.running);
    }
    if (domains.size() > 1) {
        seat.identity.further_domains = &domain_sets_.emplace_back(domains.begin(), domains.end());
    }
    seats_.push_back(std::move(seat));
}

void World::add_tlsa(const Placed& placed, const RunningServer& running) {
    X509* const certificate = running.tls ? SSL_CTX_get0_certificate(running.tls.get()) : nullptr;
    for (const std::string& text : placed.host->tlsa)
        zone_.add(tlsa_owner(placed.name), RecordType::tlsa, tlsa_data(text, certificate));
    zone_.set_fault("_tcp." + placed.name, placed.host->tlsa_fault);
}

/// There is one address of IPv6 loopback, so that all exchanges with IPv6 are one server, and a healthy one.
void World::add_ipv6_seat() {
    if (ipv6_hosts_.empty()) return;
    const auto& [host, domain] = ipv6_hosts_.front();
    auto& domains = domain_sets_.emplace_back();
    for (const auto& [other_host, other_domain] : ipv6_hosts_) {
        domains.insert(other_domain);
    }
    RunningServer& running = run(healthy_, shared_certificate(ipv6_hosts_), host, domain);
    seats_.push_back({asio::ip::address_v6::loopback(), Host::Presence::listens, &running, {host, domain, &domains}});
}

void World::add_fleet(const Options& options) {
    zone_.add("ns." + std::string(plain_fleet_zone), RecordType::a, address_data(asio::ip::address_v4::loopback()));
    zone_.add("ns." + std::string(tls_fleet_zone), RecordType::a, address_data(asio::ip::address_v4::loopback()));
    zone_.set_fleet(fleet_size_);
    const Reply greeting = {wait(options.fleet_delay), say("220 {host} ESMTP\r\n")};
    fleet_server_.offers_starttls = false;
    if (options.fleet_delay.count() > 0) fleet_server_.greeting = fleet_tls_server_.greeting = greeting;
    fleet_tls_server_.certificate.names = {"*.{domain}"};
    if (fleet_size_.plain > 0) {
        fleet_.push_back(&running_.emplace_back());
        fleet_.back()->server = &fleet_server_;
    }
    const std::size_t certificates = std::min<std::size_t>(options.fleet_certificates, fleet_size_.tls);
    for (std::size_t i = 0; i < certificates; ++i) {
        fleet_tls_.push_back(&run(fleet_tls_server_, fleet_tls_server_.certificate, std::string(tls_fleet_zone),
                                  std::string(tls_fleet_zone)));
    }
}

std::optional<Seat> World::fleet_seat(const asio::ip::address& address) {
    if (!address.is_v4()) return std::nullopt;
    const auto member = member_at(address.to_v4(), fleet_size_);
    if (!member) return std::nullopt;
    auto& servers = member->tls ? fleet_tls_ : fleet_;
    return Seat{address,
                Host::Presence::listens,
                servers[member->index % servers.size()],
                {exchange_of(*member), domain_of(*member)}};
}

RunningServer& World::run(const Server& server, const CertificateSpec& certificate, const std::string& host,
                          const std::string& domain) {
    RunningServer& running = running_.emplace_back();
    running.server = &server;
    if (server.offers_starttls) {
        running.tls = certificates_.server_context(server, certificate, host, domain);
    }
    return running;
}

}  // namespace mxfleet::lab
