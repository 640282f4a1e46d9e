#include "probes/model/shard.hpp"

#include <utility>

namespace mxfleet {

// FNV-1a (Fowler, Noll, Vo: isthe.com/chongo/tech/comp/fnv) leaves the high bits of short names poorly mixed, and those
// are what jump_hash goes by: hence the finaliser, that of splitmix64 (Steele, Lea, Flood, 2014).
std::uint64_t stable_hash(std::string_view name, std::uint64_t seed) {
    std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
    for (const char c : name) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3;
    }
    hash ^= hash >> 30;
    hash *= 0xbf58476d1ce4e5b9;
    hash ^= hash >> 27;
    hash *= 0x94d049bb133111eb;
    return hash ^ hash >> 31;
}

// Lamping, Veach: A Fast, Minimal Memory, Consistent Hash Algorithm (arXiv:1406.2294). The paper divides in floating
// point; whole numbers are the same on every machine.
std::uint32_t jump_hash(std::uint64_t key, std::uint32_t count) {
    std::uint64_t part = 0;
    std::uint64_t next = 0;
    while (next < count) {
        part = next;
        key = key * 2862933555777941757 + 1;
        next = ((part + 1) << 31) / ((key >> 33) + 1);
    }
    return static_cast<std::uint32_t>(part);
}

std::uint32_t shard_of(std::string_view name, std::uint32_t count, Division division) {
    return jump_hash(stable_hash(name, std::to_underlying(division)), count);
}

}  // namespace mxfleet
