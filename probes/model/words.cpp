#include "probes/model/words.hpp"

#include <array>
#include <cstdio>

namespace mxfleet {

std::string in_words(Duration duration) {
    using namespace std::chrono;
    std::array<char, 32> text{};
    if (duration < milliseconds{1000}) {
        std::snprintf(text.data(), text.size(), "%lld ms",
                      static_cast<long long>(round<milliseconds>(duration).count()));
    } else if (duration < minutes{2}) {
        std::snprintf(text.data(), text.size(), "%.1f s", mxfleet::seconds(duration));
    } else {
        const auto say = [&](auto unit, std::string_view one, std::string_view many) {
            return counted(static_cast<std::size_t>(floor<decltype(unit)>(duration).count()), one, many);
        };
        if (duration < hours{2}) return say(minutes{}, "minute", "minutes");
        if (duration < days{2}) return say(hours{}, "hour", "hours");
        return say(days{}, "day", "days");
    }
    return text.data();
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count).append(" ").append(count == 1 ? one : many);
}

}  // namespace mxfleet
