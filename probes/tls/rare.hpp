// Handshakes that no sender of today makes with every server, and what they showed (CHECKS §4). Facts only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "probes/tls/facts.hpp"

namespace mxfleet {

enum class RareHandshake : std::uint8_t {
    tls_1_0,   ///< with that version only
    tls_1_1,   ///< likewise
    rsa,       ///< taking RSA certificates only
    ecdsa,     ///< taking ECDSA certificates only
    nameless,  ///< without SNI
};
inline constexpr std::size_t rare_handshake_count = 5;

/// "TLSv1", "TLSv1.1", "RSA", "ECDSA", "without_sni".
std::string_view name(RareHandshake kind) noexcept;

struct RareHandshakeFacts {
    bool accepted = false;
    std::shared_ptr<const ChainFacts> chain;  ///< null where it is the usual one, or there is none
    bool name_match = false;

    bool operator==(const RareHandshakeFacts&) const = default;
};

/// Of one server; most servers show the same. Empty: not learned.
struct RareHandshakes {
    std::array<std::optional<RareHandshakeFacts>, rare_handshake_count> facts;

    const std::optional<RareHandshakeFacts>& operator[](RareHandshake kind) const {
        return facts[static_cast<std::size_t>(kind)];
    }
    bool accepts(RareHandshake kind) const { return (*this)[kind] && (*this)[kind]->accepted; }

    bool operator==(const RareHandshakes&) const = default;
};

struct RareHandshakesHash {
    std::size_t operator()(const RareHandshakes& all) const noexcept {
        std::size_t hash = 0;
        for (const auto& each : all.facts)
            hash = hash * 31 + (each ? std::hash<const void*>{}(each->chain.get()) + (each->accepted ? 2u : 1u) : 0u);
        return hash;
    }
};

}  // namespace mxfleet
