#include "agent/fleet/relay_confirmations.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "agent/fleet/settings_of.hpp"
#include "probes/io/clocks.hpp"

namespace mxfleet {

namespace {

bool is_of_another_form(const EndpointKey& a, const EndpointKey& b) {
    return a.ip == b.ip && a.port == b.port && a.mx != b.mx;
}

}  // namespace

/// Who is suspected, and by which form it is to be asked.
class RelaySuspects {
public:
    static constexpr std::size_t limit = 1000;

    /// As a flow knows it: the form stands in place of the exchange, since all names of an address are one server.
    static EndpointKey key_of(const EndpointKey& endpoint, std::string_view form) {
        return {SharedText(form), endpoint.ip, endpoint.port};
    }

    struct Suspect {
        EndpointKey endpoint;
        std::string reverse_path, forward_path;
        std::vector<std::weak_ptr<EndpointCell>> cells;  ///< one for each name that the server has
    };

    Suspect* find(const EndpointKey& key) {
        const auto found = suspects_.find(key);
        return found == suspects_.end() ? nullptr : &found->second;
    }

    void add(const EndpointKey& key, Suspect suspect, const std::shared_ptr<EndpointCell>& cell) {
        if (suspects_.size() >= limit && !suspects_.contains(key)) return;
        Suspect& kept = suspects_[key];
        suspect.cells = std::move(kept.cells);
        const auto is_gone_or_same = [&](const auto& each) { return each.expired() || each.lock() == cell; };
        std::erase_if(suspect.cells, is_gone_or_same);
        suspect.cells.push_back(cell);
        kept = std::move(suspect);
    }

    /// The server of this key is suspected by no other form.
    void clear(const EndpointKey& key) {
        std::erase_if(suspects_, [&](const auto& each) { return is_of_another_form(each.first, key); });
    }

    void clear() { suspects_.clear(); }

    std::vector<EndpointKey> keys() const {
        std::vector<EndpointKey> keys;
        for (const auto& [key, suspect] : suspects_)
            keys.push_back(key);
        return keys;
    }

private:
    std::map<EndpointKey, Suspect> suspects_;
};

namespace {

using namespace std::chrono_literals;

constexpr Duration suspects_hold_for = 1s;
constexpr std::string_view flow_name = "relay confirmation";  // no flow that is configured can have a blank in its name

/// Mail goes to the suspects, by the envelope that each of them has taken.
class ConfirmingPorts : public MailPorts {
public:
    ConfirmingPorts(std::shared_ptr<RelaySuspects> suspects, std::unique_ptr<MailPorts> ports)
        : suspects_(std::move(suspects)), ports_(std::move(ports)) {}

    void configure(const Settings& settings, const TrustStore& trust) override { ports_->configure(settings, trust); }
    void stop() override { ports_->stop(); }

    asio::awaitable<MailRoute> route(DnsLookup&, FlowSettings, const Settings&) override {
        co_return MailRoute{suspects_->keys(), true, suspects_hold_for};
    }

    asio::awaitable<bool> turn_at(IpAddress ip) override { return ports_->turn_at(ip); }

    asio::awaitable<DeliveryFacts> deliver(Consignment consignment) override {
        const RelaySuspects::Suspect* const suspect = suspects_->find(consignment.endpoint);
        if (suspect == nullptr) co_return nobody_to_ask();
        consignment.endpoint = suspect->endpoint;
        consignment.reverse_path = suspect->reverse_path;
        consignment.forward_path = suspect->forward_path;
        DeliveryFacts facts = co_await ports_->deliver(std::move(consignment));
        // One DATA a week: who has refused the message itself is not given it again.
        if (facts.failure && facts.failure->phase == Phase::data_end && facts.outcome == Handed::not_now)
            facts.outcome = Handed::refused;
        co_return facts;
    }

    asio::awaitable<MailboxSight> read(MailboxVisit visit, std::shared_ptr<MailboxMemory> memory) override {
        return ports_->read(std::move(visit), std::move(memory));
    }

private:
    static DeliveryFacts nobody_to_ask() {
        DeliveryFacts facts;
        facts.failure = Failure{Phase::connect, Reason::local_fault, "suspected no longer"};
        return facts;
    }

    std::shared_ptr<RelaySuspects> suspects_;
    std::unique_ptr<MailPorts> ports_;
};

FlowSettings flow_of(const Settings& settings) {
    FlowSettings flow;
    flow.name = flow_name;
    flow.from = relay_sender(settings);
    flow.to = settings.relay.recipient;
    flow.via.kind = FlowRoute::Kind::each_endpoint;
    flow.mailbox = settings.relay.confirm_mailbox;
    flow.interval = RelayConfirmations::interval;
    flow.late = flow.lost = RelayConfirmations::patience;
    return flow;
}

}  // namespace

RelayConfirmations::RelayConfirmations(asio::io_context& context, StateStore* state, std::unique_ptr<MailPorts> ports,
                                       Relayed relayed)
    : state_(state),
      relayed_(std::move(relayed)),
      suspects_(std::make_shared<RelaySuspects>()),
      flows_(context, *this, state, std::make_unique<ConfirmingPorts>(suspects_, std::move(ports))) {}

RelayConfirmations::~RelayConfirmations() = default;

void RelayConfirmations::configure(const Settings& settings, const TrustStore& trust) {
    settings_ = settings.relay;
    sender_ = relay_sender(settings);
    // What cannot be delivered must have somebody to return to.
    is_enabled_ = settings.relay.confirm && state_ != nullptr && !sender_.ends_with('@');
    if (!is_enabled_) suspects_->clear();
    Settings own = settings;
    own.schedule.shard = {};  // each agent confirms for the endpoints it has
    own.flows.clear();
    if (is_enabled_) own.flows.push_back(flow_of(settings));
    flows_.configure(own, trust);
}

void RelayConfirmations::look(const std::shared_ptr<EndpointCell>& cell,
                              const std::shared_ptr<const RecipientRoute>& route,
                              const std::vector<DomainTarget*>& domains) {
    if (!is_enabled_) return;
    const auto status = cell->status.read();
    const RelayTerms terms{sender_, settings_.recipient, route};
    std::vector<SharedText> asking;
    for (const DomainTarget* const domain : domains) {
        if (domain->policy->relay.value_or(settings_.enabled)) asking.push_back(domain->cell->name);
    }
    const bool is_suspected =
        status->relay.state == RelayState::suspected && !asking.empty() && relay_obstacle(terms, cell->key).empty();
    const std::string id(is_suspected ? status->relay.suspected_form() : std::string_view{});
    const EndpointKey key = RelaySuspects::key_of(cell->key, id);
    suspects_->clear(key);
    std::erase_if(early_, [&](const EndpointKey& each) { return is_of_another_form(each, key); });
    const auto form = std::ranges::find(relay_forms, id, &RelayForm::id);
    if (!is_suspected || form == relay_forms.end()) return;
    const bool knows_host = status->last_up && status->last_up->greeting;
    const std::string_view host = knows_host ? status->last_up->greeting->host() : std::string_view{};
    const RelayNames names = make_relay_plan(terms, cell->key, asking, host, status->relay, wall_now()).names;
    suspects_->add(key, {cell->key, expand(form->mail_from, names), expand(form->rcpt_to, names), {}}, cell);
    if (early_.contains(key)) relayed_(cell, id);
}

void RelayConfirmations::begin(DnsLookup& dns, const BlockedFamilies& blocked) {
    if (is_enabled_) flows_.begin(dns, blocked);
}

void RelayConfirmations::flow_settled(const SharedText&, const FlowMessage& message) {
    if (message.state != MessageState::arrived) return;
    const RelaySuspects::Suspect* const suspect = suspects_->find(message.endpoint);
    if (suspect == nullptr) {
        if (early_.size() < RelaySuspects::limit) early_.insert(message.endpoint);
        return;
    }
    for (const auto& each : suspect->cells) {
        if (auto cell = each.lock()) relayed_(std::move(cell), std::string(message.endpoint.mx));
    }
}

}  // namespace mxfleet
