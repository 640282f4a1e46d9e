#include "config/section.hpp"

#include "config/files.hpp"
#include "config/suggestion.hpp"

namespace mxfleet {
namespace {

std::string entries(std::size_t number) {
    return std::to_string(number) + (number == 1 ? " entry" : " entries");
}

/// What is wrong with the number of entries, or nothing.
std::string count_fault(std::size_t size, Count count) {
    if (size < count.least) return "needs at least " + entries(count.least);
    if (size > count.most) return "has " + entries(size) + " and may have at most " + std::to_string(count.most);
    return {};
}

FilePosition position_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
}

std::string joined(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

}  // namespace

FilePosition position_of(const toml::node& node) {
    return position_of(node.source());
}

const toml::node* Section::find(std::string_view name) {
    // Known from now on, whether it is there or not: what may be asked for may be suggested.
    known_.push_back(name);
    const toml::node* node = table_.get(name);
    if (node) reading_.places.remember(joined(names_.place, name), position_of(*node));
    return node;
}

bool Section::is_empty_text(const toml::node& node) {
    const auto* text = node.as_string();
    return text && text->get().empty();
}

bool Section::count_fits(std::string_view name, const toml::node& node, std::size_t size, Count count) {
    const std::string fault = count_fault(size, count);
    if (!fault.empty()) complain(name, position_of(node), fault);
    return fault.empty();
}

void Section::require(std::string_view name) {
    if (table_.contains(name)) return;
    reading_.errors.add(position_of(table_), names_.title + " has no `" + std::string(name) + "`, which it needs");
}

void Section::path(std::string_view name, std::string& value, PathKind kind) {
    const auto* node = find(name);
    if (!node || is_empty_text(*node)) return;
    const auto text = decode_text(*node, "a path");
    if (!text) return complain(name, position_of(*node), text.error());
    if (text->find('\0') != text->npos) return complain(name, position_of(*node), shown(*text) + " has a NUL in it");

    std::string whole = (reading_.directory / *text).string();
    // A path that cannot be used is not handed on: who reads it later would only complain again.
    const std::string fault = reading_.look_at_files ? path_fault(whole, kind) : "";
    if (!fault.empty()) return complain(name, position_of(*node), shown(whole) + " " + fault);
    value = std::move(whole);
}

void Section::required_path(std::string_view name, std::string& value, PathKind kind) {
    path(name, value, kind);
    require(name);
    const auto* node = table_.get(name);
    if (node && is_empty_text(*node)) complain(name, position_of(*node), "it is empty; name a file");
}

void Section::shard(std::string_view name, ShardSettings& value) {
    const auto* node = find(name);
    if (!node) return;
    const auto text = decode_text(*node, "\"INDEX/COUNT\" or \"statefulset/COUNT\"");
    if (!text) return complain(name, position_of(*node), text.error());
    const auto shard = parse_shard(*text, reading_.host_name);
    if (!shard) return complain(name, position_of(*node), shard.error());
    value = *shard;
}

void Section::tags(std::string_view name, std::map<std::string, std::string>& tags, Count count) {
    const auto* node = find(name);
    if (!node) return;
    const auto* table = node->as_table();
    if (!table) {
        return complain(name, position_of(*node), wrong_type(*node, "names and texts, as { team = \"mail\" }").error());
    }
    if (!count_fits(name, *node, table->size(), count)) return;
    // Name and value are judged apart, so that both errors of a bad tag are told.
    for (const auto& [key, element] : *table) {
        const auto tag = parse_tag_name(key.str());
        if (!tag) complain(name, position_of(key.source()), tag.error());
        std::string value;
        if (assign(name, element, value, as::line) && tag) tags.emplace(*tag, value);
    }
}

void Section::refuse(std::string_view name, std::string_view reason) {
    refused_.push_back(name);
    if (const auto* node = table_.get(name)) complain(name, position_of(*node), std::string(reason));
}

const toml::array* Section::list_of_values(std::string_view name, const toml::node& node, Count count) {
    const auto* array = node.as_array();
    if (!array) {
        complain(name, position_of(node), wrong_type(node, "a list in brackets, as [\"…\", \"…\"]").error());
        return nullptr;
    }
    return count_fits(name, node, array->size(), count) ? array : nullptr;
}

const toml::array* Section::list_of_tables(std::string_view name, Count count) {
    const auto* node = find(name);
    if (!node) return nullptr;
    const auto* array = node->as_array();
    if (!array || !(array->empty() || array->is_homogeneous(toml::node_type::table))) {
        complain(name, position_of(*node), "wants its tables under `[[" + std::string(name) + "]]`, with two brackets");
        return nullptr;
    }
    return count_fits(name, *node, array->size(), count) ? array : nullptr;
}

const toml::table* Section::sub_table(std::string_view name) {
    const auto* node = find(name);
    if (!node || node->is_table()) return node ? node->as_table() : nullptr;
    const bool doubled = node->is_array_of_tables();
    complain(
        name, position_of(*node),
        "is a section: write `[" + std::string(name) + "]`" + (doubled ? ", with one bracket" : " and its keys below"));
    return nullptr;
}

std::vector<std::pair<std::string, const toml::table*>> Section::named_tables(std::string_view name, Count count) {
    std::vector<std::pair<std::string, const toml::table*>> found;
    const auto* table = sub_table(name);
    if (!table || !count_fits(name, *table, table->size(), count)) return found;
    for (const auto& [key, node] : *table) {
        const auto identifier = as::identifier.read(key.str());
        if (!identifier) {
            complain(name, position_of(key.source()), identifier.error());
        } else if (!node.is_table()) {
            complain(name, position_of(node), "wants a table for each name: write `[" + std::string(name) + ".NAME]`");
        } else {
            found.emplace_back(*identifier, node.as_table());
        }
    }
    return found;
}

void Section::finish() {
    for (const auto& [key, node] : table_) {
        const auto is_key = [&](std::string_view known) { return known == key.str(); };
        if (std::ranges::any_of(known_, is_key) || std::ranges::any_of(refused_, is_key)) continue;
        reading_.errors.add(position_of(key.source()), unknown_key(key.str(), node));
    }
}

std::string Section::unknown_key(std::string_view key, const toml::node& node) const {
    const bool top_level = names_.title.empty();
    const bool is_section = top_level && (node.is_table() || node.is_array_of_tables());
    std::string text = (is_section ? "unknown section " : "unknown key ") + shown(key);
    text += top_level ? "" : " in " + names_.title;
    const std::string suggestion = did_you_mean(key, known_);
    if (!suggestion.empty()) return text + suggestion;
    text += is_section ? "; there are " : top_level ? " outside of all sections; there are " : "; it takes ";
    for (const auto known : known_) {
        text += (known == known_.front() ? "" : ", ") + std::string(known);
    }
    return text;
}

void Section::complain(std::string_view name, FilePosition at, const std::string& what) {
    reading_.errors.add(at, joined(names_.path, name) + ": " + what);
}

}  // namespace mxfleet
