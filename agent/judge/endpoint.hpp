// What is known of one endpoint after its sessions so far: the last session raw, the rest confirmed (CHECKS §0). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "agent/judge/confirmation.hpp"
#include "agent/judge/flapping.hpp"
#include "agent/judge/latencies.hpp"
#include "agent/judge/policy_status.hpp"
#include "agent/judge/relay_status.hpp"
#include "probes/model/finding.hpp"
#include "probes/reputation/facts.hpp"
#include "probes/smtp/facts.hpp"
#include "probes/tls/rare.hpp"

namespace mxfleet {

/// A statement, and since when it holds; a time of the epoch's is none. A fleet keeps some for each endpoint: the time
/// stands in the room behind the statement.
struct HeldStatement {
    [[no_unique_address]] Statement statement;
    CoarseTime since{};
};
static_assert(sizeof(HeldStatement) == 16, "one of them, as most servers have that are well, fills a block");

/// Each statement with the time it was first made; what is not said any more is gone.
std::vector<HeldStatement> hold(std::vector<Statement> statements, const std::vector<HeldStatement>& before,
                                WallTime now);

struct FailureCount {
    Phase phase;
    Reason reason;
    std::uint64_t count = 0;
};

/// What few endpoints have anything of, so that the others need no room for it.
struct SeldomKnown {
    std::shared_ptr<const SessionFacts> last_failed;
    std::vector<FailureCount> failures;
    SharedPolicyStatuses policies;
};

/// Everything that is shown of an endpoint. Immutable once published; sessions are shared, not copied. The order leaves
/// no gaps.
struct EndpointStatus {
    [[no_unique_address]] EndpointKey key;
    CoarseTime starttls_offered_at{};  ///< in the last session that had it; none: in none that is known
    MaybeTime since;                   ///< of `state`
    MaybeTime checked_at;              ///< of the last session; empty: none has ended yet
    MaybeTime succeeded_at;
    Duration interval{};  ///< effective: with politeness and back-off

    std::shared_ptr<const SessionFacts> last;     ///< the last session
    std::shared_ptr<const SessionFacts> last_up;  ///< the last that was up; often the same
    std::shared_ptr<const SeldomKnown> seldom;    ///< null while there is nothing of it
    RelayStatus relay;
    std::shared_ptr<const RareHandshakes> rare_handshakes;  ///< null before the first
    Reputation reputation;                                  ///< of the address
    SharedTlsa tlsa;                             ///< of the exchange at this port, as DNS last said; null: not known
    std::shared_ptr<const Latencies> latencies;  ///< null unless they are counted
    std::vector<HeldStatement> findings;

    Confirmation confirmation;
    std::array<std::uint32_t, probe_result_count> probes{};
    Flapping flapping;
    EndpointState state = EndpointState::unknown;  ///< of the last session
    std::optional<ProbeResult> result;  ///< of the last session; empty: it was skipped, or none has ended yet
    bool requires_tls = false;          ///< as the last relay run showed that tried: sessions between them do not ask
    bool held_back = false;  ///< our own vantage fails: nothing is said of the endpoint, and what was found stays

    const std::shared_ptr<const SessionFacts>& last_failed() const;  ///< null: none
    const std::vector<FailureCount>& failures() const;
    const SharedPolicyStatuses& policies() const;  ///< null where nobody was asked for
    void set_policies(SharedPolicyStatuses held);

    /// The state to be shown: unknown while our vantage fails.
    EndpointState shown_state() const { return held_back ? EndpointState::unknown : state; }

    /// What the server called itself when it was last up; empty: not known. As long as the status.
    std::string_view greeting_host() const;

    /// CHECKS §0 and METRICS: 1, 0, or nothing while unknown.
    std::optional<bool> is_up() const;
    std::optional<bool> is_confirmed_up() const;
};
static_assert(sizeof(EndpointStatus) <= 304,
              "with its count of holders it fits a block of 320 bytes; the next has 384");

/// What sessions are judged by, from the configuration.
struct JudgeSettings {
    std::uint32_t failures_to_confirm = 3;
    Duration banner_slow{};
    Duration expiry_warning{};
    Duration expiry_critical{};
    bool skip_without_ipv6_route = true;
    bool count_latencies = false;
    bool own_address_listed = false;
};

/// The status after one more session.
EndpointStatus after_session(const EndpointStatus& held, std::shared_ptr<const SessionFacts> session, WallTime now,
                             const JudgeSettings& settings);

/// The status once more is known of the address.
EndpointStatus with_reputation(const EndpointStatus& held, Reputation reputation, WallTime now);

/// The same status once rarer handshakes were tried; what was not learned this time stays. The next session is judged
/// with it.
EndpointStatus with_rare_handshakes(const EndpointStatus& held, RareHandshakes found);

/// The status once a message has arrived that it was asked to relay by that form.
EndpointStatus with_relayed(const EndpointStatus& held, std::string_view form, WallTime now);

/// The same status, held back or no longer.
EndpointStatus with_vantage(const EndpointStatus& held, bool vantage_fails);

/// The same status, with other TLSA records: a session will show what they come to.
EndpointStatus with_tlsa(const EndpointStatus& held, SharedTlsa tlsa);

/// The status of an endpoint that is not to be connected to, and why.
EndpointStatus skipped(EndpointKey key, Failure why, WallTime now);

/// Whether two statuses say the same to whoever reads findings and verdicts, so that nobody need be told.
bool same_judgement(const EndpointStatus& a, const EndpointStatus& b);

}  // namespace mxfleet
