#include "agent/state/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/state/schema.hpp"

namespace mxfleet {
namespace {

using std::chrono::steady_clock;

constexpr const char* keep_policy_sql = "INSERT OR REPLACE INTO policies VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr const char* keep_verdict_sql = "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr const char* keep_finding_sql = "INSERT OR REPLACE INTO findings VALUES (?, ?)";
constexpr const char* forget_finding_sql = "DELETE FROM findings WHERE name = ?";
constexpr const char* keep_mx_set_sql = "INSERT OR REPLACE INTO mx_sets VALUES (?, ?, ?)";
constexpr const char* record_mx_change_sql = "INSERT INTO mx_changes VALUES (?, ?, ?, ?)";
constexpr const char* keep_flow_message_sql =
    "INSERT OR REPLACE INTO flow_messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* forget_flow_message_sql = "DELETE FROM flow_messages WHERE token = ?";
// The last one of the endpoint is not recorded again: a restart is no change.
constexpr const char* record_certificate_sql =
    "INSERT INTO certificates SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?4 IS NOT (SELECT sha256 FROM certificates"
    " WHERE mx = ?1 AND ip = ?2 AND port = ?3 ORDER BY first_seen DESC, rowid DESC LIMIT 1)";

std::int64_t number(WallTime time) {
    return time.time_since_epoch().count();
}

WallTime wall_time(std::int64_t milliseconds) {
    return WallTime{std::chrono::milliseconds{milliseconds}};
}

DatabaseValue number_or_null(MaybeTime time) {
    return time ? DatabaseValue(number(*time)) : DatabaseValue();
}

MaybeTime maybe_time(std::optional<std::int64_t> milliseconds) {
    return milliseconds ? MaybeTime(wall_time(*milliseconds)) : MaybeTime();
}

std::string errno_words() {
    return std::generic_category().message(errno);
}

void set_aside(const std::string& file) {
    std::error_code ignored;
    std::filesystem::rename(file, file + ".damaged", ignored);
    for (const char* const companion : {"-wal", "-shm"})
        std::filesystem::remove(file + companion, ignored);
}

}  // namespace

/// Held as long as the directory is ours; the system lets go of it when the process ends, however it does.
struct StateStore::Lock {
    explicit Lock(int opened) : descriptor(opened) {}
    ~Lock() { ::close(descriptor); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    static std::expected<std::unique_ptr<Lock>, std::string> take(const std::string& directory) {
        if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
            return std::unexpected("cannot make the state directory " + directory + ": " + errno_words());
        }
        const std::string file = directory + "/lock";
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor < 0)
            return std::unexpected("cannot write to the state directory: " + file + ": " + errno_words());
        auto lock = std::make_unique<Lock>(descriptor);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            return std::unexpected("the state directory " + directory + " is in use by another mxfleet");
        }
        return lock;
    }

    int descriptor;
};

std::expected<std::unique_ptr<StateStore>, std::string> StateStore::open(const std::string& directory,
                                                                         Complain complain) {
    auto lock = Lock::take(directory);
    if (!lock) return std::unexpected(lock.error());
    const std::string file = directory + "/state.sqlite";
    for (const bool is_first : {true, false}) {
        bool is_newer = false;
        auto database = Database::open(file);
        const auto outcome = database ? prepare_schema(*database, is_newer) : std::unexpected(database.error());
        if (is_newer) {
            return std::unexpected(file + " was written by a newer mxfleet; this one knows its schema up to " +
                                   std::to_string(schema_version));
        }
        auto history = outcome ? Database::open(file) : std::unexpected(outcome.error());
        if (history) {
            return std::unique_ptr<StateStore>(
                new StateStore(std::move(*lock), std::move(*database), std::move(*history), std::move(complain)));
        }
        const Database::Error error = history.error();
        if (!error.is_damage || !is_first) return std::unexpected("cannot use " + file + ": " + error.words);
        database = std::unexpected(Database::Error{});  // closes it
        set_aside(file);
        complain(file + " is damaged (" + error.words + "): set aside as state.sqlite.damaged, begun anew");
    }
    std::unreachable();
}

StateStore::StateStore(std::unique_ptr<Lock> lock, Database database, Database history, Complain complain)
    : lock_(std::move(lock)),
      database_(std::move(database)),
      history_(std::move(history)),
      complain_(std::move(complain)),
      thread_([this] { work(); }) {}

StateStore::~StateStore() {
    {
        const std::lock_guard guard(mutex_);
        stopped_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

// ---- Reading --------------------------------------------------------------------------------------------------------

void StateStore::complain_of(const Database::Result<void>& outcome) const {
    if (!outcome) complain_("reading the state: " + outcome.error().words);
}

std::vector<StoredPolicy> StateStore::policies() {
    std::vector<StoredPolicy> policies;
    complain_of(database_.read("SELECT * FROM policies", {}, [&](const DatabaseRow& row) {
        StoredPolicy policy{row.text(0),
                            row.text(1),
                            row.text(2),
                            wall_time(row.integer(3)),
                            wall_time(row.integer(4)),
                            static_cast<int>(row.integer(5)),
                            {}};
        if (const auto ends = row.maybe_integer(6))
            policy.host_not_after = CertificateTime{std::chrono::seconds{*ends}};
        policies.push_back(std::move(policy));
    }));
    return policies;
}

std::vector<StoredVerdict> StateStore::verdicts() {
    std::vector<StoredVerdict> verdicts;
    complain_of(database_.read("SELECT * FROM verdicts", {}, [&](const DatabaseRow& row) {
        const auto ip = IpAddress::parse(row.text(1));
        if (!ip) return;
        EndpointKey key{row.text(0), *ip, static_cast<std::uint16_t>(row.integer(2))};
        verdicts.push_back({std::move(key), row.text(3), row.text(4), row.text(5), wall_time(row.integer(6))});
    }));
    return verdicts;
}

std::vector<StoredFlowMessage> StateStore::flow_messages() {
    std::vector<StoredFlowMessage> messages;
    complain_of(history_.read("SELECT * FROM flow_messages", {}, [&](const DatabaseRow& row) {
        const auto ip = IpAddress::parse(row.text(3));
        if (!ip) return;
        StoredFlowMessage message;
        message.token = row.text(0);
        message.flow = row.text(1);
        message.endpoint = {row.text(2), *ip, static_cast<std::uint16_t>(row.integer(4))};
        message.state = row.text(5);
        message.begun_at = wall_time(row.integer(6));
        message.handed_at = maybe_time(row.maybe_integer(7));
        message.retry_at = maybe_time(row.maybe_integer(8));
        message.settled_at = maybe_time(row.maybe_integer(9));
        message.attempts = static_cast<std::uint32_t>(row.integer(10));
        message.flags = static_cast<std::uint32_t>(row.integer(11));
        message.letters = row.text(12);
        message.words = row.text(13);
        message.report = row.text(14);
        messages.push_back(std::move(message));
    }));
    return messages;
}

void StateStore::findings(const std::function<void(const std::string&, WallTime)>& take) {
    complain_of(database_.read("SELECT * FROM findings", {},
                               [&](const DatabaseRow& row) { take(row.text(0), wall_time(row.integer(1))); }));
}

void StateStore::mx_changes(const std::function<void(const std::string&, const StoredMxChange&)>& take) {
    const char* const sql = "SELECT domain, before, now, at FROM mx_changes ORDER BY domain, at, rowid";
    complain_of(database_.read(sql, {}, [&](const DatabaseRow& row) {
        take(row.text(0), {row.text(1), row.text(2), wall_time(row.integer(3))});
    }));
}

std::optional<std::string> StateStore::mx_set(const std::string& domain) {
    std::optional<std::string> records;
    complain_of(history_.read("SELECT records FROM mx_sets WHERE domain = ?", {domain},
                              [&](const DatabaseRow& row) { records = row.text(0); }));
    return records;
}

std::vector<StoredCertificate> StateStore::certificates(const EndpointKey& endpoint) {
    std::vector<StoredCertificate> certificates;
    const char* const sql =
        "SELECT sha256, issuer, not_after, first_seen FROM certificates WHERE mx = ? AND ip = ? AND port = ?"
        " ORDER BY first_seen, rowid";
    const std::vector<DatabaseValue> key = {std::string(endpoint.mx), endpoint.ip.text(), std::int64_t{endpoint.port}};
    complain_of(history_.read(sql, key, [&](const DatabaseRow& row) {
        certificates.push_back({row.text(0), row.text(1), CertificateTime{std::chrono::seconds{row.integer(2)}},
                                wall_time(row.integer(3))});
    }));
    return certificates;
}

// ---- Keeping --------------------------------------------------------------------------------------------------------

void StateStore::keep(const StoredPolicy& policy) {
    DatabaseValue ends;
    if (policy.host_not_after) ends = std::int64_t{policy.host_not_after->time_since_epoch().count()};
    enqueue({keep_policy_sql,
             {policy.domain, policy.id, policy.body, number(policy.fetched_at), number(policy.expires),
              std::int64_t{policy.drift}, ends}});
}

void StateStore::keep(const StoredVerdict& verdict) {
    const EndpointKey& key = verdict.endpoint;
    enqueue({keep_verdict_sql,
             {std::string(key.mx), key.ip.text(), std::int64_t{key.port}, verdict.aspect, verdict.state, verdict.reason,
              number(verdict.at)}});
}

void StateStore::keep_finding(const std::string& name, WallTime since) {
    enqueue({keep_finding_sql, {name, number(since)}});
}

void StateStore::forget_finding(const std::string& name) {
    enqueue({forget_finding_sql, {name}});
}

void StateStore::keep_mx_set(const std::string& domain, const std::string& records, WallTime seen_at) {
    enqueue({keep_mx_set_sql, {domain, records, number(seen_at)}});
}

void StateStore::record_mx_change(const std::string& domain, const StoredMxChange& change) {
    enqueue({record_mx_change_sql, {domain, change.before, change.now, number(change.at)}});
}

void StateStore::record_certificate(const EndpointKey& endpoint, const StoredCertificate& certificate) {
    enqueue({record_certificate_sql,
             {std::string(endpoint.mx), endpoint.ip.text(), std::int64_t{endpoint.port}, certificate.sha256,
              certificate.issuer, std::int64_t{certificate.not_after.time_since_epoch().count()},
              number(certificate.first_seen)}});
}

void StateStore::keep(const StoredFlowMessage& message) {
    const EndpointKey& key = message.endpoint;
    enqueue({keep_flow_message_sql,
             {message.token, message.flow, std::string(key.mx), key.ip.text(), std::int64_t{key.port}, message.state,
              number(message.begun_at), number_or_null(message.handed_at), number_or_null(message.retry_at),
              number_or_null(message.settled_at), std::int64_t{message.attempts}, std::int64_t{message.flags},
              message.letters, message.words, message.report}});
}

void StateStore::forget_flow_message(const std::string& token) {
    enqueue({forget_flow_message_sql, {token}});
}

// ---- Writing --------------------------------------------------------------------------------------------------------

void StateStore::enqueue(Write write) {
    const std::lock_guard guard(mutex_);
    if (queue_.size() >= queue_limit) {
        ++dropped_;
        return;
    }
    queue_.push_back(std::move(write));
    if (queue_.size() == 1) wake_.notify_one();
}

void StateStore::when_written(std::function<void()> done) {
    const std::lock_guard guard(mutex_);
    waiting_.push_back(std::move(done));
    wake_.notify_one();
}

void StateStore::flush() {
    std::unique_lock lock(mutex_);
    hurry_ = true;
    wake_.notify_one();
    idle_.wait(lock, [this] { return (queue_.empty() || fails_) && !is_writing_; });
    hurry_ = false;
}

void StateStore::work() {
    auto next = steady_clock::now();
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopped_ || !queue_.empty() || !waiting_.empty(); });
        if (queue_.empty() && waiting_.empty()) break;
        wake_.wait_until(lock, next, [this] { return stopped_ || hurry_; });
        auto batch = std::exchange(queue_, {});
        const auto waiting = std::exchange(waiting_, {});
        is_writing_ = true;
        const bool is_last = stopped_;
        lock.unlock();
        const auto outcome = write(batch);
        for (const auto& done : waiting)
            done();
        next = steady_clock::now() + write_interval;
        lock.lock();
        is_writing_ = false;
        written(std::move(batch), outcome);
        idle_.notify_all();
        if (is_last && !outcome) break;
    }
}

/// All of it or nothing.
std::expected<void, std::string> StateStore::write(const std::deque<Write>& batch) {
    auto outcome = database_.run("BEGIN IMMEDIATE");
    for (const Write& each : batch) {
        if (!outcome) break;
        outcome = database_.run(each.sql, each.values);
    }
    if (outcome) outcome = database_.run("COMMIT");
    if (outcome) return {};
    std::string words = outcome.error().words;
    static_cast<void>(database_.run("ROLLBACK"));
    return std::unexpected(std::move(words));
}

/// What could not be written is tried again, as far as there is room. Precondition: the mutex is held.
void StateStore::written(std::deque<Write> batch, const std::expected<void, std::string>& outcome) {
    if (!outcome) {
        if (!fails_) complain_("writing the state fails, and is tried again: " + outcome.error());
        const std::size_t room = queue_limit - std::min(queue_limit, queue_.size());
        dropped_ += batch.size() - std::min(batch.size(), room);
        batch.resize(std::min(batch.size(), room));
        queue_.insert(queue_.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    }
    fails_ = !outcome;
    if (dropped_ > 0)
        complain_("too much to write: " + std::to_string(dropped_) + " changes of the state were dropped");
    dropped_ = 0;
}

}  // namespace mxfleet
