#include "probes/reputation/findings.hpp"

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr FindingCode missing("rdns.missing");
constexpr FindingCode unconfirmed("rdns.unconfirmed");
constexpr FindingCode listed_code("dnsbl.listed");

}  // namespace

std::vector<Statement> judge_reputation(const Reputation& reputation) {
    std::vector<Statement> statements;
    const ReverseDns& reverse = reputation.reverse;
    if (reverse.state == ReverseState::missing) statements.emplace_back(missing, "the address has no PTR record");
    if (reverse.state == ReverseState::unconfirmed) {
        statements.emplace_back(unconfirmed, "does not lead back to the address: " + listed(reverse.each_name()));
    }
    if (reputation.listings && reputation.listings->listed != 0) {
        statements.emplace_back(listed_code, "listed in " + listed(reputation.listings->listing_zones()));
    }
    return statements;
}

bool is_about_reputation(FindingCode code) {
    return code == missing || code == unconfirmed || code == listed_code;
}

}  // namespace mxfleet
