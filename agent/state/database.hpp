// SQLite as this program uses it: one file, prepared statements, errors as values in words.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace mxfleet {

/// A value for a statement; the empty one is NULL.
using DatabaseValue = std::variant<std::monostate, std::int64_t, std::string>;

/// One row of an answer, while it is being read.
class DatabaseRow {
public:
    explicit DatabaseRow(sqlite3_stmt* statement) : statement_(statement) {}
    std::string text(int column) const;
    std::int64_t integer(int column) const;
    std::optional<std::int64_t> maybe_integer(int column) const;

private:
    sqlite3_stmt* statement_;
};

class Database {
public:
    struct Error {
        std::string words;
        bool is_damage = false;  ///< what is in the file is no database, or a broken one
    };
    template <class T>
    using Result = std::expected<T, Error>;

    /// Opens, or makes, the file.
    static Result<Database> open(const std::string& file);

    /// Runs any number of statements that give nothing.
    Result<void> run(const char* sql);
    /// Runs one statement with these values.
    Result<void> run(const char* sql, const std::vector<DatabaseValue>& values);
    /// Runs one statement and reads its rows.
    Result<void> read(const char* sql, const std::vector<DatabaseValue>& values,
                      const std::function<void(const DatabaseRow&)>& take);
    /// The one number that a statement gives.
    Result<std::int64_t> number(const char* sql);

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    struct Finalise {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalise>;

    explicit Database(sqlite3* handle) : handle_(handle) {}
    Error error(int code) const;
    Result<Statement> prepared(const char* sql, const std::vector<DatabaseValue>& values) const;

    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace mxfleet
