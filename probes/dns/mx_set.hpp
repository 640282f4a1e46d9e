// The set that two looks at a domain's MX are compared by (CHECKS §1): preferences and exchanges. Order, TTL and
// addresses do not count. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "probes/dns/facts.hpp"
#include "probes/model/time.hpp"
#include "probes/wire/dns_result.hpp"

namespace mxfleet {

/// As published: a null MX is `.`, and where there is no MX the set is empty.
using MxSet = std::set<std::pair<std::uint16_t, std::string>>;

MxSet mx_set(const MxFacts& facts);

/// `10 mx1.example.com`, one a line; empty for the empty set.
std::string lines_of(const MxSet& set);

/// `10 mx1.example.com, 20 mx2.example.com`, or `no MX record`.
std::string in_words(const MxSet& set);

/// What a further resolver says of a domain.
struct OtherAnswer {
    std::string resolver;
    std::optional<MxSet> set;  ///< empty: it gave no answer
    std::optional<std::chrono::seconds> ttl;
};

/// `cap` as for `assess_mx`.
OtherAnswer other_answer(std::string_view domain, std::string resolver, const DnsResult& result, std::size_t cap);

/// That a resolver says something else than ours. It counts once it has outlived the larger TTL: until then one of them
/// may have an answer from before a change.
struct Disagreement {
    std::string resolver;
    MxSet ours;
    MxSet theirs;
    SteadyTime counts_from;
    bool answered = true;  ///< when last asked; an error is no disagreement

    bool counts(SteadyTime now) const { return answered && now >= counts_from; }
};

/// The disagreements after both were asked again. One that goes on with the same sets goes on; with others it is new.
std::vector<Disagreement> follow(const std::vector<Disagreement>& held, const MxSet& ours,
                                 std::optional<std::chrono::seconds> ttl, std::span<const OtherAnswer> others,
                                 SteadyTime now);

}  // namespace mxfleet
