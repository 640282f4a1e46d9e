// Bodies as streams of pieces: one in memory cut up, one compressed on the way. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "agent/web/http.hpp"

namespace mxfleet {

/// A body that is in memory, in pieces of 32 KiB.
BodyProducer pieces_of(std::shared_ptr<const std::string> text);

/// The same body compressed with gzip (RFC 1952), as fast as zlib does it; costs about 100 KiB while it lasts.
BodyProducer gzipped(BodyProducer plain);

/// Appends to `block` until it has at least `enough` bytes. False: the body has ended.
bool fill(BodyProducer& body, std::string& block, std::size_t enough);

}  // namespace mxfleet
