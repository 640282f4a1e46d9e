#include "agent/show/page_part.hpp"

namespace mxfleet {
namespace {

/// FNV-1a, its bits mixed as MurmurHash3 ends. std::hash may be another in the next library.
std::uint64_t stable_hash(std::string_view text) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3;
    }
    hash ^= hash >> 33;
    hash *= 0xFF51AFD7ED558CCD;
    hash ^= hash >> 33;
    return hash;
}

}  // namespace

bool PageShard::has(std::string_view name) const noexcept {
    return count == 1 || stable_hash(name) % count == index;
}

}  // namespace mxfleet
