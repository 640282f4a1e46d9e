// A configuration file as it stands there, before its parts are checked against each other. Values only.
#pragma once

#include <string>
#include <vector>

#include "config/config_error.hpp"
#include "config/settings.hpp"

namespace mxfleet {

/// One `[[domain]]`.
struct DomainEntry {
    std::string name;
    DomainPolicy policy;
};

/// One `[[domain_file]]`.
struct DomainFileEntry {
    std::string path;
    DomainPolicy policy;
};

struct Document {
    Settings settings;
    std::vector<DomainEntry> domains;
    std::vector<DomainFileEntry> domain_files;
};

}  // namespace mxfleet
