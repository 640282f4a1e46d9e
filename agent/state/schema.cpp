#include "agent/state/schema.hpp"

#include <array>
#include <chrono>
#include <string>

#include "agent/state/store.hpp"

namespace mxfleet {
namespace {

using std::chrono::system_clock;

/// Each brings a database from its number to the next. Rows are only ever added: what was released stays as it is.
constexpr auto migrations = std::to_array<const char*>({
    "CREATE TABLE policies (domain TEXT PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL, fetched_at INTEGER NOT NULL,"
    "  expires INTEGER NOT NULL, drift INTEGER NOT NULL, host_not_after INTEGER) WITHOUT ROWID;"
    "CREATE TABLE verdicts (mx TEXT, ip TEXT, port INTEGER, aspect TEXT, state TEXT NOT NULL, reason TEXT NOT NULL,"
    "  at INTEGER NOT NULL, PRIMARY KEY (mx, ip, port, aspect)) WITHOUT ROWID;"
    "CREATE TABLE findings (name TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE mx_changes (domain TEXT NOT NULL, before TEXT NOT NULL, now TEXT NOT NULL, at INTEGER NOT NULL);"
    "CREATE INDEX mx_changes_of ON mx_changes (domain, at);"
    "CREATE TABLE certificates (mx TEXT NOT NULL, ip TEXT NOT NULL, port INTEGER NOT NULL, sha256 TEXT NOT NULL,"
    "  issuer TEXT NOT NULL, not_after INTEGER NOT NULL, first_seen INTEGER NOT NULL);"
    "CREATE INDEX certificates_of ON certificates (mx, ip, port, first_seen);",

    // A name server that gives every answer another turn, or an address that shows two certificates, fills no disk.
    "CREATE TRIGGER mx_changes_kept AFTER INSERT ON mx_changes BEGIN"
    "  DELETE FROM mx_changes WHERE domain = NEW.domain AND rowid NOT IN (SELECT rowid FROM mx_changes"
    "    WHERE domain = NEW.domain ORDER BY at DESC, rowid DESC LIMIT 32); END;"
    "CREATE TRIGGER certificates_kept AFTER INSERT ON certificates BEGIN"
    "  DELETE FROM certificates WHERE mx = NEW.mx AND ip = NEW.ip AND port = NEW.port AND rowid NOT IN (SELECT rowid"
    "    FROM certificates WHERE mx = NEW.mx AND ip = NEW.ip AND port = NEW.port"
    "    ORDER BY first_seen DESC, rowid DESC LIMIT 32); END;",

    // What a change is told against that came about while the agent was away.
    "CREATE TABLE mx_sets (domain TEXT PRIMARY KEY, records TEXT NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID;",

    // Test mail: what was sent when, so that nothing is sent twice, and what is on its way is known again.
    "CREATE TABLE flow_messages (token TEXT PRIMARY KEY, flow TEXT NOT NULL, mx TEXT NOT NULL, ip TEXT NOT NULL,"
    "  port INTEGER NOT NULL, state TEXT NOT NULL, begun_at INTEGER NOT NULL, handed_at INTEGER, retry_at INTEGER,"
    "  settled_at INTEGER, attempts INTEGER NOT NULL, flags INTEGER NOT NULL, letters TEXT NOT NULL,"
    "  words TEXT NOT NULL, report TEXT NOT NULL) WITHOUT ROWID;",
});
static_assert(StateStore::changes_kept == 32, "the triggers say so");

std::string milliseconds_text(system_clock::time_point time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

}  // namespace

const std::int64_t schema_version = migrations.size();

Database::Result<void> prepare_schema(Database& database, bool& is_newer) {
    const auto version = database.number("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    is_newer = *version > schema_version;
    if (is_newer) return {};
    std::string sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE;";
    for (auto at = static_cast<std::size_t>(*version); at < migrations.size(); ++at)
        sql += migrations[at];
    const std::string oldest = milliseconds_text(system_clock::now() - StateStore::history_kept);
    sql += "PRAGMA user_version = " + std::to_string(schema_version) + ";";
    sql += "DELETE FROM mx_changes WHERE at < " + oldest + "; DELETE FROM certificates WHERE first_seen < " + oldest;
    sql += "; DELETE FROM verdicts WHERE at < " + oldest + "; DELETE FROM mx_sets WHERE seen_at < " + oldest;
    sql += "; DELETE FROM flow_messages WHERE begun_at < " + oldest;
    sql += "; DELETE FROM policies WHERE expires < " + milliseconds_text(system_clock::now()) + "; COMMIT;";
    if (auto outcome = database.run(sql.c_str()); !outcome) return outcome;
    std::string checked;
    const auto take = [&](const DatabaseRow& row) { checked = row.text(0); };
    if (auto outcome = database.read("PRAGMA quick_check(1)", {}, take); !outcome) return outcome;
    if (checked != "ok") return std::unexpected(Database::Error{checked, true});
    return {};
}

}  // namespace mxfleet
