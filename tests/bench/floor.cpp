// The least a client can spend on an SMTP session: one thread, epoll, OpenSSL, one context, one parsed root. It keeps
// nothing, judges nothing and has no deadlines. What others cost is told as a multiple of it. It shares no code with
// the agent.
//
//   bench_floor MODE COUNT CONCURRENCY PORT FIRST_ADDRESS ENDPOINTS ZONE CA_FILE
//
// MODE holds `tls` for STARTTLS and `relay` for the commands of the relay check. Prints the CPU seconds that COUNT
// sessions took; a session that does not go as it should ends the program with an error.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct World {
    bool tls = false;
    bool relay = false;
    std::size_t sessions = 0;
    std::size_t concurrency = 0;
    std::uint16_t port = 0;
    std::uint32_t first_address = 0;  ///< of member 0, host byte order; the next one is in the next /24
    std::size_t endpoints = 0;
    std::string zone;
    std::string ca_file;
};

[[noreturn]] void die(const std::string& why) {
    std::fprintf(stderr, "bench_floor: %s\n", why.c_str());
    std::exit(1);
}

/// What is said, in order, and the code each is answered with.
struct Line {
    std::string text;
    int code;
};
const std::string start_tls = "STARTTLS\r\n";

std::vector<Line> script_for(const World& world) {
    const std::string ehlo = "EHLO probe.lab.test\r\n";
    const std::string sender = "MAIL FROM:<mxfleet-probe@probe.lab.test>\r\n";
    const std::string stranger = "RCPT TO:<probe@relay-recipient.test>\r\n";
    std::vector<Line> script = {{ehlo, 250}};
    if (world.tls) {
        script.push_back({start_tls, 220});
        script.push_back({ehlo, 250});
    }
    if (world.relay) {
        script.push_back({sender, 250});
        script.push_back({"RCPT TO:<postmaster@d{}." + world.zone + ">\r\n", 250});
        for (const std::string& from :
             {sender, std::string("MAIL FROM:<>\r\n"), "MAIL FROM:<mxfleet-probe@d{}." + world.zone + ">\r\n"}) {
            script.push_back({"RSET\r\n", 250});
            script.push_back({from, 250});
            script.push_back({stranger, 554});
        }
    }
    script.push_back({"QUIT\r\n", 221});
    return script;
}

class Client {
public:
    explicit Client(const World& world) : world_(world), script_(script_for(world)), epoll_(::epoll_create1(0)) {
        if (world_.tls) set_up_tls();
    }

    void run() {
        sessions_.resize(world_.concurrency);
        while (started_ < world_.sessions && started_ < world_.concurrency)
            begin(sessions_[started_]);
        std::array<epoll_event, 256> events;
        while (ended_ < world_.sessions) {
            const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10'000);
            if (count <= 0) die("nothing happens");
            for (int at = 0; at < count; ++at)
                go_on(*static_cast<Session*>(events[static_cast<std::size_t>(at)].data.ptr));
        }
    }

private:
    struct Session {
        int socket = -1;
        SSL* ssl = nullptr;
        std::size_t member = 0;
        std::size_t said = 0;  ///< lines of the script
        bool handshaking = false;
        std::size_t filled = 0;
        std::array<char, 2048> buffer;
    };

    void set_up_tls() {
        context_ = SSL_CTX_new(TLS_client_method());
        if (SSL_CTX_load_verify_file(context_, world_.ca_file.c_str()) != 1) die("cannot read " + world_.ca_file);
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
        SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_read_ahead(context_, 1);
    }

    std::string named(std::string_view before, std::size_t member, std::string_view after) const {
        std::array<char, 8> digits;
        std::snprintf(digits.data(), digits.size(), "%06u", static_cast<unsigned>(member % 1'000'000));
        return std::string(before).append(digits.data()).append(after);
    }

    void begin(Session& session) {
        session.member = started_++ % world_.endpoints;
        session.said = session.filled = 0;
        session.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(world_.port);
        address.sin_addr.s_addr = htonl(world_.first_address + static_cast<std::uint32_t>(session.member << 8));
        const auto* const raw = reinterpret_cast<const sockaddr*>(&address);
        if (::connect(session.socket, raw, sizeof address) != 0 && errno != EINPROGRESS) die("cannot connect");
        epoll_event wanted{};
        wanted.events = EPOLLIN | EPOLLET;
        wanted.data.ptr = &session;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, session.socket, &wanted);
    }

    /// Everything that can be done without waiting. One read takes all there is: replies fit into the buffer.
    void go_on(Session& session) {
        if (session.handshaking) return shake_hands(session);
        int code = 0;
        do {
            const long got = receive(session);
            if (got < 0) return;
            if (got == 0) die("the server is gone");
            session.filled += static_cast<std::size_t>(got);
            code = whole_reply({session.buffer.data(), session.filled});
        } while (code == 0 && session.ssl != nullptr && SSL_has_pending(session.ssl) == 1);
        if (code == 0) return;
        session.filled = 0;
        answer(session, code);
    }

    /// The code of a reply that is complete, else 0.
    static int whole_reply(std::string_view text) {
        if (!text.ends_with('\n')) return 0;
        const auto before = text.rfind('\n', text.size() - 2);
        const std::string_view last = text.substr(before == text.npos ? 0 : before + 1);
        if (last.size() < 4 || last[3] == '-') return 0;
        return (last[0] - '0') * 100 + (last[1] - '0') * 10 + (last[2] - '0');
    }

    void answer(Session& session, int code) {
        const bool is_greeting = session.said == 0;
        if (code != (is_greeting ? 220 : script_[session.said - 1].code)) die("answered with " + std::to_string(code));
        if (!is_greeting && script_[session.said - 1].text == start_tls) return begin_handshake(session);
        say_next(session);
    }

    void say_next(Session& session) {
        if (session.said == script_.size()) return end(session);
        const std::string& line = script_[session.said++].text;
        const auto hole = line.find("{}");
        if (hole == line.npos) return send(session, line);
        send(session, named(line.substr(0, hole), session.member, line.substr(hole + 2)));
    }

    void begin_handshake(Session& session) {
        const std::string host = named("mx", session.member, "." + world_.zone);
        session.ssl = SSL_new(context_);
        SSL_set_fd(session.ssl, session.socket);
        SSL_set_tlsext_host_name(session.ssl, host.c_str());
        SSL_set_hostflags(session.ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(session.ssl, host.c_str());
        SSL_set_connect_state(session.ssl);
        session.handshaking = true;
        shake_hands(session);
    }

    void shake_hands(Session& session) {
        const int result = SSL_do_handshake(session.ssl);
        if (result != 1) {
            if (SSL_get_error(session.ssl, result) == SSL_ERROR_WANT_READ) return;
            die("the handshake failed: " +
                std::string(X509_verify_cert_error_string(SSL_get_verify_result(session.ssl))));
        }
        session.handshaking = false;
        say_next(session);
    }

    /// Bytes read, 0 at the end, negative when there are none now.
    static long receive(Session& session) {
        char* const room = session.buffer.data() + session.filled;
        const std::size_t size = session.buffer.size() - session.filled;
        if (session.ssl == nullptr) {
            const ssize_t got = ::recv(session.socket, room, size, 0);
            if (got < 0 && errno != EAGAIN) die("cannot receive");
            return got;
        }
        const int got = SSL_read(session.ssl, room, static_cast<int>(size));
        if (got > 0) return got;
        return SSL_get_error(session.ssl, got) == SSL_ERROR_WANT_READ ? -1 : 0;
    }

    static void send(Session& session, std::string_view line) {
        const long sent = session.ssl == nullptr ? ::send(session.socket, line.data(), line.size(), MSG_NOSIGNAL)
                                                 : SSL_write(session.ssl, line.data(), static_cast<int>(line.size()));
        if (sent != static_cast<long>(line.size())) die("cannot send");
    }

    void end(Session& session) {
        if (session.ssl != nullptr) {
            SSL_shutdown(session.ssl);
            SSL_free(session.ssl);
            session.ssl = nullptr;
        }
        ::close(session.socket);
        session.socket = -1;
        ++ended_;
        if (started_ < world_.sessions) begin(session);
    }

    const World& world_;
    const std::vector<Line> script_;
    const int epoll_;
    SSL_CTX* context_ = nullptr;
    std::vector<Session> sessions_;
    std::size_t started_ = 0;
    std::size_t ended_ = 0;
};

double cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::size_t number(const char* text) {
    return std::strtoull(text, nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 9) die("MODE COUNT CONCURRENCY PORT FIRST_ADDRESS ENDPOINTS ZONE CA_FILE");
    const std::string_view mode = argv[1];
    in_addr first{};
    if (::inet_pton(AF_INET, argv[5], &first) != 1) die("no address: " + std::string(argv[5]));
    const World world{mode.find("tls") != mode.npos,
                      mode.find("relay") != mode.npos,
                      number(argv[2]),
                      number(argv[3]),
                      static_cast<std::uint16_t>(number(argv[4])),
                      ntohl(first.s_addr),
                      number(argv[6]),
                      argv[7],
                      argv[8]};
    Client client(world);
    const double before = cpu_seconds();
    client.run();
    std::printf("%.6f\n", cpu_seconds() - before);
}
