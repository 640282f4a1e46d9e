#include "agent/show/discovery.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "config/rules.hpp"

namespace mxfleet {
namespace {

// About what a target with TLS has; the pages need not be equal to the last series.
constexpr std::size_t series_of_a_domain = 30;
constexpr std::size_t series_of_an_endpoint = 75;
constexpr std::size_t series_of_a_shard = 250'000;

}  // namespace

std::uint32_t shards_for(std::size_t domains, std::size_t endpoints) {
    const std::size_t series = domains * series_of_a_domain + endpoints * series_of_an_endpoint;
    const std::size_t shards = std::bit_ceil(series / series_of_a_shard + 1);
    return static_cast<std::uint32_t>(std::min<std::size_t>(shards, shard_limit));
}

nlohmann::ordered_json discovery_json(std::string_view address, std::uint32_t shards) {
    auto groups = nlohmann::ordered_json::array();
    for (std::uint32_t shard = 0; shard < shards; ++shard) {
        const std::string number = std::to_string(shard);
        groups.push_back({{"targets", {address}},
                          {"labels",
                           {{"instance", std::string(address) + "/shard-" + number},
                            {"__metrics_path__", "/metrics"},
                            {"__param_shard", number + "/" + std::to_string(shards)}}}});
    }
    return groups;
}

}  // namespace mxfleet
