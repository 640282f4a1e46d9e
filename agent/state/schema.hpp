// The tables of the state, and how those of an earlier release become today's.
#pragma once

#include <cstdint>

#include "agent/state/database.hpp"

namespace mxfleet {

extern const std::int64_t schema_version;

/// What has to be so before anything is kept: the schema, and no history that nobody asks for any more. `is_newer`: a
/// later release has written it, and nothing is touched.
Database::Result<void> prepare_schema(Database& database, bool& is_newer);

}  // namespace mxfleet
