// A finding: one statement about one thing that is wrong or notable. The code leads to the table that holds all
// that is the same each time (title, why it matters, advice, reference); a finding adds what was seen, and where.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "probes/model/endpoint.hpp"
#include "probes/model/finding_table.hpp"
#include "probes/model/severity.hpp"
#include "probes/model/shared_text.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// A row of `finding_table`. A literal that names no row does not compile.
class FindingCode {
public:
    consteval FindingCode(const char* code) : row_(index_of(code)) {}  // NOLINT: a literal is a code

    static std::optional<FindingCode> find(std::string_view code) {
        for (std::size_t row = 0; row < finding_table.size(); ++row) {
            if (finding_table[row].code == code) return FindingCode(static_cast<std::uint16_t>(row));
        }
        return std::nullopt;
    }

    const FindingRow& row() const { return finding_table[row_]; }
    std::string_view text() const { return row().code; }
    auto operator<=>(const FindingCode&) const = default;

private:
    explicit constexpr FindingCode(std::uint16_t row) : row_(row) {}

    static consteval std::uint16_t index_of(std::string_view code) {
        for (std::size_t row = 0; row < finding_table.size(); ++row) {
            if (finding_table[row].code == code) return static_cast<std::uint16_t>(row);
        }
        throw "no such finding code";
    }

    std::uint16_t row_;
};

/// What a judgement says of the thing it judged; who and where is known to the caller.
struct Statement {
    SharedText summary;
    FindingCode code;
    Severity severity;

    Statement(FindingCode stated, SharedText seen) : Statement(stated, stated.row().severity, std::move(seen)) {}
    Statement(FindingCode stated, Severity how_bad, SharedText seen)
        : summary(std::move(seen)), code(stated), severity(how_bad) {}

    bool operator==(const Statement&) const = default;
};

enum class Scope : std::uint8_t { domain, exchange, endpoint, agent };
std::string_view name(Scope scope) noexcept;

/// A statement with its place. `mx` is set for exchanges and endpoints, `ip` and `port` for endpoints. A fleet keeps
/// several for each domain: small members stand in the room that larger ones leave.
struct Finding {
    [[no_unique_address]] Statement statement;
    Scope scope;
    std::uint16_t port;
    std::optional<IpAddress> ip;
    SharedText mx;
    MaybeTime since;  ///< empty where no history is kept (`check`)

    Finding(Statement said, Scope of, SharedText exchange = {}, std::optional<IpAddress> address = {},
            std::uint16_t at_port = 0, MaybeTime held_since = {})
        : statement(std::move(said)),
          scope(of),
          port(at_port),
          ip(address),
          mx(std::move(exchange)),
          since(held_since) {}
};
static_assert(sizeof(Finding) == 48, "four of them, as a domain without DNSSEC, MTA-STS and TLSRPT has, fill a block");

inline Finding about_domain(Statement statement) {
    return {std::move(statement), Scope::domain, {}, {}, 0, {}};
}

}  // namespace mxfleet
