// How a value stands in the file: the text it is read from and written to, its bounds, its closed list of words.
// The rows that description.hpp refers to. Knows neither TOML nor which key has which rule.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"

namespace mxfleet {

/// A number or a duration from `least` to `most`, both included.
template <class T>
struct Range {
    T least;
    T most;
};

/// How many entries a list may have.
struct Count {
    std::size_t least = 0;
    std::size_t most = 0;
};

/// A value that stands in the file as a string.
template <class T>
struct Format {
    std::string_view wants;  ///< what would be right, as in "wants …": `an address such as "192.0.2.1"`
    std::expected<T, std::string> (*read)(std::string_view text);  ///< the error is a sentence about the text
    std::string (*write)(const T& value);
};

/// A value out of a closed list of words. `true` and `false` may be written as booleans, too.
template <class T>
struct Choices {
    std::span<const std::pair<std::string_view, T>> all;

    std::vector<std::string_view> words() const {
        std::vector<std::string_view> words;
        for (const auto& [word, value] : all) {
            words.push_back(word);
        }
        return words;
    }

    std::optional<T> find(std::string_view wanted) const {
        for (const auto& [word, value] : all) {
            if (word == wanted) return value;
        }
        return std::nullopt;
    }

    /// Empty for a value that no word stands for.
    std::string_view word(T wanted) const {
        for (const auto& [word, value] : all) {
            if (value == wanted) return word;
        }
        return {};
    }
};

/// What a path names; it is looked at when the file is loaded, so that a slip shows at once.
enum class PathKind : std::uint8_t {
    file,           ///< must be there and readable
    directory,      ///< must be there and readable
    secret,         ///< made later, or by others; where it is there already, nobody else may read it
    not_looked_at,  ///< made later, or by others
};

/// The rule of each kind of value, to be read after "as": `as::host`.
namespace as {

extern const Format<std::string> line;        ///< printable text of 1 to 128 bytes
extern const Format<std::string> identifier;  ///< a name that other parts of the file refer to
extern const Format<std::string> domain;
extern const Format<std::string> host;             ///< an exchange
extern const Format<std::string> host_or_address;  ///< a server
extern const Format<std::string> mail_address;
extern const Format<std::string> environment_variable;  ///< its name
extern const Format<FlowRoute> flow_route;
extern const Format<SocketAddress> listen_address;
extern const Format<SocketAddress> resolver;
extern const Format<IpAddress> ipv4;
extern const Format<IpAddress> ipv6;
extern const Format<IpNetwork> network;
extern const Format<CheckTarget> check_target;
extern const Format<FindingCode> finding_code;

extern const Choices<LogLevel> log_level;
extern const Choices<LogFormat> log_format;
extern const Choices<TrustAd> trust_ad;
extern const Choices<UseIpv6> use_ipv6;
extern const Choices<Expect> expect;
extern const Choices<ServiceKind> service_kind;

}  // namespace as

/// The largest number of shards.
inline constexpr std::uint32_t shard_limit = 10'000;

/// `INDEX/COUNT`, or `statefulset/COUNT`, whose index is the number at the end of `host_name` (`mxfleet-3`).
std::expected<ShardSettings, std::string> parse_shard(std::string_view text, std::string_view host_name);

/// A tag's name as a Prometheus label: `[a-zA-Z_][a-zA-Z0-9_]*` of at most 64 bytes. `domain` is taken already, and
/// names that begin with `__` are Prometheus' own.
std::expected<std::string, std::string> parse_tag_name(std::string_view name);

}  // namespace mxfleet
