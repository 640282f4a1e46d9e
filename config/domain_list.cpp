#include "config/domain_list.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>

#include "config/domain_name.hpp"
#include "config/files.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// Where a domain of the list comes from.
struct Origin {
    std::uint32_t file = 0;  ///< index into the files read; 0 is the configuration itself
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// Gathers the domains of one file after the other; where each came from is kept until duplicates are out.
class Gathering {
public:
    explicit Gathering(const Config& config);

    void read(const DomainFile& file);
    void drop_duplicates();
    DomainList finished() &&;

private:
    void add(std::string name, const std::shared_ptr<const DomainPolicy>& policy, FilePosition at);

    std::vector<std::string> files_;
    std::vector<ErrorCollector> errors_;  ///< one per file
    std::vector<Domain> domains_;
    std::vector<Origin> origins_;  ///< one per domain
};

Gathering::Gathering(const Config& config) : files_{config.file}, errors_{ErrorCollector(config.file)} {
    for (std::size_t i = 0; i < config.domains.size(); ++i) {
        add(config.domains[i].name, config.domains[i].policy, config.domain_positions[i]);
    }
}

void Gathering::add(std::string name, const std::shared_ptr<const DomainPolicy>& policy, FilePosition at) {
    domains_.push_back({std::move(name), policy});
    origins_.push_back({static_cast<std::uint32_t>(files_.size() - 1), static_cast<std::uint32_t>(at.line),
                        static_cast<std::uint32_t>(at.column)});
}

void Gathering::read(const DomainFile& file) {
    files_.push_back(file.path);
    ErrorCollector& errors = errors_.emplace_back(file.path, domain_file_errors_limit);
    const auto text = read_file(file.path, domain_file_bytes_limit);
    if (!text) return errors.add({}, text.error());

    // Room for all lines at once: growing by doubling would hold the old list and the new one at the same time.
    const auto lines_at_most = static_cast<std::size_t>(std::ranges::count(*text, '\n')) + 1;
    const auto room = domains_.size() + std::min(lines_at_most, domain_limit);
    domains_.reserve(room);
    origins_.reserve(room);
    DomainLines lines(*text, errors);
    while (auto line = lines.next()) {
        if (domains_.size() >= domain_limit) {
            return errors.add(line->at, "there are more than " + std::to_string(domain_limit) + " domains");
        }
        add(std::move(line->name), file.policy, line->at);
    }
}

void Gathering::drop_duplicates() {
    for (const Duplicate& duplicate : duplicates_of(domains_)) {
        std::string& name = domains_[duplicate.later].name;
        const Origin& later = origins_[duplicate.later];
        const Origin& first = origins_[duplicate.first];
        errors_[later.file].add({later.line, later.column}, shown(name) + " stands already at " + files_[first.file] +
                                                                ":" + std::to_string(first.line));
        name.clear();  // marks it; erasing one by one would move all that follow each time
    }
    std::erase_if(domains_, [](const Domain& domain) { return domain.name.empty(); });
}

DomainList Gathering::finished() && {
    DomainList list{std::move(domains_), {}};
    for (ErrorCollector& errors : errors_) {
        std::ranges::move(std::move(errors).in_order(), std::back_inserter(list.errors));
    }
    return list;
}

/// Cuts blanks from both ends; returns how many were in front.
std::size_t trim(std::string_view& text) {
    const auto start = static_cast<std::size_t>(std::ranges::find_if_not(text, is_blank) - text.begin());
    text.remove_prefix(start);
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return start;
}

}  // namespace

DomainList read_domains(const Config& config) {
    Gathering gathering(config);
    for (const DomainFile& file : config.domain_files) {
        gathering.read(file);
    }
    gathering.drop_duplicates();
    return std::move(gathering).finished();
}

DomainLines::DomainLines(std::string_view text, ErrorCollector& errors) : rest_(text), errors_(errors) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
}

std::optional<DomainLine> DomainLines::next() {
    while (!rest_.empty()) {
        auto line = rest_.substr(0, rest_.find('\n'));
        rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
        ++line_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = line.substr(0, line.find('#'));
        const FilePosition at{line_, trim(line) + 1};
        if (line.empty()) continue;
        auto name = normalise_domain(line);
        if (name) return DomainLine{*std::move(name), at};
        errors_.add(at, name.error());
    }
    return std::nullopt;
}

std::vector<Duplicate> duplicates_of(const std::vector<Domain>& domains) {
    struct Row {
        std::size_t hash;
        std::uint32_t index;
    };
    // A sorted list of hashes is smaller and faster than a set of a million names; names are compared only where
    // hashes are equal.
    std::vector<Row> rows;
    rows.reserve(domains.size());
    for (const Domain& domain : domains) {
        rows.push_back({std::hash<std::string>{}(domain.name), static_cast<std::uint32_t>(rows.size())});
    }
    const auto name = [&](const Row& row) -> const std::string& { return domains[row.index].name; };
    std::ranges::sort(rows, [&](const Row& a, const Row& b) {
        if (a.hash != b.hash) return a.hash < b.hash;
        return std::tie(name(a), a.index) < std::tie(name(b), b.index);
    });

    std::vector<Duplicate> found;
    for (std::size_t first = 0, next = 1; next < rows.size(); ++next) {
        const bool same = rows[first].hash == rows[next].hash && name(rows[first]) == name(rows[next]);
        if (same) {
            found.push_back({rows[next].index, rows[first].index});
        } else {
            first = next;
        }
    }
    std::ranges::sort(found, {}, &Duplicate::later);
    return found;
}

}  // namespace mxfleet
