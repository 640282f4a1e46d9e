// Everything one SMTP session showed. Facts only: an empty optional means "not learned", and nothing here says whether
// it is bad.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "probes/dane/facts.hpp"
#include "probes/model/failure.hpp"
#include "probes/model/shared_text.hpp"
#include "probes/policy/facts.hpp"
#include "probes/relay/facts.hpp"
#include "probes/smtp/transcript.hpp"
#include "probes/tls/facts.hpp"
#include "probes/wire/ehlo.hpp"

namespace mxfleet {

struct Greeting {
    SharedText text;  ///< the whole first line that is not empty, printable
    int code = 0;
    bool masked = false;  ///< asterisks or X instead of words: a middlebox rewrites SMTP

    /// The first word of the text.
    std::string_view host() const;

    bool operator==(const Greeting&) const = default;
};

/// The code and text of a reply that decided something.
struct ReplyFacts {
    int code = 0;
    SharedText text;  ///< printable

    bool operator==(const ReplyFacts&) const = default;
};

enum class HelloVerb : std::uint8_t { ehlo, helo };

/// A fleet keeps two of these for each endpoint: what is rare is held elsewhere, and the order leaves no gaps.
struct SessionFacts {
    std::shared_ptr<const Capabilities> capabilities;      ///< after EHLO was accepted, before TLS; else null
    std::shared_ptr<const Capabilities> capabilities_tls;  ///< inside TLS; else null
    std::shared_ptr<const RelayFacts> relay;               ///< null where relaying was not tried
    std::shared_ptr<const PolicyFacts> policy;             ///< null where the policy probes were not made
    std::shared_ptr<const DaneFacts> dane;                 ///< null without usable TLSA records, or without TLS
    Transcript transcript;
    std::optional<Failure> failure;  ///< what ended the session early, or kept TLS from working
    std::optional<Greeting> greeting;
    std::optional<ReplyFacts> starttls_reply;
    std::optional<TlsFacts> tls;
    [[no_unique_address]] PhaseTimes times;  ///< the next stand in the room behind them
    std::optional<StartTls> starttls;
    std::optional<bool> tls_required;        ///< whether a plain MAIL got 530; tried beside the relay check only
    HelloVerb hello_verb = HelloVerb::ehlo;  ///< the one that was last sent
    bool no_local_route = false;             ///< our host has no route to that address family; nothing was sent
    bool bare_lf = false;
    bool enhanced_codes_disagree = false;    ///< an enhanced code whose class is not the reply's (RFC 2034 §4)
    bool injection = false;                  ///< bytes stood behind the 220 to STARTTLS; they were dropped
    bool tls_version_refused = false;        ///< the handshake failed on the protocol version
    std::optional<std::int16_t> hello_code;  ///< of the reply to the last EHLO or HELO

    /// CHECKS §0: 220, and then 250 to EHLO or HELO.
    bool is_up() const { return greeting && greeting->code == 220 && hello_code == 250; }
};
static_assert(sizeof(SessionFacts) <= 304, "with its count of holders it fits a block of 320 bytes; the next has 384");

}  // namespace mxfleet
