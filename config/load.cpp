#include "config/load.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "config/consistency.hpp"
#include "config/description.hpp"
#include "config/domain_list.hpp"
#include "config/files.hpp"
#include "config/key_depth.hpp"
#include "config/key_list.hpp"
#include "config/reading.hpp"
#include "config/section.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

/// A configuration as far as it could be read.
struct Draft {
    Config config;
    ConfigErrors errors;
};

using Policy = std::shared_ptr<const DomainPolicy>;

/// Shares equal policies of neighbours: a thousand domains without one of their own hold one among them.
class PolicyPool {
public:
    Policy share(DomainPolicy policy) {
        std::ranges::sort(policy.mx);
        if (!last_ || *last_ != policy) last_ = std::make_shared<const DomainPolicy>(std::move(policy));
        return last_;
    }

private:
    Policy last_;
};

/// The one place where an exception of the TOML parser can come from; it becomes an error like all others. The parser
/// stops at its first error, so there is only one of this kind.
void read_document(std::string_view text, Document& document, Reading& reading) {
    try {
        const toml::table table = toml::parse(text);
        Section whole(table, reading);
        describe(whole, document);
        whole.finish();
    } catch (const toml::parse_error& error) {
        const auto& at = error.source().begin;
        reading.errors.add({at.line, at.column}, "this is no valid TOML: " + printable(error.description()));
    }
}

/// Reports domains that stand in the file twice, and keeps the first of each.
void drop_duplicates(Config& config, Reading& reading) {
    std::vector<Domain>& domains = config.domains;
    std::vector<FilePosition>& positions = config.domain_positions;
    for (const auto [later, first] : duplicates_of(domains)) {
        reading.errors.add(positions[later], "domain.name: " + shown(domains[later].name) + " stands already at " +
                                                 config.file + ":" + std::to_string(positions[first].line));
        domains[later].name.clear();
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < domains.size(); ++i) {
        if (domains[i].name.empty()) continue;
        positions[kept] = positions[i];
        std::swap(domains[kept++], domains[i]);
    }
    domains.resize(kept);
    positions.resize(kept);
}

/// Moves the domains and domain files into the configuration, those without a usable name left out.
void take_domains(Document& document, Config& config, Reading& reading) {
    PolicyPool policies;
    for (std::size_t i = 0; i < document.domains.size(); ++i) {
        DomainEntry& entry = document.domains[i];
        if (entry.name.empty()) continue;  // faulty, and said so
        config.domains.push_back({std::move(entry.name), policies.share(std::move(entry.policy))});
        config.domain_positions.push_back(reading.places.of("domain[" + std::to_string(i) + "].name"));
    }
    drop_duplicates(config, reading);
    for (DomainFileEntry& entry : document.domain_files) {
        if (entry.path.empty()) continue;
        config.domain_files.push_back({std::move(entry.path), policies.share(std::move(entry.policy))});
    }
}

/// What can be read is read, however many errors there are, so that all of them are told at once.
Draft read_config(std::string_view text, const std::string& file, std::string_view host_name, bool look_at_files) {
    Reading reading{
        ErrorCollector(file), {}, std::filesystem::path(file).parent_path(), std::string(host_name), look_at_files};
    Draft draft;
    draft.config.file = file;
    if (text.size() > config_bytes_limit) {
        reading.errors.add({}, "is larger than 16 MiB; name long lists of domains in a [[domain_file]]");
    } else if (const auto deep = too_deep_key(text)) {
        reading.errors.add(*deep, "a key has more than " + std::to_string(key_dots_limit) + " dots");
    } else {
        Document document;
        read_document(text, document, reading);
        check_consistency(document, reading);
        take_domains(document, draft.config, reading);
        draft.config.settings = std::move(document.settings);
    }
    draft.errors = std::move(reading.errors).in_order();
    return draft;
}

Draft load_draft(const std::filesystem::path& file, const SystemDefaults& system) {
    const auto text = read_file(file, config_bytes_limit);
    if (!text) return {Config{}, {ConfigError{file.string(), 1, 1, text.error()}}};
    Draft draft = read_config(*text, file.string(), system.host_name, true);
    fill_in(draft.config.settings, system);
    return draft;
}

std::expected<Config, ConfigErrors> if_right(Draft draft) {
    if (!draft.errors.empty()) return std::unexpected(std::move(draft.errors));
    return std::move(draft.config);
}

}  // namespace

std::expected<Config, ConfigErrors> load_config(const std::filesystem::path& file, const SystemDefaults& system) {
    return if_right(load_draft(file, system));
}

std::expected<Config, ConfigErrors> parse_config(std::string_view text, const std::string& file,
                                                 std::string_view host_name) {
    return if_right(read_config(text, file, host_name, false));
}

ConfigCheck check_config(const std::filesystem::path& file, const SystemDefaults& system) {
    Draft draft = load_draft(file, system);
    DomainList list = read_domains(draft.config);
    ConfigCheck check{std::move(draft.errors), list.domains.size()};
    std::ranges::move(list.errors, std::back_inserter(check.errors));
    return check;
}

std::vector<std::string> known_keys() {
    KeyList keys;
    Document document;
    describe(keys, document);
    return std::move(keys).all();
}

}  // namespace mxfleet
