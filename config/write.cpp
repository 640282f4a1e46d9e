#include "config/write.hpp"

#include <concepts>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "config/description.hpp"
#include "config/duration_text.hpp"

namespace mxfleet {
namespace {

// One value as TOML, by its rule.

std::string encode(bool value) {
    return value ? "true" : "false";
}

std::string encode(Duration value, const Range<Duration>&) {
    return toml_string(duration_text(value));
}

template <std::unsigned_integral Number>
std::string encode(Number value, const Range<Number>&) {
    return std::to_string(value);
}

template <class T>
std::string encode(const T& value, const Format<T>& format) {
    return toml_string(format.write(value));
}

/// Empty for a value that no word stands for: it is the unset one.
template <class T>
std::string encode(T value, const Choices<T>& choices) {
    const auto word = choices.word(value);
    return word.empty() ? "" : toml_string(word);
}

template <class T, class Rule>
std::string encode(const std::vector<T>& values, const Rule& rule, Count) {
    std::string list;
    for (const T& value : values) {
        list += (list.empty() ? "" : ", ") + encode(value, rule);
    }
    return "[" + list + "]";
}

class Writer {
public:
    // The visitor that description.hpp asks for.

    template <class T, class... Rule>
    void operator()(std::string_view name, const T& value, const Rule&... rule) {
        put(name, encode(value, rule...));
    }

    template <class T, class... Rule>
    void operator()(std::string_view name, const std::optional<T>& value, const Rule&... rule) {
        if (value) put(name, encode(*value, rule...));
    }

    template <class T, class... Rule>
    void required(std::string_view name, const T& value, const Rule&... rule) {
        put(name, encode(value, rule...));
    }

    void or_empty(std::string_view name, const std::string& value, const Format<std::string>&) {
        put(name, toml_string(value));
    }

    template <class T>
    void or_empty(std::string_view name, const std::optional<T>& value, const Format<T>& format) {
        put(name, value ? encode(*value, format) : toml_string(""));
    }

    void path(std::string_view name, const std::string& value, PathKind) { put(name, toml_string(value)); }
    void required_path(std::string_view name, const std::string& value, PathKind) { put(name, toml_string(value)); }
    void refuse(std::string_view, std::string_view) {}

    void shard(std::string_view name, const ShardSettings& shard) {
        put(name, toml_string(std::to_string(shard.index) + "/" + std::to_string(shard.count)));
    }

    void tags(std::string_view name, const std::map<std::string, std::string>& tags, Count) {
        std::string inside;
        for (const auto& [tag, value] : tags) {
            inside += (inside.empty() ? " " : ", ") + tag + " = " + toml_string(value);
        }
        put(name, inside.empty() ? "" : "{" + inside + " }");
    }

    template <class T>
    void section(std::string_view name, T& value) {
        begin("[" + std::string(name) + "]", false, value);
    }

    template <class T>
    void list(std::string_view name, std::vector<T>& values, Count) {
        for (T& value : values) {
            begin("[[" + std::string(name) + "]]", true, value);
        }
    }

    template <class T>
    void named(std::string_view name, std::map<std::string, T>& values, Count) {
        for (auto& [key, value] : values) {
            begin("[" + std::string(name) + "." + toml_string(key) + "]", true, value);
        }
    }

    std::string text() && { return std::move(text_); }

private:
    template <class T>
    void begin(const std::string& header, bool sparse, T& value) {
        sparse_ = sparse;
        text_ += (text_.empty() ? "" : "\n") + header + "\n";
        describe(*this, value);
    }

    /// Sections show everything that is in effect; tables of lists only what somebody wrote.
    void put(std::string_view name, const std::string& value) {
        const bool nothing = value.empty() || value == "[]" || value == "\"\"";
        if (nothing && (sparse_ || value.empty())) return;
        text_ += std::string(name) + " = " + value + "\n";
    }

    std::string text_;
    bool sparse_ = false;  ///< in a table that has only what was configured
};

}  // namespace

std::string to_toml(const Config& config) {
    Document document;
    document.settings = config.settings;
    for (const Domain& domain : config.domains) {
        document.domains.push_back({domain.name, *domain.policy});
    }
    for (const DomainFile& file : config.domain_files) {
        document.domain_files.push_back({file.path, *file.policy});
    }
    Writer writer;
    describe(writer, document);
    return std::move(writer).text();
}

std::string toml_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
            quoted += c;
            continue;
        }
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(static_cast<unsigned char>(c)));
        quoted += escape;
    }
    return quoted + "\"";
}

}  // namespace mxfleet
