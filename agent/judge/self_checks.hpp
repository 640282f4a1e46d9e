// What we are to others, and whether our clock and resolvers can be relied on (CHECKS §7, §11). Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/finding.hpp"
#include "probes/reputation/facts.hpp"
#include "probes/wire/dns_words.hpp"

namespace mxfleet {

/// An address that we leave from, and others can see.
struct OwnAddress {
    IpAddress ip;
    Reputation reputation;
    std::optional<bool> has_our_name;  ///< whether the name in EHLO has it; empty: unknown, or there is no name
};

/// What a check comes to: nothing where there is nothing to check, or it is not known.
struct SelfJudgement {
    std::optional<bool> success;
    std::optional<Statement> statement;
};

/// Name and address lead to each other, and the name is the one in EHLO: what many servers ask of a client.
SelfJudgement judge_own_names(std::span<const OwnAddress> addresses, std::string_view ehlo);

SelfJudgement judge_own_listings(std::span<const OwnAddress> addresses);

/// Sees whether the wall clock jumps against one that never does.
class ClockWatch {
public:
    /// `running`: the time since some moment, suspended time included.
    void note(Duration running, WallTime wall);

    SelfJudgement judge() const;

private:
    std::optional<Duration> offset_;  ///< of the wall clock
    Duration last_{};                 ///< running time
    std::optional<Duration> jumped_at_;
    Duration jump_{};
};

/// Remembers sessions that ended for want of something on this host: descriptors, ports, memory.
class FaultWatch {
public:
    void note(SteadyTime now, const SharedText& what);

    /// Told until none has happened for a while.
    std::optional<Statement> judge(SteadyTime now) const;

private:
    std::optional<SteadyTime> last_;
    SharedText what_;
};

/// Sees a resolver fall silent while another answers. That all are silent is seen by the lookups that fail.
class ResolverWatch {
public:
    void note(const std::string& resolver, DnsOutcome outcome);

    /// Nothing to say with a single one.
    std::optional<Statement> judge() const;

private:
    struct Heard {
        unsigned silent = 0;           ///< times in a row
        unsigned others_answered = 0;  ///< since
    };
    std::map<std::string, Heard, std::less<>> resolvers_;
};

}  // namespace mxfleet
