#include "agent/web/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace mxfleet {
namespace {

constexpr std::size_t piece_bytes = std::size_t{32} * 1024;

/// A deflate stream. zlib keeps pointers into it, so that it stays where it is.
class Gzip {
public:
    Gzip() {
        // A window of 8 KiB (13) and a third of the usual memory: lines of metrics repeat sooner than that.
        // 16 asks for gzip's header and trailer.
        constexpr int window_bits = 13 + 16;
        constexpr int memory_level = 7;
        if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~Gzip() { deflateEnd(&stream_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    /// Compresses `plain`, at most 4 GiB of it, and appends what comes out; with Z_FINISH the trailer too.
    void compress(std::string& plain, int flush, std::string& out) {
        stream_.next_in = reinterpret_cast<Bytef*>(plain.data());
        stream_.avail_in = static_cast<uInt>(plain.size());
        do {
            stream_.next_out = room_.data();
            stream_.avail_out = static_cast<uInt>(room_.size());
            deflate(&stream_, flush);  // fails only on a stream that was used wrongly
            out.append(reinterpret_cast<const char*>(room_.data()), room_.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

private:
    z_stream stream_{};
    std::array<Bytef, 4096> room_;
};

}  // namespace

BodyProducer pieces_of(std::shared_ptr<const std::string> text) {
    return [text = std::move(text), at = std::size_t{0}](std::string& piece) mutable {
        const std::size_t length = std::min(piece_bytes, text->size() - at);
        piece.append(*text, at, length);
        at += length;
        return at < text->size();
    };
}

BodyProducer gzipped(BodyProducer plain) {
    return
        [gzip = std::make_unique<Gzip>(), plain = std::move(plain), input = std::string()](std::string& piece) mutable {
            input.clear();
            const bool has_more = plain(input);
            gzip->compress(input, has_more ? Z_NO_FLUSH : Z_FINISH, piece);
            return has_more;
        };
}

bool fill(BodyProducer& body, std::string& block, std::size_t enough) {
    while (block.size() < enough) {
        if (!body(block)) return false;
    }
    return true;
}

}  // namespace mxfleet
