// What is held of a domain's MTA-STS and TLSRPT over many looks, as a careful sender would hold it (RFC 8461 §5): a
// policy stays until its max_age, whatever becomes of the record. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "probes/mta_sts/facts.hpp"
#include "probes/wire/mta_sts_policy.hpp"

namespace mxfleet {

/// How id and text of the policy did not change together.
enum class PolicyDrift : std::uint8_t {
    none,
    text_changed,  ///< under the same id: senders keep the text they have
    id_changed,    ///< and the text did not: harmless
};

/// A policy that was fetched and could be read.
struct HeldPolicy {
    MtaStsPolicy policy;
    SharedText id;
    std::uint64_t digest = 0;  ///< of its text
    WallTime fetched_at{};
    PolicyDrift drift = PolicyDrift::none;
    std::optional<CertificateTime> host_not_after;

    WallTime expires() const { return fetched_at + policy.max_age; }
};

/// How the last fetch that told anything ended.
enum class PolicyState : std::uint8_t { not_fetched, fetched, invalid, failed };

/// INTERFACE §4's mta_sts.state.
enum class MtaStsState : std::uint8_t { absent, valid, invalid, fetch_failed, unknown };
std::string_view name(MtaStsState state) noexcept;

/// INTERFACE §4's tlsrpt.state.
std::string_view name(RecordState state) noexcept;

/// Immutable once published; shared by all domains that have nothing.
struct TlsPolicies {
    RecordFacts record;  ///< of MTA-STS; a lookup that fails leaves what was known
    RecordFacts tlsrpt;
    PolicyState fetch = PolicyState::not_fetched;
    SharedText fetch_problem;  ///< why not, where it is not fetched
    std::optional<CertificateTime> host_not_after;
    std::shared_ptr<const HeldPolicy> held;  ///< in force until it expires; null: none

    MtaStsState state() const;

    /// The policy that senders go by; null where none is known.
    const MtaStsPolicy* in_force() const { return held ? &held->policy : nullptr; }
    bool enforces() const { return held && held->policy.mode == MtaStsMode::enforce; }
};

using SharedTlsPolicies = std::shared_ptr<const TlsPolicies>;

/// After one more look at the records. `before` may be null. What has expired by now goes. Gives `before` itself where
/// nothing changed.
SharedTlsPolicies after_look(const SharedTlsPolicies& before, const TlsRecordFacts& look, WallTime now);

/// After a fetch for the id of the record. `nobody_reached`: no policy host ever answered us, so one more that does not
/// says nothing of it. Precondition: `before` has a valid record.
SharedTlsPolicies after_fetch(const SharedTlsPolicies& before, const PolicyFetchFacts& fetch, bool nobody_reached,
                              WallTime now);

/// What was held when the agent last ran; null where it has expired, or cannot be read any more.
SharedTlsPolicies restored(std::string_view body, HeldPolicy held, WallTime now);

/// Whether the policy is to be fetched: another id than the held one's, none held, or held for as long as that a sender
/// would ask again.
bool wants_fetch(const TlsPolicies& policies, WallTime now);

}  // namespace mxfleet
