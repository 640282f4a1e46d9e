// What is wrong with a configuration, and where. Values only: nothing here reads a file or decides what is right.
#pragma once

#include <compare>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace mxfleet {

/// A place in a text file. Both count from 1; columns count characters.
struct FilePosition {
    std::size_t line = 1;
    std::size_t column = 1;

    auto operator<=>(const FilePosition&) const = default;
};

struct ConfigError {
    std::string file;
    std::size_t line = 1;
    std::size_t column = 1;
    std::string message;  ///< what is wrong and what would be right; one line, printable

    /// `FILE:LINE:COLUMN: error: MESSAGE`, as compilers say it, so that editors jump there.
    std::string text() const;
    bool operator==(const ConfigError&) const = default;
};

using ConfigErrors = std::vector<ConfigError>;

/// Collects the errors of one file up to a limit; those beyond are counted.
class ErrorCollector {
public:
    explicit ErrorCollector(std::string file, std::size_t limit = 1000);

    void add(FilePosition at, std::string message);
    bool empty() const { return errors_.empty(); }
    bool any_at(FilePosition at) const;

    /// All that was collected, in the order of the file, closed by "and N more errors" if there were more.
    ConfigErrors in_order() &&;

private:
    std::string file_;
    std::size_t limit_;
    std::size_t beyond_limit_ = 0;
    ConfigErrors errors_;
};

/// Something a person wrote, made safe to show and set apart: `` `exmaple.com` ``.
std::string shown(std::string_view text);

/// What is wrong with something a person wrote: the quoted text and a clause about it.
std::unexpected<std::string> wrong(std::string_view text, std::string_view clause);

}  // namespace mxfleet
