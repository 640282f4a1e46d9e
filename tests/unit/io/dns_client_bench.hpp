// What tests of the DNS client begin with: servers of many kinds, and a client that asks them.
#pragma once

#include <gtest/gtest.h>

#include <asio/cancellation_signal.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/io/dns_client.hpp"
#include "tests/unit/io/dns_server.hpp"
#include "tests/unit/wire/dns_message_builder.hpp"

namespace mxfleet::testing_dns {

Message answer_to(const Asked& asked, std::vector<Record> answers = {});
Message good_answer(const Asked& asked);
Message with_rcode(const Asked& asked, std::uint16_t rcode);
Message truncated(const Asked& asked);

// ---- What a server can be like --------------------------------------------------------------------------------------

void answers(DnsServer& server, const Asked& asked);
void is_silent(DnsServer& server, const Asked& asked);
void refers(DnsServer& server, const Asked& asked);
void is_malformed(DnsServer& server, const Asked& asked);
void truncates_always(DnsServer& server, const Asked& asked);
void answers_over_tcp(DnsServer& server, const Asked& asked);
void is_silent_over_tcp(DnsServer& server, const Asked& asked);
void drops_tcp(DnsServer& server, const Asked& asked);
void knows_no_edns(DnsServer& server, const Asked& asked);

template <std::uint16_t rcode>
void says(DnsServer& server, const Asked& asked) {
    server.reply(asked, with_rcode(asked, rcode).bytes());
}

// ---- The test bench -------------------------------------------------------------------------------------------------

struct Observed {
    std::string resolver;
    RecordType type;
    DnsOutcome outcome;

    bool operator==(const Observed&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Observed& row);

struct Recorder : DnsObserver {
    void on_query(const std::string& resolver, RecordType type, DnsOutcome outcome, Duration taken) override {
        EXPECT_GT(taken, Duration::zero());
        seen.push_back({resolver, type, outcome});
    }

    std::vector<DnsOutcome> outcomes() const {
        std::vector<DnsOutcome> list;
        for (const Observed& each : seen)
            list.push_back(each.outcome);
        return list;
    }

    std::vector<Observed> seen;
};

class DnsClientTest : public ::testing::Test {
protected:
    /// A server that is the next resolver.
    DnsServer& serve(DnsServer::OnQuery on_query, const std::string& ip = "127.0.0.1") {
        servers_.push_back(std::make_unique<DnsServer>(context_, ip, std::move(on_query)));
        settings_.resolvers.push_back(servers_.back()->address());
        return *servers_.back();
    }

    DnsClient& client() {
        if (!client_) client_.emplace(context_, settings_, &observer_);
        return *client_;
    }

    /// A query that has been started, and its result once that is there.
    struct Started {
        asio::cancellation_signal cancel;
        std::optional<DnsResult> result;
    };
    using Pending = std::shared_ptr<Started>;

    Pending start(std::string name, RecordType type = RecordType::a, DnsFlags flags = {});

    DnsResult finish(const Pending& pending) {
        while (!pending->result)
            context_.run_one();
        return *pending->result;
    }

    DnsResult ask(std::string name = "mx.test", RecordType type = RecordType::a, DnsFlags flags = {}) {
        return finish(start(std::move(name), type, flags));
    }

    /// Runs what can run without anything new from outside.
    void settle() {
        while (context_.poll() > 0) {
        }
    }

    Recorder observer_;
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context_);
    DnsSettings settings_{.resolvers = {}, .compare = {}, .timeout = std::chrono::seconds{5}, .tries = 1};
    std::vector<std::unique_ptr<DnsServer>> servers_;
    std::optional<DnsClient> client_;
};

}  // namespace mxfleet::testing_dns
