// Fetches policies over HTTPS (RFC 8461 §3.3), some at once, on one thread of its own. It follows nothing, keeps
// nothing, asks no DNS and no proxy: it connects to the addresses it is given, and only to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "probes/io/tls_client.hpp"
#include "probes/model/ip.hpp"
#include "probes/mta_sts/facts.hpp"

namespace mxfleet {

struct PolicyRequest {
    std::string host;                  ///< whose certificate it must be: `mta-sts.example.com`
    std::vector<IpAddress> addresses;  ///< that may be dialled, tried in this order; at least one
    TrustStore trust;
    std::uint16_t port = 443;                     ///< RFC 8461 knows no other; a test may be no root
    Duration timeout = std::chrono::seconds{60};  ///< from the first byte sent to the last received
};

class PolicyFetcher {
public:
    static constexpr std::size_t at_once = 16;

    using Done = std::function<void(PolicyFetchFacts)>;

    PolicyFetcher();
    ~PolicyFetcher();
    PolicyFetcher(const PolicyFetcher&) = delete;
    PolicyFetcher& operator=(const PolicyFetcher&) = delete;

    /// `done` is called once, on the fetcher's thread, or by `stop`. From any thread.
    void fetch(PolicyRequest request, Done done);

    /// Abandons what is under way, which ends as unknown, and takes nothing more.
    void stop();

private:
    struct Wanted {
        PolicyRequest request;
        Done done;
    };
    class Transfer;
    struct Multi;

    void work();
    void begin_waiting();
    bool end_finished();
    void abandon_all();

    std::mutex mutex_;
    std::deque<Wanted> waiting_;
    bool stopped_ = false;
    std::unique_ptr<Multi> multi_;
    std::vector<std::unique_ptr<Transfer>> under_way_;  ///< of the thread alone
    std::thread thread_;                                ///< not before there is something to fetch
};

}  // namespace mxfleet
