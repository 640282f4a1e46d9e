// Which address we leave from. Sends nothing.
#pragma once

#include <optional>

#include "probes/model/ip.hpp"

namespace mxfleet {

/// The address that the kernel would connect from to somewhere far away. Empty without a way there. Behind a NAT it is
/// not the one that others see, and nothing here can tell that one.
std::optional<IpAddress> own_address(bool v6);

}  // namespace mxfleet
