// An answer as it goes over the wire: all its fields, and a body that is whole or comes block by block. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "agent/web/http.hpp"

namespace mxfleet {

/// What a reader that does not read costs is about one block and one piece. Smaller blocks go from thread to thread so
/// often that it costs more than making them.
inline constexpr std::size_t block_bytes = std::size_t{128} * 1024;

struct Reply {
    int status = 200;
    std::vector<HttpField> fields;
    std::shared_ptr<const std::string> whole;  ///< the body, if it is known whole, and with it its length; else null
    std::string first_block;                   ///< of a body that is not
    BodyProducer rest;

    std::string_view bytes() const { return whole ? std::string_view(*whole) : std::string_view(); }
};

/// The reply that carries `response` to a client with that Accept-Encoding: compressed if it may be and is worth it,
/// with its length if it ends within the first block. Throws what the body's producer throws.
Reply reply_with(HttpResponse response, std::string_view accept_encoding);

}  // namespace mxfleet
