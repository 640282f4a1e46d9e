// Reads a mailbox for test mail and reports on it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probes/io/tls_client.hpp"
#include "probes/model/failure.hpp"
#include "probes/model/ip.hpp"
#include "probes/model/service_kind.hpp"
#include "probes/model/time.hpp"

namespace mxfleet {

struct MailboxAccess {
    ServiceKind kind = ServiceKind::imaps;
    std::string host;
    IpAddress ip;
    std::uint16_t port = 993;
    std::string username;
    std::string password;
    TrustStore trust;
    Duration deadline = std::chrono::seconds{60};
};

struct LetterId {
    std::string folder;
    std::string id;
};

struct Letter {
    std::string folder;
    std::string id;
    bool junk = false;
    std::string text;
};

struct MailboxWish {
    std::chrono::sys_seconds since{};
    std::vector<LetterId> remove;
};

struct MailboxSight {
    std::vector<Letter> letters;
    std::size_t removed = 0;
    bool is_complete = false;
    std::optional<Failure> failure;
};

class MailboxReader {
public:
    using Done = std::function<void(MailboxSight)>;

    void read(MailboxAccess access, MailboxWish wish, Done done);
    void stop();
};

}  // namespace mxfleet
