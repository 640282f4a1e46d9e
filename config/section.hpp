// Reads one table of a configuration file by its description (description.hpp). Knows which keys it was asked for, so
// that every other key is an error; collects all errors with their places; a faulty value leaves its default as it is.
#pragma once

#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/decode.hpp"
#include "config/reading.hpp"
#include "config/rules.hpp"

namespace mxfleet {

FilePosition position_of(const toml::node& node);

class Section {
public:
    /// The whole file.
    Section(const toml::table& table, Reading& reading) : table_(table), reading_(reading) {}

    // The visitor that description.hpp asks for.

    void operator()(std::string_view name, bool& value) { (*this)(name, value, YesNo{}); }
    void operator()(std::string_view name, std::optional<bool>& value) { (*this)(name, value, YesNo{}); }

    template <class T, class Rule>
    void operator()(std::string_view name, T& value, const Rule& rule) {
        if (const auto* node = find(name)) assign(name, *node, value, rule);
    }

    template <class T, class Rule>
    void operator()(std::string_view name, std::vector<T>& values, const Rule& rule, Count count) {
        const auto* node = find(name);
        const auto* array = node ? list_of_values(name, *node, count) : nullptr;
        if (!array) return;
        values.clear();
        for (const toml::node& element : *array) {
            append(name, element, values, rule);
        }
    }

    template <class T, class Rule>
    void or_empty(std::string_view name, T& value, const Rule& rule) {
        const auto* node = find(name);
        if (node && !is_empty_text(*node)) assign(name, *node, value, rule);
    }

    template <class T, class Rule>
    void required(std::string_view name, T& value, const Rule& rule) {
        (*this)(name, value, rule);
        require(name);
    }

    void path(std::string_view name, std::string& value, PathKind kind);
    void required_path(std::string_view name, std::string& value, PathKind kind);
    void shard(std::string_view name, ShardSettings& value);
    void tags(std::string_view name, std::map<std::string, std::string>& tags, Count count);
    void refuse(std::string_view name, std::string_view reason);

    template <class T>
    void section(std::string_view name, T& value) {
        const std::string path(name);
        if (const auto* table = sub_table(name)) read(*table, {"[" + path + "]", path, path}, value);
    }

    template <class T>
    void list(std::string_view name, std::vector<T>& values, Count count) {
        const auto* array = list_of_tables(name, count);
        if (!array) return;
        for (const toml::node& element : *array) {
            const std::string place = std::string(name) + "[" + std::to_string(values.size()) + "]";
            read(*element.as_table(), {"[[" + std::string(name) + "]]", std::string(name), place},
                 values.emplace_back());
        }
    }

    template <class T>
    void named(std::string_view name, std::map<std::string, T>& values, Count count) {
        for (const auto& [key, table] : named_tables(name, count)) {
            const std::string path = std::string(name) + "." + key;
            read(*table, {"[" + path + "]", path, path}, values[key]);
        }
    }

    /// To be called when all keys have been asked for: what is left was unknown.
    void finish();

private:
    /// How a section is called: in its header, in front of its keys, and in `Places`.
    struct Names {
        std::string title;
        std::string path;
        std::string place;
    };

    Section(const toml::table& table, Names names, Reading& reading)
        : table_(table), names_(std::move(names)), reading_(reading) {}

    template <class T>
    void read(const toml::table& table, Names names, T& value) {
        reading_.places.remember(names.place, position_of(table));
        Section section(table, std::move(names), reading_);
        describe(section, value);
        section.finish();
    }

    /// Decodes one value; false, and said so, if it is no good.
    template <class T, class Rule>
    bool assign(std::string_view name, const toml::node& node, T& value, const Rule& rule) {
        auto decoded = decode(node, rule);
        if (!decoded) {
            complain(name, position_of(node), decoded.error());
            return false;
        }
        value = *std::move(decoded);
        return true;
    }

    /// One more entry of a list. A repeated one is never meant: it is a slip of copying or of editing.
    template <class T, class Rule>
    void append(std::string_view name, const toml::node& element, std::vector<T>& values, const Rule& rule) {
        auto decoded = decode(element, rule);
        if (!decoded) {
            complain(name, position_of(element), decoded.error());
        } else if (std::ranges::find(values, *decoded) != values.end()) {
            complain(name, position_of(element), "the same entry stands here twice");
        } else {
            values.push_back(*std::move(decoded));
        }
    }

    /// The value of a key, or nothing. Either way the key is known from now on.
    const toml::node* find(std::string_view name);
    static bool is_empty_text(const toml::node& node);
    void require(std::string_view name);
    bool count_fits(std::string_view name, const toml::node& node, std::size_t size, Count count);

    // Nodes of the shape that the description wants; nothing if there is none, or if it is of another shape, which is
    // then said.
    const toml::array* list_of_values(std::string_view name, const toml::node& node, Count count);
    const toml::array* list_of_tables(std::string_view name, Count count);
    const toml::table* sub_table(std::string_view name);
    std::vector<std::pair<std::string, const toml::table*>> named_tables(std::string_view name, Count count);
    std::string unknown_key(std::string_view key, const toml::node& node) const;

    void complain(std::string_view name, FilePosition at, const std::string& what);

    const toml::table& table_;  // outlives us: the whole file is parsed before the first section is read
    Names names_;
    Reading& reading_;
    std::vector<std::string_view> known_;
    std::vector<std::string_view> refused_;
};

}  // namespace mxfleet
