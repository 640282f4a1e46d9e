#include "gunzip.hpp"

#include <zlib.h>

#include <array>

namespace mxfleet::test {

std::optional<std::string> gunzip(const std::string& compressed) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return std::nullopt;
    std::string input = compressed;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    std::string text;
    std::array<Bytef, 65536> room;
    int result = Z_OK;
    while (result == Z_OK) {
        stream.next_out = room.data();
        stream.avail_out = static_cast<uInt>(room.size());
        result = inflate(&stream, Z_NO_FLUSH);
        text.append(reinterpret_cast<const char*>(room.data()), room.size() - stream.avail_out);
    }
    const bool is_whole = result == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    return is_whole ? std::optional(text) : std::nullopt;
}

}  // namespace mxfleet::test
