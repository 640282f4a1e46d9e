// Asks the further resolvers of `dns.compare` what they say of a domain's MX, after ours has answered, and follows who
// says something else. For the coordinating thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/judge/mx_history.hpp"
#include "config/settings.hpp"
#include "probes/io/dns_client.hpp"

namespace mxfleet {

/// Whom domains are compared for.
class ComparisonUser {
public:
    virtual ~ComparisonUser() = default;
    virtual bool is_watched(const SharedText& domain) = 0;
    virtual void mx_compared(const SharedText& domain, ComparedMx compared) = 0;
};

class Comparison {
public:
    /// `user` and `observer` outlive it.
    Comparison(asio::io_context& context, ComparisonUser& user, DnsObserver& observer)
        : context_(context), user_(user), observer_(observer) {}

    void configure(const Settings& settings);

    /// After a lookup of the domain. Nothing happens where no resolver is configured, where ours gave no answer, or
    /// where many are asked already: the next lookup compares again.
    void begin(const MxFacts& facts);

    void shutdown();

private:
    struct Resolver {
        std::string label;
        std::unique_ptr<DnsClient> client;
    };
    using Resolvers = std::vector<Resolver>;
    struct Ours {
        SharedText domain;
        MxSet set;
        std::optional<std::chrono::seconds> ttl;
    };

    asio::awaitable<void> ask(std::shared_ptr<Resolvers> resolvers, Ours ours);
    void learn(const Ours& ours, const std::vector<OtherAnswer>& answers);

    asio::io_context& context_;
    ComparisonUser& user_;
    DnsObserver& observer_;
    DnsSettings dns_;
    std::size_t cap_ = 1;
    std::shared_ptr<Resolvers> resolvers_ = std::make_shared<Resolvers>();
    std::unordered_map<SharedText, std::vector<Disagreement>> disagreements_;  ///< of domains that have some
    std::size_t under_way_ = 0;
    bool stopped_ = false;
};

}  // namespace mxfleet
