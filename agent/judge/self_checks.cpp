#include "agent/judge/self_checks.hpp"

#include <algorithm>

#include "probes/model/words.hpp"

namespace mxfleet {
namespace {

constexpr Duration largest_step = std::chrono::seconds{2};  ///< time synchronisation slews what is less
constexpr Duration jump_is_told_for = std::chrono::minutes{10};
constexpr Duration fault_is_told_for = std::chrono::minutes{5};
constexpr unsigned silent_enough = 3;

std::string name_faults(const OwnAddress& address, std::string_view ehlo) {
    std::vector<std::string> faults;
    const ReverseDns& reverse = address.reputation.reverse;
    if (reverse.state == ReverseState::missing) faults.emplace_back("has no PTR record");
    if (reverse.state == ReverseState::unconfirmed) {
        faults.push_back("is called " + listed(reverse.each_name()) + ", which does not lead back to it");
    }
    if (address.has_our_name == false) {
        faults.push_back("is no address of " + std::string(ehlo) + ", which we give in EHLO");
    }
    return faults.empty() ? std::string{} : address.ip.text() + " " + listed(faults);
}

}  // namespace

SelfJudgement judge_own_names(std::span<const OwnAddress> addresses, std::string_view ehlo) {
    std::vector<std::string> faults;
    bool all_known = !addresses.empty();
    for (const OwnAddress& each : addresses) {
        if (std::string fault = name_faults(each, ehlo); !fault.empty()) faults.push_back(std::move(fault));
        const bool name_is_known = ehlo.empty() || each.has_our_name;
        all_known = all_known && each.reputation.reverse.is_confirmed() && name_is_known;
    }
    if (!faults.empty()) return {false, Statement("vantage.rdns_unconfirmed", listed(faults))};
    return {all_known ? std::optional(true) : std::nullopt, std::nullopt};
}

SelfJudgement judge_own_listings(std::span<const OwnAddress> addresses) {
    std::vector<std::string> listings;
    bool any_known = false;
    for (const OwnAddress& each : addresses) {
        const auto& lists = each.reputation.listings;
        if (!lists || lists->known == 0) continue;
        any_known = true;
        for (const std::string_view zone : lists->listing_zones())
            listings.push_back(each.ip.text() + " in " + std::string(zone));
    }
    if (!any_known) return {};
    if (listings.empty()) return {true, std::nullopt};
    return {false, Statement("vantage.listed", listed(listings))};
}

void ClockWatch::note(Duration running, WallTime wall) {
    const Duration offset = wall.time_since_epoch() - running;
    const Duration step = offset_ ? offset - *offset_ : Duration::zero();
    if (std::chrono::abs(step) > largest_step) {
        jumped_at_ = running;
        jump_ = step;
    }
    offset_ = offset;
    last_ = running;
}

SelfJudgement ClockWatch::judge() const {
    if (!offset_) return {};
    if (!jumped_at_ || last_ - *jumped_at_ >= jump_is_told_for) return {true, std::nullopt};
    const std::string_view where = jump_ > Duration::zero() ? "forward" : "back";
    return {false,
            Statement("vantage.clock", "it jumped " + std::string(where) + " by " + in_words(std::chrono::abs(jump_)))};
}

void FaultWatch::note(SteadyTime now, const SharedText& what) {
    last_ = now;
    what_ = what;
}

std::optional<Statement> FaultWatch::judge(SteadyTime now) const {
    if (!last_ || now - *last_ >= fault_is_told_for) return std::nullopt;
    std::string seen = "sessions fail here";
    if (!what_.empty()) seen.append(": ").append(what_.text());
    return Statement("vantage.local_fault", seen);
}

void ResolverWatch::note(const std::string& resolver, DnsOutcome outcome) {
    const bool is_silent = outcome == DnsOutcome::timeout || outcome == DnsOutcome::other;
    const bool is_answer =
        outcome == DnsOutcome::ok || outcome == DnsOutcome::nodata || outcome == DnsOutcome::nxdomain;
    Heard& heard = resolvers_[resolver];
    if (!is_silent) heard = {};
    if (is_silent) ++heard.silent;
    if (!is_answer) return;
    for (auto& [other, of_other] : resolvers_) {
        if (other != resolver && of_other.silent > 0) ++of_other.others_answered;
    }
}

std::optional<Statement> ResolverWatch::judge() const {
    std::vector<std::string> silent;
    for (const auto& [resolver, heard] : resolvers_) {
        if (heard.silent >= silent_enough && heard.others_answered >= silent_enough) silent.push_back(resolver);
    }
    if (silent.empty()) return std::nullopt;
    return Statement("vantage.resolver_failed", Severity::warning,
                     listed(silent) + (silent.size() == 1 ? " does" : " do") + " not answer, while another does");
}

}  // namespace mxfleet
