// A process that reads passwords leaves no image of its memory behind.
#pragma once

#include <sys/prctl.h>

#include "config/settings.hpp"

namespace mxfleet {

/// From now on the kernel dumps no core of this process, if there are any credentials. AddressSanitizer could not look
/// for leaks then.
inline void keep_secrets_out_of_core_dumps([[maybe_unused]] const Settings& settings) {
#ifndef __SANITIZE_ADDRESS__
    if (!settings.credentials.empty()) ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace mxfleet
