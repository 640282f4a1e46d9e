#include "agent/fleet/check_targets.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>

#include "agent/fleet/endpoints_in.hpp"
#include "agent/judge/vantage.hpp"
#include "probes/dns/assess.hpp"

namespace mxfleet {
namespace {

/// More at once would tell no more.
constexpr std::size_t handshakes_at_once = 16;

/// That it connects is the proof. A target that is slow to speak holds no round up.
SmtpSettings hasty(SmtpSettings smtp) {
    smtp.session_timeout = std::min(smtp.session_timeout, 2 * smtp.connect_timeout);
    return smtp;
}

}  // namespace

CheckTargets::CheckTargets(asio::io_context& context) : context_(context), handshakes_(context, handshakes_at_once) {}

void CheckTargets::configure(const Settings& settings, const TrustStore& trust) {
    smtp_ = hasty(settings.smtp);
    networks_ = settings.targets;
    hello_ = settings.agent.ehlo;
    targets_ = settings.vantage.check_targets;
    known_.assign(targets_.size(), {});
    current_.reset();
    last_.reset();
    if (targets_.empty()) return;
    if (!reactor_) reactor_ = std::make_unique<Reactor>(context_);
    session_context_ = std::make_shared<const SessionContext>(
        SessionContext{*reactor_, handshakes_, std::make_shared<TlsClients>(trust), smtp_});
}

void CheckTargets::begin_round(DnsLookup& dns) {
    if (stopped_ || current_) return;
    current_ = std::make_shared<UnderWay>();
    current_->round.began = std::chrono::steady_clock::now();
    for (std::size_t target = 0; target < targets_.size(); ++target)
        begin(current_, look_up(current_, target, dns));
}

void CheckTargets::begin(const std::shared_ptr<UnderWay>& round, asio::awaitable<void> work) {
    ++round->at_work;
    asio::co_spawn(context_, std::move(work), [this, round](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
        ended(round);
    });
}

void CheckTargets::ended(const std::shared_ptr<UnderWay>& round) {
    if (--round->at_work > 0 || round != current_) return;
    last_ = current_->round;
    current_.reset();
}

asio::awaitable<void> CheckTargets::look_up(std::shared_ptr<UnderWay> round, std::size_t target, DnsLookup& dns) {
    const CheckTarget wanted = targets_[target];
    const auto typed = IpAddress::parse(wanted.host);
    MxFacts facts;
    if (typed) {
        facts = assume_address(wanted.host, *typed, networks_);
    } else {
        ResolveSettings how{smtp_.max_endpoints_per_domain, networks_};
        facts = co_await resolve_host(dns, wanted.host, wanted.host, std::move(how));
    }
    if (round != current_ || stopped_) co_return;  // other settings hold by now
    if (facts.state != MxState::unknown) known_[target] = endpoints_of(facts, wanted.port);
    for (const EndpointKey& endpoint : known_[target])
        begin(round, connect(round, endpoint));
}

/// Those that the settings let us connect to.
CheckTargets::Endpoints CheckTargets::endpoints_of(const MxFacts& facts, std::uint16_t port) const {
    DomainPolicy policy;
    policy.port = port;
    Endpoints endpoints;
    for (const FoundEndpoint& found : endpoints_in(facts, policy, smtp_)) {
        if (!found.skip) endpoints.push_back(found.key);
    }
    return endpoints;
}

asio::awaitable<void> CheckTargets::connect(std::shared_ptr<UnderWay> round, EndpointKey endpoint) {
    EndpointStatus status;
    status.key = endpoint;
    SessionPlan plan;
    plan.endpoint = std::move(endpoint);
    plan.hello = hello_;
    Session session(session_context_, std::move(plan));
    sessions_.insert(&session);
    SessionFacts facts = co_await session.run();
    sessions_.erase(&session);
    status.last = std::make_shared<const SessionFacts>(std::move(facts));
    Answers& answers = round->round.by_family[status.key.ip.is_v6 ? 1 : 0];
    const bool is_our_fault = status.last->failure && status.last->failure->reason == Reason::local_fault;
    if (!is_our_fault) ++answers.asked;
    if (reached_anybody(status) == true) ++answers.answered;
    if (stopped_ && sessions_.empty()) reactor_->stop();
}

void CheckTargets::stop() {
    stopped_ = true;
    handshakes_.close();
    for (Session* const session : sessions_)
        session->abandon();
    if (reactor_ && sessions_.empty()) reactor_->stop();
}

}  // namespace mxfleet
