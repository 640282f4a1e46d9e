#include "config/reading.hpp"

namespace mxfleet {

FilePosition Places::of(std::string_view path) const {
    while (true) {
        if (const auto found = places_.find(path); found != places_.end()) return found->second;
        const auto dot = path.rfind('.');
        if (dot == path.npos) return {};
        path = path.substr(0, dot);
    }
}

}  // namespace mxfleet
