// Lists the keys of a description (description.hpp) by their paths, and keeps no values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/rules.hpp"

namespace mxfleet {

class KeyList {
public:
    // The visitor that description.hpp asks for: each value adds its path.

    template <class Value, class... Rule>
    void operator()(std::string_view name, Value&, const Rule&...) {
        add(name);
    }

    template <class Value, class... Rule>
    void or_empty(std::string_view name, Value&, const Rule&...) {
        add(name);
    }

    template <class Value, class... Rule>
    void required(std::string_view name, Value&, const Rule&...) {
        add(name);
    }

    void path(std::string_view name, std::string&, PathKind) { add(name); }
    void required_path(std::string_view name, std::string&, PathKind) { add(name); }
    void shard(std::string_view name, ShardSettings&) { add(name); }
    void tags(std::string_view name, std::map<std::string, std::string>&, Count) { add(name); }
    void refuse(std::string_view, std::string_view) {}

    template <class T>
    void section(std::string_view name, T& value) {
        below(std::string(name), value);
    }

    // Lists and named tables are empty here; one entry shows their keys.

    template <class T>
    void list(std::string_view name, std::vector<T>&, Count) {
        T value{};
        below(std::string(name), value);
    }

    template <class T>
    void named(std::string_view name, std::map<std::string, T>&, Count) {
        T value{};
        below(std::string(name) + ".NAME", value);
    }

    std::vector<std::string> all() && { return std::move(keys_); }

private:
    template <class T>
    void below(const std::string& name, T& value) {
        const std::string above = std::exchange(prefix_, name + ".");
        describe(*this, value);
        prefix_ = above;
    }

    void add(std::string_view name) { keys_.push_back(prefix_ + std::string(name)); }

    std::string prefix_;
    std::vector<std::string> keys_;
};

}  // namespace mxfleet
