// What changed lately: domains whose verdict became another, endpoints that are confirmed as up or down, and findings
// that came and went. A ring of fixed size, however large the fleet. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/fleet/domain_cell.hpp"
#include "agent/show/report_json.hpp"

namespace mxfleet {

/// One change. `was` and `is` are names of verdicts, or of endpoint states.
struct Change {
    std::uint64_t number = 0;  ///< the later, the larger
    WallTime at{};
    SharedText name;              ///< of the domain, or of the exchange
    std::optional<IpAddress> ip;  ///< empty: of the domain
    std::uint16_t port = 0;
    std::string_view was;
    std::string_view is;
    std::vector<FindingCode> came;
    std::vector<FindingCode> went;
};

/// What is wanted of them. What is left empty lets everything pass.
struct ChangesQuery {
    std::vector<std::string> names;       ///< of domains and exchanges
    std::optional<std::uint64_t> before;  ///< the number of the change that ended the page before
    std::size_t limit = 100;
};

class Changes {
public:
    static constexpr std::size_t kept = 2000;

    /// That something becomes known for the first time is no change.
    void domain_changed(const DomainStatus& before, const DomainStatus& now, WallTime at);
    /// Nor is a single session that ended otherwise: who flaps would leave room for nothing else.
    void endpoint_changed(const EndpointStatus& before, const EndpointStatus& now, WallTime at);

    /// `{"items": […], "next": …}`, the latest first.
    Json json(const ChangesQuery& query) const;

private:
    bool is_news(const DomainStatus& before, const DomainStatus& now);
    void add(Change change);

    mutable std::mutex mutex_;
    std::deque<Change> changes_;
    std::uint64_t next_ = 1;
    std::set<SharedText> turned_unknown_;  ///< domains that were known before, as many as are kept of changes
};

}  // namespace mxfleet
