// What survives a restart, in `agent.state_directory`: policies, the last security verdicts, since when findings hold,
// and the history of MX records and certificates. Writing never blocks whoever has something to keep: one thread of its
// own writes at most once a second, so that a kill loses one second at most, and never leaves a file that cannot be
// read.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/state/database.hpp"
#include "agent/state/stored_flow.hpp"
#include "probes/model/endpoint.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

/// A domain's MTA-STS policy as it was fetched.
struct StoredPolicy {
    std::string domain;
    std::string id;
    std::string body;
    WallTime fetched_at{};
    WallTime expires{};
    int drift = 0;
    std::optional<CertificateTime> host_not_after;

    bool operator==(const StoredPolicy&) const = default;
};

/// The last conclusive word about one aspect of an endpoint's security: `relay`, `starttls`.
struct StoredVerdict {
    EndpointKey endpoint;
    std::string aspect;
    std::string state;
    std::string reason;
    WallTime at{};

    bool operator==(const StoredVerdict&) const = default;
};

struct StoredMxChange {
    std::string before;  ///< the records, one a line
    std::string now;
    WallTime at{};

    bool operator==(const StoredMxChange&) const = default;
};

struct StoredCertificate {
    std::string sha256;
    std::string issuer;
    CertificateTime not_after{};
    WallTime first_seen{};

    bool operator==(const StoredCertificate&) const = default;
};

class StateStore {
public:
    static constexpr Duration write_interval = std::chrono::seconds{1};
    static constexpr std::size_t queue_limit = 200'000;
    static constexpr std::chrono::days history_kept{400};
    static constexpr int changes_kept = 32;  ///< the last of each domain's MX and each endpoint's certificate

    /// Told, from any thread, what went wrong, in words.
    using Complain = std::function<void(const std::string&)>;

    /// Opens the directory, or makes it. Error: why it cannot be used, with its path: another agent uses it, it cannot
    /// be written to, or a newer mxfleet has written it. A damaged file is set aside, and complained of.
    static std::expected<std::unique_ptr<StateStore>, std::string> open(const std::string& directory,
                                                                        Complain complain);

    /// Writes what is left.
    ~StateStore();
    StateStore(const StateStore&) = delete;
    StateStore& operator=(const StateStore&) = delete;

    // ---- What earlier runs have kept. To be read before anything is kept ----

    std::vector<StoredPolicy> policies();
    std::vector<StoredVerdict> verdicts();
    /// By the name they were kept under.
    void findings(const std::function<void(const std::string& name, WallTime since)>& take);
    /// Each domain's oldest first.
    void mx_changes(const std::function<void(const std::string& domain, const StoredMxChange&)>& take);

    // ---- What is kept, as it is written by now. From any thread; waits for the disk ----

    std::vector<StoredFlowMessage> flow_messages();
    /// The domain's MX as it was last kept, one record a line.
    std::optional<std::string> mx_set(const std::string& domain);
    /// Oldest first.
    std::vector<StoredCertificate> certificates(const EndpointKey& endpoint);

    // ---- What is to be kept. From any thread; returns at once ----

    void keep(const StoredPolicy& policy);
    void keep(const StoredVerdict& verdict);
    void keep_finding(const std::string& name, WallTime since);
    void forget_finding(const std::string& name);
    void keep_mx_set(const std::string& domain, const std::string& records, WallTime seen_at);
    void record_mx_change(const std::string& domain, const StoredMxChange& change);
    /// Of an endpoint that showed another certificate than before, or none that is known.
    void record_certificate(const EndpointKey& endpoint, const StoredCertificate& certificate);

    void keep(const StoredFlowMessage& message);
    void forget_flow_message(const std::string& token);

    /// Calls `done`, from any thread, when everything that was kept so far is written, or has failed to be.
    void when_written(std::function<void()> done);
    /// Returns then.
    void flush();

private:
    struct Lock;
    struct Write {
        const char* sql;
        std::vector<DatabaseValue> values;
    };

    StateStore(std::unique_ptr<Lock> lock, Database database, Database history, Complain complain);
    void enqueue(Write write);
    void work();
    std::expected<void, std::string> write(const std::deque<Write>& batch);
    void written(std::deque<Write> batch, const std::expected<void, std::string>& outcome);
    void complain_of(const Database::Result<void>& outcome) const;

    std::unique_ptr<Lock> lock_;
    Database database_;
    Database history_;  ///< the same file: whoever reads here never waits for what is being written
    Complain complain_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::deque<Write> queue_;
    std::vector<std::function<void()>> waiting_;  ///< for what is in the queue, or was
    bool is_writing_ = false;
    bool hurry_ = false;
    bool stopped_ = false;
    bool fails_ = false;
    std::size_t dropped_ = 0;
    std::thread thread_;
};

}  // namespace mxfleet
