// Mail servers and a mailbox that exist in memory alone.
#pragma once

#include <asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/fleet/mail_ports.hpp"
#include "probes/io/awaiting.hpp"

namespace mxfleet {

/// What the simulated world does with mail, and what it has seen.
struct MailWorld {
    enum class Fate { filed, junk, doubled, swallowed };

    std::map<std::string, std::vector<Handed>> answers;  ///< of an address, in turn; else it accepts
    std::map<std::string, Fate> fates;                   ///< of what an address accepts; else it is filed
    std::vector<Consignment> handed;
    std::vector<Letter> box;
    std::vector<LetterKey> removed;
    std::string empty_host;  ///< whose mailbox stays empty; elsewhere all see the same
    bool is_readable = true;
    std::vector<std::string> asked_for;  ///< addresses, for a turn
    bool is_busy = false;                ///< nobody has a turn
    bool hangs = false;                  ///< a delivery does not end
    int readings = 0;
    int next_id = 1;
    std::function<void()> on_delivery = [] {};

    void file(const std::string& text, bool junk = false) {
        box.push_back({junk ? "Junk" : "INBOX", "1/" + std::to_string(next_id++), junk, text});
    }
};

class SimulatedMail : public MailPorts {
public:
    SimulatedMail(asio::io_context& context, MailWorld& world) : pause_(context), world_(world) {}

    void configure(const Settings&, const TrustStore&) override {}

    asio::awaitable<bool> turn_at(IpAddress ip) override {
        world_.asked_for.push_back(ip.text());
        while (world_.is_busy) {
            pause_.expires_after(std::chrono::milliseconds{1});
            co_await pause_.async_wait(as_result);
        }
        co_return true;
    }

    asio::awaitable<DeliveryFacts> deliver(Consignment consignment) override {
        world_.on_delivery();
        world_.handed.push_back(consignment);
        if (world_.hangs) {
            pause_.expires_at(asio::steady_timer::time_point::max());
            co_await pause_.async_wait(as_result);
        }
        DeliveryFacts facts;
        const std::string ip = consignment.endpoint.ip.text();
        auto& answers = world_.answers[ip];
        facts.outcome = answers.empty() ? Handed::accepted : answers.front();
        if (!answers.empty()) answers.erase(answers.begin());
        facts.reply = facts.outcome == Handed::accepted ? "250 ok" : "450 not now";
        if (facts.outcome == Handed::accepted) take(consignment, world_.fates[ip]);
        co_return facts;
    }

    asio::awaitable<MailboxSight> read(MailboxVisit visit, std::shared_ptr<MailboxMemory>) override {
        ++world_.readings;
        MailboxSight sight;
        if (!world_.is_readable) {
            sight.failure = Failure{Phase::connect, Reason::refused, "nobody there"};
            co_return sight;
        }
        for (const LetterKey& key : visit.wish.remove) {
            world_.removed.push_back(key);
            std::erase_if(world_.box, [&](const Letter& letter) { return letter.key() == key; });
        }
        if (visit.endpoint.mx != world_.empty_host) sight.letters = world_.box;
        sight.is_complete = true;
        co_return sight;
    }

    void stop() override { pause_.cancel(); }

private:
    void take(const Consignment& consignment, MailWorld::Fate fate) {
        if (fate == MailWorld::Fate::swallowed) return;
        world_.file(consignment.message, fate == MailWorld::Fate::junk);
        if (fate == MailWorld::Fate::doubled) world_.file(consignment.message);
    }

    asio::steady_timer pause_;
    MailWorld& world_;
};

}  // namespace mxfleet
