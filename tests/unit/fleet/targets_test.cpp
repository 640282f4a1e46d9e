#include "agent/fleet/targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>
#include <set>

#include "tests/unit/fleet/some_targets.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Pair;
using testing::Pointee;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

FoundEndpoint found(int number, std::uint16_t preference = 10, std::optional<Failure> skip = {}) {
    const std::string mx = "mx" + std::to_string(number) + ".example.net";
    return {preference, {mx, *IpAddress::parse("192.0.2." + std::to_string(number)), 25}, std::move(skip)};
}

class TargetsTest : public testing::Test {
protected:
    std::vector<std::string> assigned(const Targets::Changes& changes) const {
        std::vector<std::string> names;
        for (const Assignment& each : changes.assignments)
            names.push_back(each.cell->key.mx);
        std::ranges::sort(names);
        return names;
    }

    void set(const std::string& name, const std::vector<FoundEndpoint>& endpoints, SteadyTime now = start) {
        left_out = targets.set_endpoints(*targets.find(name), endpoints, now, wall);
    }

    const TargetTerms terms{.interval = 5min, .relay_enabled = true, .port = 25, .max_endpoints = 4};
    Targets targets{terms};
    std::size_t left_out = 0;
};

TEST_F(TargetsTest, AnEndpointThatManyDomainsShareIsProbedOnce) {
    targets.set_domains({domain("a.example"), domain("b.example")}, start);
    set("a.example", {found(1)});
    set("b.example", {found(1), found(2)});
    EXPECT_EQ(targets.endpoint_count(), 2u);
    EXPECT_THAT(assigned(targets.take_changes(start)), ElementsAre("mx1.example.net", "mx2.example.net"));
    EXPECT_EQ(targets.domains_of(found(1).key).size(), 2u);
    EXPECT_EQ(targets.domains_of(found(2).key).size(), 1u);
    EXPECT_EQ(targets.find("a.example")->endpoints[0].endpoint, targets.find("b.example")->endpoints[0].endpoint);
}

TEST_F(TargetsTest, WhoSharesAnEndpointMayLeaveInAnyOrder) {
    const std::vector<std::string> names{"a.example", "b.example", "c.example", "d.example"};
    targets.set_domains({domain(names[0]), domain(names[1]), domain(names[2]), domain(names[3])}, start);
    for (const std::string& name : names)
        set(name, {found(1), found(2)});
    const auto sharing = [&](int number) {
        std::vector<std::string> left;
        for (const DomainTarget* const each : targets.domains_of(found(number).key))
            left.emplace_back(each->cell->name);
        return left;
    };
    set("b.example", {found(2)});
    EXPECT_THAT(sharing(1), UnorderedElementsAre("a.example", "c.example", "d.example"));
    EXPECT_THAT(sharing(2), UnorderedElementsAreArray(names));
    set("d.example", {found(2)});
    set("a.example", {found(1)});
    EXPECT_THAT(sharing(1), UnorderedElementsAre("a.example", "c.example"));
    EXPECT_THAT(sharing(2), UnorderedElementsAre("b.example", "c.example", "d.example"));
    set("c.example", {});
    set("a.example", {});
    EXPECT_THAT(sharing(1), IsEmpty());
    EXPECT_THAT(sharing(2), UnorderedElementsAre("b.example", "d.example"));
}

TEST_F(TargetsTest, AListedTwiceAddressIsOneEndpoint) {
    targets.set_domains({domain("a.example")}, start);
    set("a.example", {found(1, 10), found(1, 20)});
    EXPECT_EQ(targets.find("a.example")->endpoints.size(), 1u);
    EXPECT_EQ(targets.find("a.example")->endpoints[0].preference, 10) << "its best preference";
}

TEST_F(TargetsTest, SharedEndpointsFollowTheShortestInterval) {
    targets.set_domains({domain("a.example"), domain("b.example", {.interval = 1min})}, start);
    set("a.example", {found(1)});
    set("b.example", {found(1)});
    const auto changes = targets.take_changes(start);
    ASSERT_EQ(changes.assignments.size(), 1u);
    EXPECT_EQ(changes.assignments[0].interval, Duration{1min});
    targets.set_domains({domain("a.example")}, start);
    const auto later = targets.take_changes(start);
    ASSERT_EQ(later.assignments.size(), 1u);
    EXPECT_EQ(later.assignments[0].interval, Duration{5min});
}

TEST_F(TargetsTest, RelayRunsForTheDomainsThatWantIt) {
    targets.set_domains({domain("b.example"), domain("a.example"), domain("no.example", {.relay = false})}, start);
    for (const char* name : {"a.example", "b.example", "no.example"})
        set(name, {found(1)});
    const auto asked = targets.take_changes(start).assignments.at(0).asked;
    EXPECT_THAT(asked->relay, ElementsAre("a.example", "b.example"));
    EXPECT_THAT(asked->policy, ElementsAre("a.example", "b.example", "no.example"));
    targets.set_terms({.interval = 5min, .relay_enabled = false, .port = 25, .max_endpoints = 4});
    EXPECT_THAT(targets.take_changes(start).assignments.at(0).asked->relay, IsEmpty());
}

/// They take turns at answering for their exchange.
TEST_F(TargetsTest, AddressesOfAnExchangeKnowTheirPlaceAmongThem) {
    targets.set_domains({domain("a.example")}, start);
    std::vector<FoundEndpoint> addresses{found(1), found(2), found(3), found(4)};
    for (FoundEndpoint& each : addresses | std::views::take(3))
        each.key.mx = "mx.example.net";
    set("a.example", addresses);
    std::multiset<std::pair<std::uint32_t, std::uint32_t>> places;
    const auto changes = targets.take_changes(start);
    for (const Assignment& assignment : changes.assignments)
        places.emplace(assignment.asked->sibling, assignment.asked->siblings);
    EXPECT_THAT(places, ElementsAre(Pair(0, 1), Pair(0, 3), Pair(1, 3), Pair(2, 3)));
}

TEST_F(TargetsTest, WhatVanishedStaysForOneIntervalAndMayComeBack) {
    targets.set_domains({domain("a.example")}, start);
    set("a.example", {found(1)});
    targets.take_changes(start);
    set("a.example", {}, start + 1min);
    EXPECT_THAT(targets.take_changes(start + 5min).releases, IsEmpty());
    EXPECT_EQ(targets.endpoint_count(), 1u);

    set("a.example", {found(1)}, start + 5min);
    EXPECT_THAT(targets.take_changes(start + 20min).releases, IsEmpty()) << "it came back";

    set("a.example", {}, start + 30min);
    const auto gone = targets.take_changes(start + 35min);
    EXPECT_THAT(gone.releases, ElementsAre(Pointee(Field(&EndpointCell::key, found(1).key))));
    EXPECT_TRUE(gone.set_changed);
    EXPECT_EQ(targets.endpoint_count(), 0u);
    EXPECT_THAT(targets.domains_of(found(1).key), IsEmpty());
}

TEST_F(TargetsTest, NoFormIsTriedForADomainThatIsNoLongerConfigured) {
    targets.set_domains({domain("a.example"), domain("b.example")}, start);
    set("a.example", {found(1)});
    targets.take_changes(start);
    targets.set_domains({domain("b.example")}, start);
    const auto changes = targets.take_changes(start);
    ASSERT_EQ(changes.assignments.size(), 1u) << "its endpoint is still probed until it retires";
    EXPECT_THAT(changes.assignments[0].asked->relay, IsEmpty());
    EXPECT_THAT(changes.assignments[0].asked->policy, IsEmpty());
    EXPECT_EQ(changes.assignments[0].interval, Duration{5min});
}

TEST_F(TargetsTest, WhatMustNotBeConnectedToIsShownAndNotAssigned) {
    targets.set_domains({domain("a.example")}, start);
    set("a.example", {found(1), found(2, 10, denied())});
    EXPECT_THAT(assigned(targets.take_changes(start)), ElementsAre("mx1.example.net"));
    const auto cells = targets.endpoint_cells();
    ASSERT_EQ(cells.size(), 2u);
    EXPECT_EQ(cells[1]->status.read()->state, EndpointState::skipped);

    set("a.example", {found(1, 10, denied()), found(2)});
    const auto changes = targets.take_changes(start);
    EXPECT_THAT(changes.releases, ElementsAre(Pointee(Field(&EndpointCell::key, found(1).key))));
    EXPECT_THAT(assigned(changes), ElementsAre("mx2.example.net"));
    EXPECT_EQ(cells[0]->status.read()->state, EndpointState::skipped) << "readers hold the same cell";
    EXPECT_EQ(cells[1]->status.read()->state, EndpointState::unknown);
}

TEST_F(TargetsTest, TheFleetHasACap) {
    targets.set_domains({domain("a.example"), domain("b.example")}, start);
    set("a.example", {found(1), found(2), found(3), found(4), found(5)});
    EXPECT_EQ(left_out, 1u);
    EXPECT_EQ(targets.endpoint_count(), 4u);
    set("a.example", {found(1), found(2), found(3), found(4), found(5)});
    EXPECT_EQ(left_out, 0u) << "counted already";
    set("b.example", {found(4), found(6)});
    EXPECT_EQ(left_out, 1u) << "one that is watched anyway is not left out";
    EXPECT_EQ(targets.find("b.example")->endpoints.size(), 1u);
}

TEST_F(TargetsTest, ABackupIsNoPrimaryBecauseThePrimaryWasLeftOut) {
    targets.set_domains({domain("a.example"), domain("b.example")}, start);
    set("a.example", {found(1), found(2), found(3), found(4)});
    set("b.example", {found(5, 10), found(4, 20)});
    ASSERT_EQ(targets.find("b.example")->endpoints.size(), 1u);
    EXPECT_EQ(targets.find("b.example")->best_preference, 10);
    set("b.example", {});
    set("b.example", {found(4, 20)});
    EXPECT_EQ(targets.find("b.example")->best_preference, 20);
}

TEST_F(TargetsTest, KnownDomainsKeepWhatIsKnownOfThem) {
    EXPECT_EQ(targets.set_domains({domain("a.example")}, start).added.size(), 1u);
    DomainTarget* const before = targets.find("a.example");
    before->past = std::make_shared<const MxPast>(MxPast{.changes = 3});
    const auto [added, altered] =
        targets.set_domains({domain("a.example", {.expect = Expect::mail}), domain("b.example")}, start);
    ASSERT_EQ(added.size(), 1u);
    EXPECT_EQ(added[0]->cell->name, "b.example");
    EXPECT_EQ(targets.find("a.example"), before);
    EXPECT_THAT(altered, ElementsAre(before));
    EXPECT_EQ(past_of(before->past).changes, 3u);
    EXPECT_EQ(before->policy->expect, Expect::mail);
}

TEST_F(TargetsTest, WhatIsWantedAsBeforeIsLeftAlone) {
    targets.set_domains({domain("a.example", {.interval = 1min})}, start);
    set("a.example", {found(1)});
    EXPECT_THAT(targets.take_changes(start).assignments, SizeIs(1));
    const auto [added, altered] = targets.set_domains({domain("a.example", {.interval = 1min})}, start);
    targets.set_terms(terms);
    EXPECT_THAT(added, IsEmpty());
    EXPECT_THAT(altered, IsEmpty());
    EXPECT_THAT(targets.take_changes(start).assignments, IsEmpty());
    targets.set_domains({domain("a.example", {.interval = 2min})}, start);
    EXPECT_THAT(targets.take_changes(start).assignments, SizeIs(1));
}

TEST_F(TargetsTest, ABackupsFirstTurnComesAfterThePrimaries) {
    targets.set_domains({domain("a.example")}, start);
    set("a.example", {found(1, 10), found(2, 20)});
    Duration primary{};
    Duration backup{};
    for (const Assignment& each : targets.take_changes(start).assignments)
        (each.cell->key == found(1).key ? primary : backup) = each.first_after;
    EXPECT_LT(primary, backup);
}

TEST_F(TargetsTest, TellsOnceThatTheSetChanged) {
    targets.set_domains({domain("a.example")}, start);
    EXPECT_TRUE(targets.take_changes(start).set_changed);
    EXPECT_FALSE(targets.take_changes(start).set_changed);
    targets.set_domains({domain("a.example")}, start);
    EXPECT_FALSE(targets.take_changes(start).set_changed);
    set("a.example", {found(1)});
    EXPECT_TRUE(targets.take_changes(start).set_changed);
}

TEST_F(TargetsTest, ReadersSeeEverybodyInOrder) {
    targets.set_domains({domain("b.example"), domain("a.example")}, start);
    set("a.example", {found(3), found(1), found(2)});
    std::vector<std::string> names;
    for (const auto& cell : targets.domain_cells())
        names.push_back(cell->name);
    for (const auto& cell : targets.endpoint_cells())
        names.push_back(cell->key.mx);
    EXPECT_THAT(names, ElementsAre("a.example", "b.example", "mx1.example.net", "mx2.example.net", "mx3.example.net"));
}

// ---- TLSA records of shared exchanges -------------------------------------------------------------------------------

SharedTlsa usable(std::uint8_t digest) {
    TlsaFacts facts{.state = TlsaState::usable, .base = "mx1.example.net"};
    facts.records = {{3, 1, 1, std::vector<std::uint8_t>(32, digest)}};
    facts.usable = 1;
    return std::make_shared<const TlsaFacts>(std::move(facts));
}

FoundEndpoint with(SharedTlsa tlsa) {
    FoundEndpoint each = found(1);
    each.tlsa = std::move(tlsa);
    return each;
}

class TlsaOfTargets : public TargetsTest {
protected:
    TlsaOfTargets() { targets.set_domains({domain("a.example"), domain("b.example")}, start); }

    /// What the lane is told after a lookup of the domain; nothing if it need not be told.
    std::optional<SharedTlsa> told_after(const std::string& name, SharedTlsa seen) {
        set(name, {with(std::move(seen))});
        const auto changes = targets.take_changes(start);
        if (changes.assignments.empty()) return std::nullopt;
        return changes.assignments[0].tlsa;
    }
};

TEST_F(TlsaOfTargets, TheLaneIsToldOfEachChangeOnce) {
    const SharedTlsa first = usable(1);
    EXPECT_EQ(told_after("a.example", first), first);
    EXPECT_FALSE(told_after("a.example", usable(1))) << "the same records, found again";
    const SharedTlsa second = usable(2);
    EXPECT_EQ(told_after("a.example", second), second);
    EXPECT_EQ(told_after("a.example", tlsa_without_records(TlsaState::absent)),
              tlsa_without_records(TlsaState::absent));
}

TEST_F(TlsaOfTargets, WhoseOwnMxIsNotSecureIsNoWitness) {
    const SharedTlsa records = usable(1);
    const SharedTlsa insecure = tlsa_without_records(TlsaState::insecure);
    EXPECT_EQ(told_after("b.example", insecure), insecure);
    EXPECT_EQ(told_after("a.example", records), records);
    EXPECT_EQ(told_after("b.example", insecure).value_or(records), records);
    EXPECT_FALSE(told_after("b.example", insecure));
    EXPECT_EQ(told_after("a.example", insecure), insecure) << "the witness itself says so";
}

TEST_F(TlsaOfTargets, AWitnessThatGoesIsFollowedByTheNext) {
    const SharedTlsa insecure = tlsa_without_records(TlsaState::insecure);
    told_after("a.example", usable(1));
    told_after("b.example", insecure);
    targets.set_domains({domain("b.example")}, start);
    EXPECT_EQ(told_after("b.example", insecure), insecure);
}

TEST_F(TlsaOfTargets, WhatIsNotKnownChangesNothing) {
    told_after("a.example", usable(1));
    EXPECT_FALSE(told_after("a.example", nullptr));
}

}  // namespace
}  // namespace mxfleet
