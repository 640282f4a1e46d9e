// A fleet of any size as it is published, without a network: two addresses an exchange, two exchanges a domain, most of
// them up with STARTTLS, some plain, some down, and some never looked at. The same number gives the same fleet.
#pragma once

#include <cstddef>
#include <memory>

#include "agent/fleet/domain_cell.hpp"

namespace mxfleet {

std::shared_ptr<const Fleet> synthetic_fleet(std::size_t endpoints);

}  // namespace mxfleet
