// Many agents, one fleet: each endpoint is watched by one of them, each thing about a domain said by one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "agent/fleet/domain_part.hpp"
#include "agent/fleet/targets.hpp"
#include "probes/model/shard.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime origin{};
constexpr WallTime day{std::chrono::days{20'000}};
constexpr std::size_t domains = 60;
constexpr std::size_t exchanges = 40;
constexpr std::uint32_t most_shards = 64;

std::string domain_name(std::size_t number) {
    return "d" + std::to_string(number) + ".example";
}

std::string exchange_name(std::size_t number) {
    return "mx" + std::to_string(number % exchanges) + ".example.net";
}

/// Each domain has two exchanges, which it shares with others.
MxFacts facts_of(std::size_t number) {
    MxFacts facts;
    facts.state = MxState::explicit_;
    for (const std::size_t which : {number, number * 7 + 1})
        facts.exchanges.push_back({.name = exchange_name(which), .preference = 10, .state = ExchangeState::ok});
    return facts;
}

std::vector<FoundEndpoint> found_in(const MxFacts& facts) {
    std::vector<FoundEndpoint> found;
    std::uint16_t preference = 10;
    for (const MxExchange& exchange : facts.exchanges) {
        found.push_back({preference, {exchange.name, *IpAddress::parse("192.0.2.1"), 25}, {}});
        preference = 20;
    }
    return found;
}

Targets agent_of(const ShardSettings& shard) {
    return Targets{{.interval = 5min, .max_endpoints = 1'000}, shard};
}

void watch_all(Targets& targets, const ShardSettings& shard) {
    std::vector<Domain> wanted;
    for (std::size_t number = 0; number < domains; ++number)
        wanted.push_back({domain_name(number), std::make_shared<const DomainPolicy>()});
    targets.set_domains(std::move(wanted), origin);
    for (std::size_t number = 0; number < domains; ++number) {
        DomainTarget& domain = *targets.find(domain_name(number));
        const MxFacts facts = facts_of(number);
        targets.set_endpoints(domain, found_in(facts), origin, day);
        domain.part = domain_part(domain.cell->name, &facts, shard);
    }
}

TEST(Sharing, EveryEndpointIsWatchedByOneAgentOfAnyNumber) {
    for (std::uint32_t count = 1; count <= most_shards; ++count) {
        std::map<EndpointKey, int> owners;
        for (std::uint32_t index = 0; index < count; ++index) {
            Targets targets = agent_of({index, count});
            watch_all(targets, {index, count});
            for (const Assignment& each : targets.take_changes(origin).assignments)
                ++owners[each.cell->key];
        }
        ASSERT_EQ(owners.size(), exchanges) << "of " << count;
        for (const auto& [key, times] : owners)
            ASSERT_EQ(times, 1) << key.text() << " of " << count;
    }
}

TEST(Sharing, EveryLinkAndEachPartOfADomainIsSaidByOneAgentOfAnyNumber) {
    for (std::uint32_t count = 1; count <= most_shards; ++count) {
        for (std::size_t number = 0; number < domains; ++number) {
            const MxFacts facts = facts_of(number);
            std::uint32_t dns = 0;
            std::uint32_t whole = 0;
            std::set<std::uint32_t> owners;
            for (const MxExchange& exchange : facts.exchanges)
                owners.insert(shard_of(exchange.name, count));
            for (std::uint32_t index = 0; index < count; ++index) {
                const DomainPart part = domain_part(domain_name(number), &facts, {index, count});
                dns += part.dns;
                whole += part.all_endpoints;
            }
            ASSERT_EQ(dns, 1u) << number << " of " << count;
            ASSERT_EQ(whole, owners.size() == 1 ? 1u : 0u) << number << " of " << count;
        }
    }
}

TEST(Sharing, OneAgentSaysThatADomainWithoutExchangesIsUndeliverable) {
    MxFacts none;
    none.state = MxState::nxdomain;
    for (std::uint32_t count = 1; count <= most_shards; ++count) {
        std::uint32_t said = 0;
        for (std::uint32_t index = 0; index < count; ++index)
            said += domain_part("gone.example", &none, {index, count}).all_endpoints;
        ASSERT_EQ(said, 1u) << "of " << count;
    }
}

TEST(Sharing, AnAgentShowsTheDomainsThatItHasAPartOf) {
    const ShardSettings shard{1, 16};
    Targets targets = agent_of(shard);
    watch_all(targets, shard);
    std::vector<std::string> wanted;
    for (std::size_t number = 0; number < domains; ++number) {
        const MxFacts facts = facts_of(number);
        const bool has_exchange = owns(shard, facts.exchanges[0].name) || owns(shard, facts.exchanges[1].name);
        if (has_exchange || owns(shard, domain_name(number))) wanted.push_back(domain_name(number));
    }
    std::vector<std::string> shown;
    for (const auto& cell : targets.domain_cells())
        shown.push_back(cell->name);
    EXPECT_THAT(shown, testing::UnorderedElementsAreArray(wanted));
    EXPECT_LT(shown.size(), domains);
    EXPECT_EQ(targets.domain_count(), domains);
}

/// An agent that watches an exchange which it shares a domain with, and the name of one that it does not.
class BackupsAgent : public testing::Test {
protected:
    static FoundEndpoint found(std::uint16_t preference, const std::string& mx) {
        return {preference, {mx, *IpAddress::parse("192.0.2.1"), 25}, {}};
    }

    static std::string others_exchange() {
        std::size_t number = 1;
        while (owns({shard_of(exchange_name(0), 2), 2}, exchange_name(number)))
            ++number;
        return exchange_name(number);
    }

    const std::string backup = exchange_name(0);
    const std::string primary = others_exchange();
    Targets targets = agent_of({shard_of(backup, 2), 2});
    DomainTarget& domain =
        *targets.set_domains({{"d.example", std::make_shared<const DomainPolicy>()}}, origin).added.front();
};

/// An agent that has nothing but a domain's backup must not take it for the primary.
TEST_F(BackupsAgent, ABackupIsOneAlsoForWhoHasNoPrimary) {
    targets.set_endpoints(domain, {found(10, primary), found(20, backup)}, origin, day);
    ASSERT_EQ(domain.endpoints.size(), 1u);
    EXPECT_TRUE(domain.endpoints.front().endpoint->is_backup());
    EXPECT_EQ(domain.best_preference, 10);
}

/// What is the best preference changes with others' exchanges, too, while nothing of our own does.
TEST_F(BackupsAgent, ABackupBecomesThePrimaryWhenOthersGo) {
    targets.set_endpoints(domain, {found(10, primary), found(20, backup)}, origin, day);
    targets.set_endpoints(domain, {found(20, backup)}, origin, day);
    ASSERT_EQ(domain.endpoints.size(), 1u);
    EXPECT_EQ(domain.best_preference, 20);
    EXPECT_FALSE(domain.endpoints.front().endpoint->is_backup());
    targets.set_endpoints(domain, {found(5, primary), found(20, backup)}, origin, day);
    EXPECT_EQ(domain.best_preference, 5);
}

}  // namespace
}  // namespace mxfleet
