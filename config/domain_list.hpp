// The domains of a configuration: those of the file itself and the lines of all domain files. Reads whole files, so it
// is for a thread that may wait; knows nothing of what is done with the domains.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_error.hpp"
#include "config/settings.hpp"

namespace mxfleet {

inline constexpr std::size_t domain_limit = 5'000'000;
inline constexpr std::size_t domain_file_bytes_limit = std::size_t{256} * 1024 * 1024;
inline constexpr std::size_t domain_file_errors_limit = 100;  ///< per file; those beyond are counted

struct DomainList {
    std::vector<Domain> domains;  ///< no name twice: the first stays
    ConfigErrors errors;          ///< by file; empty if every line of every file is right
};

/// All domains of `config`, its domain files read anew. Faulty lines, files that cannot be read and names that were
/// there before are errors and left out; whether what is left will do is for the caller to say: `run` starts with it,
/// a reload refuses it.
DomainList read_domains(const Config& config);

/// A name and the place it stands at.
struct DomainLine {
    std::string name;
    FilePosition at;

    bool operator==(const DomainLine&) const = default;
};

/// The lines of a domain file, one after the other: one domain each; `#` starts a comment; blank lines, CRLF and a
/// leading byte order mark are passed over. What is no domain goes to `errors`. `text` and `errors` must outlive it.
class DomainLines {
public:
    DomainLines(std::string_view text, ErrorCollector& errors);

    /// The next line that is right, or nothing at the end.
    std::optional<DomainLine> next();

private:
    std::string_view rest_;
    ErrorCollector& errors_;
    std::size_t line_ = 0;
};

/// A domain that stands earlier in the list, too: indices of both.
struct Duplicate {
    std::size_t later = 0;
    std::size_t first = 0;

    bool operator==(const Duplicate&) const = default;
};

/// Every domain whose name an earlier one has, in the order of `later`.
std::vector<Duplicate> duplicates_of(const std::vector<Domain>& domains);

}  // namespace mxfleet
