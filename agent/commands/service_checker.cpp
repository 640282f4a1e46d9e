#include "agent/commands/service_checker.hpp"

#include <asio/co_spawn.hpp>

#include "agent/fleet/services.hpp"
#include "probes/dns/shared_lookup.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"
#include "probes/io/dns_client.hpp"

namespace mxfleet {
namespace {

class ServiceCheck {
public:
    explicit ServiceCheck(const ServiceCheckTerms& terms)
        : terms_(terms),
          session_context_(std::make_shared<const SessionContext>(
              SessionContext{reactor_, handshakes_, std::make_shared<TlsClients>(terms.trust), terms.settings.smtp})),
          judge_(service_judge_settings(terms.settings)),
          statuses_(terms.services.size()) {
        judge_.failures_to_confirm = 1;
    }

    std::vector<ServiceStatus> run() {
        for (std::size_t at = 0; at < statuses_.size(); ++at)
            begin(look_up(at));
        context_.run();
        return std::move(statuses_);
    }

private:
    /// The last that ends lets `run` end: until then resolver and reactor keep their timers.
    void begin(asio::awaitable<void> work) {
        ++under_way_;
        asio::co_spawn(context_, std::move(work), [this](const std::exception_ptr& error) {
            rethrow(error);
            if (--under_way_ > 0) return;
            client_.shutdown();
            reactor_.stop();
        });
    }

    asio::awaitable<void> look_up(std::size_t at) {
        const ServiceSettings& service = terms_.services[at];
        ServiceStatus& status = statuses_[at];
        status = first_status(service);
        const MxFacts facts = co_await look_up_service(lookup_, service.host, terms_.settings);
        status.looked_up_at = wall_now();
        std::vector<Statement> said;
        if (auto found = judge_host(service.kind, facts)) said.push_back(std::move(*found));
        status.findings = hold(std::move(said), {}, wall_now());
        status.addresses = addresses_of(service, facts, terms_.settings.smtp, wall_now());
        for (std::size_t address = 0; address < status.addresses.size(); ++address) {
            if (!status.addresses[address].checked_at) begin(visit(at, address));
        }
    }

    asio::awaitable<void> visit(std::size_t at, std::size_t address) {
        const ServiceSettings& service = terms_.services[at];
        ServiceAddressStatus& status = statuses_[at].addresses[address];
        ServiceSession session(session_context_, visit_of(service, status.key, terms_.settings));
        ServiceFacts facts = co_await session.run();
        auto shared = std::make_shared<const ServiceFacts>(std::move(facts));
        status = after_visit(status, service.kind, std::move(shared), wall_now(), judge_);
    }

    const ServiceCheckTerms& terms_;
    asio::io_context context_{1};
    Reactor reactor_{context_};
    Gate handshakes_{context_, Services::visits_at_once};
    DnsClient client_{context_, terms_.settings.dns, nullptr};
    SharedLookup lookup_{context_, client_};
    std::shared_ptr<const SessionContext> session_context_;
    JudgeSettings judge_;
    std::vector<ServiceStatus> statuses_;
    std::size_t under_way_ = 0;
};

}  // namespace

std::vector<ServiceStatus> check_services(const ServiceCheckTerms& terms) {
    return ServiceCheck(terms).run();
}

}  // namespace mxfleet
