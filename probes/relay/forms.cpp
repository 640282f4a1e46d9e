#include "probes/relay/forms.hpp"

#include <algorithm>

namespace mxfleet {
namespace {

struct Placeholder {
    std::string_view name;
    std::string RelayNames::* value;
};

constexpr auto placeholders = std::to_array<Placeholder>({
    {"S", &RelayNames::sender_local},
    {"SD", &RelayNames::sender_domain},
    {"R", &RelayNames::recipient_local},
    {"RD", &RelayNames::recipient_domain},
    {"M", &RelayNames::monitored_domain},
    {"H", &RelayNames::greeting_host},
    {"I", &RelayNames::literal},
    {"X", &RelayNames::random_local},
});

}  // namespace

std::string expand(std::string_view pattern, const RelayNames& names) {
    std::string expanded;
    while (!pattern.empty()) {
        const auto open = std::min(pattern.find('{'), pattern.size());
        expanded += pattern.substr(0, open);
        pattern.remove_prefix(open);
        if (pattern.empty()) break;
        const auto close = pattern.find('}');
        const auto placeholder = std::ranges::find(placeholders, pattern.substr(1, close - 1), &Placeholder::name);
        expanded += names.*(placeholder->value);
        pattern.remove_prefix(close + 1);
    }
    return expanded;
}

}  // namespace mxfleet
