#include "agent/fleet/flows.hpp"

#include <algorithm>
#include <array>
#include <asio/co_spawn.hpp>
#include <cstdio>

#include "agent/fleet/core_dumps.hpp"
#include "agent/fleet/flow_memory.hpp"
#include "agent/fleet/services.hpp"
#include "probes/flow/message.hpp"
#include "probes/io/awaiting.hpp"
#include "probes/io/clocks.hpp"
#include "probes/model/shard.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr Duration look_interval = 200ms;

/// The same in every run, and another when the mail goes elsewhere: what is kept of a flow is that of its mark.
std::uint32_t mark_of(const FlowSettings& flow) {
    std::string text = flow.name + "\n" + flow.from + "\n" + flow.to + "\n" + flow.mailbox + "\n" + flow.via.service;
    text += static_cast<char>('0' + static_cast<int>(flow.via.kind));
    return static_cast<std::uint32_t>(stable_hash(text));
}

const ServiceSettings* service_named(const Settings& settings, const std::string& name) {
    const auto found = std::ranges::find(settings.services, name, &ServiceSettings::name);
    return found == settings.services.end() ? nullptr : &*found;
}

}  // namespace

Flows::Flows(asio::io_context& context, FlowObserver& observer, StateStore* state, std::unique_ptr<MailPorts> ports)
    : context_(context),
      observer_(observer),
      state_(state),
      ports_(std::move(ports)),
      way_back_(std::make_shared<WayBack>(context)) {}

Flows::~Flows() {
    way_back_->close();
}

// ---- Which there are ------------------------------------------------------------------------------------------------

void Flows::configure(const Settings& settings, const TrustStore& trust) {
    settings_ = settings;
    if (!settings.flows.empty()) keep_secrets_out_of_core_dumps(settings);
    if (!has_recalled_ && state_ != nullptr && !settings.flows.empty()) {
        recalled_ = state_->flow_messages();
        has_recalled_ = true;
    }
    const ShardSettings& shard = settings.schedule.shard;
    std::vector<WatchedPointer> now;
    for (const FlowSettings& flow : settings.flows) {
        if (shard_of(flow.name, shard.count) == shard.index) now.push_back(watched(flow));
    }
    std::ranges::sort(now, {}, [](const auto& each) { return each->cell->name.text(); });
    for (const WatchedPointer& before : watched_)
        before->is_dropped = std::ranges::find(now, before) == now.end();
    watched_ = std::move(now);
    std::vector<MailboxPointer> mailboxes;
    cells_.clear();
    for (const WatchedPointer& each : watched_) {
        cells_.push_back(each->cell);
        auto box = mailbox(each->settings.mailbox);
        if (box && std::ranges::find(mailboxes, box) == mailboxes.end()) mailboxes.push_back(std::move(box));
    }
    for (const MailboxPointer& before : mailboxes_)
        before->is_dropped = std::ranges::find(mailboxes, before) == mailboxes.end();
    mailboxes_ = std::move(mailboxes);
    ports_->configure(settings, trust);
}

/// The one that was watched before, if its mail still goes the same way.
Flows::WatchedPointer Flows::watched(const FlowSettings& settings) {
    const std::uint32_t mark = mark_of(settings);
    const auto known = std::ranges::find(watched_, mark, [](const auto& each) { return each->mark; });
    if (known != watched_.end()) {
        Watched& same = **known;
        same.settings = same.status.settings = settings;
        same.ledger.set_terms(terms_of(settings));
        same.lookup_due = {};
        changed(same);
        return *known;
    }
    auto fresh = std::make_shared<Watched>(Watched{settings, mark, FlowLedger(terms_of(settings)), {}, {}});
    fresh->status.settings = settings;
    fresh->status.name = settings.name;
    fresh->cell = std::make_shared<FlowCell>(fresh->status);
    restore(*fresh);
    return fresh;
}

void Flows::restore(Watched& watched) {
    std::vector<FlowMessage> messages;
    for (const StoredFlowMessage& kept : recalled_) {
        auto message = restored(kept);
        if (message && message->token.mark == watched.mark) messages.push_back(*std::move(message));
    }
    std::erase_if(recalled_, [&](const StoredFlowMessage& kept) {
        const auto token = read_token(kept.token);
        return token && token->mark == watched.mark;
    });
    watched.ledger.restore(std::move(messages));
    changed(watched);
}

// ---- Where mail goes ------------------------------------------------------------------------------------------------

asio::awaitable<void> Flows::look_up(WatchedPointer watched, DnsLookup& dns) {
    FlowSettings flow = watched->settings;
    MailRoute route = co_await ports_->route(dns, std::move(flow), settings_);
    watched->is_looking_up = false;
    if (stopped_ || watched->is_dropped) co_return;
    watched->lookup_due = steady_now() + route.holds_for;
    watched->status.looked_up_at = wall_now();
    if (!route.is_known && steady_now() - watched->good_at < settings_.schedule.dns_stale_max) co_return;
    if (route.is_known) watched->good_at = steady_now();
    watched->status.endpoints = std::move(route.endpoints);
    changed(*watched);
}

// ---- Sending --------------------------------------------------------------------------------------------------------

void Flows::begin(DnsLookup& dns, const BlockedFamilies& blocked) {
    blocked_ = blocked;
    if (stopped_ || watched_.empty() || look_due_ > steady_now()) return;
    look_due_ = steady_now() + look_interval;
    for (const WatchedPointer& each : watched_) {
        if (!each->is_looking_up && each->lookup_due <= steady_now()) {
            each->is_looking_up = true;
            asio::co_spawn(context_, look_up(each, dns), rethrow);
        }
        begin_messages(each);
    }
    for (const MailboxPointer& each : mailboxes_)
        begin_reading(each, dns);
}

void Flows::begin_messages(const WatchedPointer& watched) {
    const WallTime now = wall_now();
    const auto start = [&](const Token& token) { asio::co_spawn(context_, send(watched, token), rethrow); };
    for (const Token& token : watched->ledger.to_retry(now)) {
        if (handing_to_.size() >= deliveries_at_once) return;
        watched->ledger.begin_again(token);
        start(token);
    }
    for (const EndpointKey& endpoint : watched->status.endpoints) {
        if (handing_to_.size() >= deliveries_at_once) return;
        if (blocked_.holds(endpoint.ip) || !watched->ledger.is_due(endpoint, now)) continue;
        if (handing_to_.contains(endpoint.ip)) {
            if (watched->ledger.terms().by_endpoint) continue;
            return;  // its turn comes
        }
        std::array<char, Token::secret_digits + 1> digits{};
        std::snprintf(digits.data(), digits.size(), "%08x%08x%08x", random_(), random_(), random_());
        const Token token{watched->mark, std::chrono::floor<std::chrono::seconds>(now), digits.data()};
        watched->ledger.begin(token, endpoint, now);
        start(token);
    }
}

/// Whom to try, the first first. What is greylisted is tried at the same place again, so that it becomes known there.
std::vector<EndpointKey> Flows::candidates(const Watched& watched, const FlowMessage& message) const {
    if (watched.ledger.terms().by_endpoint || message.greylisted) return {message.endpoint};
    std::vector<EndpointKey> keys;
    for (const EndpointKey& key : watched.status.endpoints) {
        if (!blocked_.holds(key.ip)) keys.push_back(key);
    }
    return keys.empty() ? std::vector{message.endpoint} : keys;
}

asio::awaitable<void> Flows::send(WatchedPointer watched, Token token) {
    const auto found = std::ranges::find(watched->ledger.messages(), token, &FlowMessage::token);
    if (found == watched->ledger.messages().end()) co_return;
    const std::vector<EndpointKey> keys = candidates(*watched, *found);
    handing_to_.insert(keys.front().ip);
    ++in_flight_;
    // First of all: who is killed while waiting has sent nothing. Where another message of the flow has been written
    // meanwhile, and this one with it, it is uncertain then: not sent again, nor taken for lost.
    bool may_open = co_await ports_->turn_at(keys.front().ip);
    changed(*watched);
    co_await written();
    watched->ledger.attempt_begins(token, wall_now());
    DeliveryFacts facts;
    EndpointKey endpoint = keys.front();
    for (const EndpointKey& key : keys) {
        if (key != endpoint) {
            may_open = co_await ports_->turn_at(key.ip);
        }
        if (!may_open || stopped_ || watched->is_dropped) break;
        endpoint = key;
        facts = co_await hand_over(watched, token, key);
        if (facts.outcome != Handed::failed) break;
    }
    handing_to_.erase(handing_to_.find(keys.front().ip));
    --in_flight_;
    handed(*watched, token, endpoint, std::move(facts));
}

/// Nothing where we cannot do it ourselves, and why.
std::optional<Consignment> Flows::consignment(const Watched& watched, const Token& token, const EndpointKey& endpoint,
                                              DeliveryFacts& fault) const {
    const FlowSettings& flow = watched.settings;
    Consignment consigned;
    consigned.endpoint = endpoint;
    consigned.hello = settings_.agent.ehlo;
    consigned.sender = flow.from;
    consigned.recipient = flow.to;
    consigned.message = compose({token, flow.name, flow.from, flow.to, endpoint});
    consigned.envelope_id = token.text();
    if (flow.via.kind != FlowRoute::Kind::service) return consigned;
    const ServiceSettings* const service = service_named(settings_, flow.via.service);
    if (service == nullptr) return std::nullopt;
    ServiceVisit visit = visit_of(*service, endpoint, settings_);
    if (!visit.no_password.empty()) {
        fault.failure = Failure{Phase::login, Reason::local_fault, std::move(visit.no_password)};
        return std::nullopt;
    }
    consigned.service = service->kind;
    consigned.login = std::move(visit.plan.login);
    return consigned;
}

asio::awaitable<DeliveryFacts> Flows::hand_over(WatchedPointer watched, Token token, EndpointKey endpoint) {
    DeliveryFacts facts;
    auto consigned = consignment(*watched, token, endpoint, facts);
    if (!consigned) co_return facts;
    Consignment sent = *std::move(consigned);
    facts = co_await ports_->deliver(std::move(sent));
    co_return facts;
}

void Flows::handed(Watched& watched, const Token& token, const EndpointKey& endpoint, DeliveryFacts facts) {
    std::string words(facts.reply.text());
    if (words.empty() && facts.failure) {
        words = std::string(name(facts.failure->phase)) + " " + std::string(name(facts.failure->reason));
        if (!facts.failure->detail.empty()) words += ": " + facts.failure->detail;
    }
    watched.ledger.handed(token, endpoint, facts.outcome, std::move(words), wall_now());
    watched.status.last_handing = std::make_shared<const Handing>(Handing{endpoint, wall_now(), std::move(facts)});
    changed(watched);
}

// ---- Keeping and telling --------------------------------------------------------------------------------------------

void Flows::changed(Watched& watched) {
    const FlowLedger::Changes changes = watched.ledger.take_changes();
    if (state_ != nullptr) {
        for (const FlowMessage& message : changes.kept)
            state_->keep(stored(watched.settings.name, message));
        for (const Token& token : changes.forgotten)
            state_->forget_flow_message(token.text());
    }
    const FlowStatus before = watched.status;
    FlowStatus& status = watched.status;
    status.messages = watched.ledger.messages();
    status.counts = watched.ledger.counts();
    status.in_flight = watched.ledger.in_flight();
    status.last_delivery = watched.ledger.last_delivery();
    status.findings = findings_of(status, before.findings);
    watched.cell->status.publish(std::make_shared<const FlowStatus>(status));
    for (const FlowMessage& message : changes.settled)
        observer_.flow_settled(status.name, message);
    if (!same_judgement(before, status)) observer_.flow_changed(before, status);
}

/// Ends when everything that was kept so far is written.
asio::awaitable<void> Flows::written() {
    if (state_ == nullptr || stopped_) co_return;
    auto done = std::make_shared<asio::steady_timer>(context_, asio::steady_timer::time_point::max());
    unwritten_.insert(done.get());
    const auto wake = [done = std::weak_ptr(done)] {
        if (const auto waiting = done.lock()) waiting->cancel();
    };
    state_->when_written([way_back = way_back_, wake] { way_back->post(wake); });
    co_await done->async_wait(as_result);
    unwritten_.erase(done.get());
}

bool Flows::is_idle() const {
    const auto is_at_work = [](const auto& each) { return each->is_under_way || !each->removable.empty(); };
    return in_flight_ == 0 && std::ranges::none_of(mailboxes_, is_at_work);
}

void Flows::stop() {
    stopped_ = true;
    for (asio::steady_timer* const timer : unwritten_)
        timer->cancel();
    ports_->stop();
}

}  // namespace mxfleet
