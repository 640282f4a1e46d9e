// Which folders of an IMAP account mail arrives in: the inbox, and those for junk. Pure.
#pragma once

#include <string>
#include <vector>

#include "probes/wire/mailbox_data.hpp"

namespace mxfleet {

struct Folder {
    std::string name;
    bool junk = false;

    bool operator==(const Folder&) const = default;
};

/// The inbox first. Junk is what the server calls so (RFC 6154), or, where it calls nothing so, what has the name that
/// such folders have. At most eight.
std::vector<Folder> folders_of_arrival(const std::vector<ListedFolder>& listed);

}  // namespace mxfleet
