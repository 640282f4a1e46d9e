// Any text as a configuration: it is right or has errors with places, and what is right reads back from what is
// written. Opens no file.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/domain_list.hpp"
#include "config/load.hpp"
#include "config/write.hpp"

namespace {

using namespace mxfleet;

void must(bool holds) {
    if (!holds) std::abort();
}

void check_errors(const ConfigErrors& errors) {
    must(!errors.empty());
    for (const ConfigError& error : errors) {
        must(error.line >= 1 && error.column >= 1 && !error.message.empty());
        must(error.text().find('\n') == std::string::npos);
    }
}

void check_round_trip(const Config& config) {
    must(config.domains.size() == config.domain_positions.size());
    must(duplicates_of(config.domains).empty());
    const auto again = parse_config(to_toml(config), "again.toml");
    must(again && again->settings == config.settings && again->domains.size() == config.domains.size());
    must(again->domain_files.size() == config.domain_files.size());
}

/// The same bytes as a domain file.
void check_lines(std::string_view text) {
    ErrorCollector errors("domains.txt", domain_file_errors_limit);
    DomainLines lines(text, errors);
    while (const auto line = lines.next()) {
        must(!line->name.empty() && line->name.size() <= 253 && line->at.line >= 1);
    }
    must(std::move(errors).in_order().size() <= domain_file_errors_limit + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto config = parse_config(text, "fuzz.toml", "mxfleet-0");
    if (config) {
        check_round_trip(*config);
    } else {
        check_errors(config.error());
    }
    check_lines(text);
    return 0;
}
