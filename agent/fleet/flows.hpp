// Test mail from end to end (CHECKS §11): sends each flow's messages by schedule, reads the mailboxes while something
// is on its way there, and publishes what became of it. Flows are few, so that all of it is done on the coordinating
// thread. What is kept is written before a message is sent, so that a crash sends nothing twice.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "agent/fleet/flow_cell.hpp"
#include "agent/fleet/mail_ports.hpp"
#include "agent/fleet/observer.hpp"
#include "agent/fleet/way_back.hpp"
#include "agent/judge/vantage.hpp"
#include "agent/state/store.hpp"
#include "probes/dns/resolve.hpp"

namespace mxfleet {

class Flows {
public:
    static constexpr std::size_t deliveries_at_once = 16;
    static constexpr std::size_t readings_at_once = 16;

    /// All outlive it but `ports`; `state` may be null. The ports need the same context.
    Flows(asio::io_context& context, FlowObserver& observer, StateStore* state, std::unique_ptr<MailPorts> ports);
    ~Flows();

    /// Takes the flows from there: of those that stay what they are, what is known stays.
    void configure(const Settings& settings, const TrustStore& trust);

    /// Begins what is due. `dns` outlives the lookups.
    void begin(DnsLookup& dns, const BlockedFamilies& blocked);

    /// By name. Another list whenever it changed.
    const FlowCells& cells() const { return cells_; }

    /// Deliveries and readings, from any thread.
    std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

    /// Whether nothing is under way, and no letter waits to be removed.
    bool is_idle() const;

    /// Ends what is under way soon, and begins no more.
    void stop();

private:
    struct Watched {
        FlowSettings settings;
        std::uint32_t mark = 0;
        FlowLedger ledger;
        FlowStatus status;  ///< what was published last
        std::shared_ptr<FlowCell> cell;
        SteadyTime lookup_due{};
        SteadyTime good_at{};
        bool is_looking_up = false;
        bool is_dropped = false;  ///< no longer configured
    };
    using WatchedPointer = std::shared_ptr<Watched>;

    struct Mailbox {
        ServiceSettings service;
        Credentials credentials;
        std::vector<EndpointKey> addresses;
        SteadyTime lookup_due{};
        std::size_t turn = 0;  ///< which of the addresses
        bool is_under_way = false;
        MaybeTime read_at;      ///< when the last reading began
        MaybeTime complete_at;  ///< when the last complete one did
        std::vector<LetterKey> removable;
        std::map<LetterKey, WallTime> removed;  ///< or tried to be, and when
        std::shared_ptr<MailboxMemory> memory = std::make_shared<MailboxMemory>();
        bool is_dropped = false;
    };
    using MailboxPointer = std::shared_ptr<Mailbox>;

    // Which there are.
    WatchedPointer watched(const FlowSettings& settings);
    void restore(Watched& watched);
    MailboxPointer mailbox(const std::string& service);
    std::vector<WatchedPointer> flows_into(const Mailbox& mailbox) const;

    // Where mail goes.
    asio::awaitable<void> look_up(WatchedPointer watched, DnsLookup& dns);

    // Sending.
    void begin_messages(const WatchedPointer& watched);
    asio::awaitable<void> send(WatchedPointer watched, Token token);
    std::vector<EndpointKey> candidates(const Watched& watched, const FlowMessage& message) const;
    std::optional<Consignment> consignment(const Watched& watched, const Token& token, const EndpointKey& endpoint,
                                           DeliveryFacts& fault) const;
    asio::awaitable<DeliveryFacts> hand_over(WatchedPointer watched, Token token, EndpointKey endpoint);
    void handed(Watched& watched, const Token& token, const EndpointKey& endpoint, DeliveryFacts facts);

    // Reading.
    void begin_reading(const MailboxPointer& mailbox, DnsLookup& dns);
    bool is_reading_due(const Mailbox& mailbox, WallTime now) const;
    asio::awaitable<void> read(MailboxPointer mailbox, DnsLookup& dns);
    asio::awaitable<void> find_mailbox(MailboxPointer mailbox, DnsLookup& dns);
    MailboxWish wish_for(Mailbox& mailbox) const;
    std::vector<LetterKey> take_in(Mailbox& mailbox, const MailboxSight& sight, WallTime begun_at);
    bool is_ours(const std::vector<WatchedPointer>& flows, const SeenLetter& letter, MaybeTime previous);

    // Keeping and telling.
    void changed(Watched& watched);
    asio::awaitable<void> written();

    asio::io_context& context_;
    FlowObserver& observer_;
    StateStore* const state_;
    std::unique_ptr<MailPorts> ports_;
    std::shared_ptr<WayBack> way_back_;
    std::random_device random_;  ///< nobody is to guess a token
    Settings settings_;
    std::vector<WatchedPointer> watched_;  ///< by name
    std::vector<MailboxPointer> mailboxes_;
    FlowCells cells_;
    std::vector<StoredFlowMessage> recalled_;  ///< what an earlier run has kept
    bool has_recalled_ = false;
    BlockedFamilies blocked_;
    SteadyTime look_due_{};
    std::multiset<IpAddress> handing_to_;  ///< no new message goes to one of these
    std::size_t readings_ = 0;
    std::unordered_set<asio::steady_timer*> unwritten_;
    std::atomic<std::size_t> in_flight_ = 0;
    bool stopped_ = false;
};

}  // namespace mxfleet
