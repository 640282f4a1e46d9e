#include "agent/commands/side_lookups.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <memory>

#include "probes/dns/shared_lookup.hpp"
#include "probes/io/dns_client.hpp"
#include "probes/reputation/look_up.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t workers = 16;

class SideLookups {
public:
    SideLookups(const Settings& settings, const std::vector<IpAddress>& addresses,
                const std::vector<std::string>& domains)
        : settings_(settings),
          addresses_(addresses),
          domains_(domains),
          zones_(std::make_shared<const DnsblZones>(settings.dnsbl.zones)) {
        facts_.others.resize(domains.size());
        for (const SocketAddress& address : settings.dns.compare) {
            DnsSettings alone = settings.dns;
            alone.resolvers = {address};
            others_.push_back(std::make_unique<DnsClient>(context_, alone, nullptr));
        }
    }

    SideFacts run() {
        begin(test_zones_and_ask());
        for (std::size_t domain = 0; domain < domains_.size() && !others_.empty(); ++domain)
            begin(compare(domain));
        context_.run();
        return std::move(facts_);
    }

private:
    void begin(asio::awaitable<void> work) {
        ++at_work_;
        asio::co_spawn(context_, std::move(work), [this](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
            if (--at_work_ == 0) shutdown();
        });
    }

    /// A client that may still be asked keeps its timers, and `run` would wait for them.
    void shutdown() {
        client_.shutdown();
        for (const auto& other : others_)
            other->shutdown();
    }

    asio::awaitable<void> test_zones_and_ask() {
        for (const std::string& zone : *zones_) {
            const ZoneState state = co_await test_zone(dns_, zone);
            usable_.push_back(state == ZoneState::usable);
        }
        for (std::size_t worker = 0; worker < std::min(workers, addresses_.size()); ++worker)
            begin(ask());
    }

    asio::awaitable<void> ask() {
        while (next_ < addresses_.size()) {
            const IpAddress address = addresses_[next_++];
            Reputation reputation;
            const ReverseLookup reverse = co_await look_up_reverse(dns_, address);
            reputation.reverse = reverse.facts;
            Listings listings{zones_, 0, 0};
            for (std::size_t zone = 0; zone < zones_->size(); ++zone) {
                if (!usable_[zone]) continue;
                const DnsblAnswer answer = co_await look_up_listing(dns_, address, (*zones_)[zone]);
                listings.note(zone, answer);
            }
            if (!zones_->empty()) reputation.listings = std::make_shared<const Listings>(std::move(listings));
            facts_.reputations[address] = std::move(reputation);
        }
    }

    asio::awaitable<void> compare(std::size_t domain) {
        for (std::size_t at = 0; at < others_.size(); ++at) {
            const DnsFlags flags;
            const DnsResult result = co_await others_[at]->query(domains_[domain], RecordType::mx, flags);
            const std::string label = settings_.dns.compare[at].text();
            facts_.others[domain].push_back(
                other_answer(domains_[domain], label, result, settings_.smtp.max_endpoints_per_domain));
        }
    }

    const Settings& settings_;
    const std::vector<IpAddress>& addresses_;
    const std::vector<std::string>& domains_;
    const std::shared_ptr<const DnsblZones> zones_;
    asio::io_context context_{1};
    DnsClient client_{context_, settings_.dns, nullptr};
    SharedLookup dns_{context_, client_};
    std::vector<std::unique_ptr<DnsClient>> others_;
    std::vector<bool> usable_;
    std::size_t next_ = 0;
    std::size_t at_work_ = 0;
    SideFacts facts_;
};

}  // namespace

SideFacts look_up_besides(const Settings& settings, const std::vector<IpAddress>& addresses,
                          const std::vector<std::string>& domains) {
    return SideLookups(settings, addresses, domains).run();
}

}  // namespace mxfleet
