#include "agent/state/database.hpp"

#include <sqlite3.h>

namespace mxfleet {
namespace {

bool is_damage(int code) {
    const int primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

int bind(sqlite3_stmt* statement, int place, const DatabaseValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, place, *number);
    if (const auto* text = std::get_if<std::string>(&value)) {
        return sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()), SQLITE_TRANSIENT);
    }
    return sqlite3_bind_null(statement, place);
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

void Database::Finalise::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

std::string DatabaseRow::text(int column) const {
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes == nullptr ? std::string{} : std::string(bytes, size);
}

std::int64_t DatabaseRow::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> DatabaseRow::maybe_integer(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return integer(column);
}

Database::Error Database::error(int code) const {
    return {sqlite3_errmsg(handle_.get()), is_damage(code)};
}

Database::Result<Database> Database::open(const std::string& file) {
    sqlite3* handle = nullptr;
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    Database database(handle);
    if (code != SQLITE_OK) return std::unexpected(database.error(code));
    return database;
}

Database::Result<void> Database::run(const char* sql) {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error(code));
    return {};
}

Database::Result<Database::Statement> Database::prepared(const char* sql,
                                                         const std::vector<DatabaseValue>& values) const {
    sqlite3_stmt* raw = nullptr;
    if (const int code = sqlite3_prepare_v2(handle_.get(), sql, -1, &raw, nullptr); code != SQLITE_OK) {
        return std::unexpected(error(code));
    }
    Statement statement(raw);
    for (std::size_t at = 0; at < values.size(); ++at) {
        const int code = bind(raw, static_cast<int>(at) + 1, values[at]);
        if (code != SQLITE_OK) return std::unexpected(error(code));
    }
    return statement;
}

Database::Result<void> Database::run(const char* sql, const std::vector<DatabaseValue>& values) {
    return read(sql, values, [](const DatabaseRow&) {});
}

Database::Result<void> Database::read(const char* sql, const std::vector<DatabaseValue>& values,
                                      const std::function<void(const DatabaseRow&)>& take) {
    const auto statement = prepared(sql, values);
    if (!statement) return std::unexpected(statement.error());
    int code = sqlite3_step(statement->get());
    for (; code == SQLITE_ROW; code = sqlite3_step(statement->get()))
        take(DatabaseRow(statement->get()));
    if (code != SQLITE_DONE) return std::unexpected(error(code));
    return {};
}

Database::Result<std::int64_t> Database::number(const char* sql) {
    std::int64_t found = 0;
    const auto outcome = read(sql, {}, [&](const DatabaseRow& row) { found = row.integer(0); });
    if (!outcome) return std::unexpected(outcome.error());
    return found;
}

}  // namespace mxfleet
