#include "agent/web/daemon.hpp"

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <utility>

// How a head looks in memory (RawHead) is 0.9.75's own affair. Before another version is used, the tests of malformed
// requests must pass with it; 1.0 checks most of what they check by itself when asked to be strict.
static_assert(MHD_VERSION < 0x00097600);

namespace mxfleet {
namespace {

/// Of each connection: the head, its fields as libmicrohttpd lists them, and what is being sent. So much more than a
/// head may have that our own answer meets most heads that are too large.
constexpr std::size_t connection_bytes = std::size_t{32} * 1024;

constexpr const char* tls_1_2_and_1_3 = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
constexpr const char* only_tls_1_3 = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

constexpr unsigned daemon_flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET;

SteadyTime clock_now() {
    return std::chrono::steady_clock::now();
}

int descriptor_of(MHD_Connection* connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

void hang_up_on(int descriptor, HangUp how) {
    if (how == HangUp::at_once) {
        const linger forget{.l_onoff = 1, .l_linger = 0};
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &forget, sizeof(forget));
    }
    shutdown(descriptor, SHUT_RDWR);
}

}  // namespace

/// A request of a connection; libmicrohttpd keeps a pointer to it from the request's target to its end.
struct HttpDaemon::Answering {
    enum class Stage : std::uint8_t { head, body, worked_out };

    Answering(HttpDaemon& by, MHD_Connection* on, std::string target)
        : daemon(by), connection(on), exchange(std::move(target)) {}

    HttpDaemon& daemon;
    MHD_Connection* const connection;
    Exchange exchange;
    Stage stage = Stage::head;
};

/// What libmicrohttpd calls, all of it within run() and stop(). No exception gets out: where there is nothing better to
/// do, the connection ends.
struct HttpDaemon::Callbacks {
    /// The request line is there. Gives what the other functions get as `context`.
    static void* on_target(void* daemon, const char* target, MHD_Connection* connection) {
        try {
            if (target == nullptr) return nullptr;
            const std::string_view text(target);
            auto answering =
                std::make_unique<Answering>(*static_cast<HttpDaemon*>(daemon), connection, std::string(text));
            // libmicrohttpd would list the parameters too; should they not fit into the connection's memory, it forgets
            // that it has failed, and spins. So they end here, in its own buffer: the exchange has them.
            const std::size_t question = text.find('?');
            if (question != text.npos) const_cast<char*>(target)[question + 1] = '\0';
            return answering.release();
        } catch (...) {
            return nullptr;
        }
    }

    /// The head is there, then a part of the body, and so on; then, without a part, the end; and again when resumed.
    static MHD_Result on_request(void*, MHD_Connection* connection, const char* target, const char* method,
                                 const char* version, const char* part, std::size_t* part_size, void** context) {
        auto* const answering = static_cast<Answering*>(*context);
        if (answering == nullptr) return MHD_NO;
        try {
            const auto* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
            const RawHead head{{method, info ? info->header_size : 0}, method, target, version};
            const std::string_view received(part, std::exchange(*part_size, 0));
            return answering->daemon.proceed(*answering, head, received) ? MHD_YES : MHD_NO;
        } catch (...) {
            return MHD_NO;
        }
    }

    /// The reply without its fields, or null. libmicrohttpd has done with the body when on_end is called, and the
    /// exchange lives until then.
    static MHD_Response* response_for(Answering& answering) {
        const Reply& reply = answering.exchange.reply();
        if (reply.whole) {
            return MHD_create_response_from_buffer(reply.whole->size(), const_cast<char*>(reply.whole->data()),
                                                   MHD_RESPMEM_PERSISTENT);
        }
        auto* const response =
            MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, connection_bytes, on_room, &answering, nullptr);
        // As it would send the end of a body in chunks even for HEAD, there are no chunks then.
        if (response != nullptr && answering.exchange.is_head())
            MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
        return response;
    }

    /// There is room for more of the body.
    static ssize_t on_room(void* context, std::uint64_t, char* room, std::size_t size) {
        auto& answering = *static_cast<Answering*>(context);
        Exchange& exchange = answering.exchange;
        const std::size_t taken = exchange.take({room, size});
        if (taken > 0) return static_cast<ssize_t>(taken);
        if (exchange.supply() == Exchange::Supply::ended) return MHD_CONTENT_READER_END_OF_STREAM;
        if (exchange.supply() == Exchange::Supply::broken) return MHD_CONTENT_READER_END_WITH_ERROR;
        try {
            answering.daemon.work_out(answering, &HttpDaemon::refill);
            return 0;
        } catch (...) {
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
    }

    /// The reply is sent, or will not be.
    static void on_end(void*, MHD_Connection* connection, void** context, MHD_RequestTerminationCode) {
        const std::unique_ptr<Answering> answering(static_cast<Answering*>(std::exchange(*context, nullptr)));
        if (!answering) return;
        const auto* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
        try {
            answering->daemon.finish(*answering, info ? static_cast<int>(info->http_status) : 0);
        } catch (...) {
            return;
        }
    }

    static void on_connection(void* self, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
        auto& daemon = *static_cast<HttpDaemon*>(self);
        const int descriptor = descriptor_of(connection);
        if (what == MHD_CONNECTION_NOTIFY_CLOSED) return daemon.connections_.closed(descriptor);
        try {
            daemon.connections_.opened(descriptor, clock_now());
        } catch (...) {
            hang_up_on(descriptor, HangUp::at_once);
        }
    }

    /// The target stays as it was sent; we decode it ourselves.
    static std::size_t leave_escaped(void*, MHD_Connection*, char* text) { return std::string_view(text).size(); }
};

HttpDaemon::HttpDaemon(ServerSettings settings, std::vector<Route> routes)
    : settings_(std::move(settings)),
      router_(std::move(routes)),
      connections_(settings_.connections, hang_up_on),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      quick_(std::max(settings_.handler_threads, 1U)) {
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
    worked_out_.reserve(settings_.connections.connections);
    start();
}

void HttpDaemon::start() {
    std::vector<MHD_OptionItem> tls;
    const auto with = [&](MHD_OPTION option, const char* text) { tls.push_back({option, 0, const_cast<char*>(text)}); };
    if (settings_.tls) {
        with(MHD_OPTION_HTTPS_MEM_CERT, settings_.tls->certificate.c_str());
        with(MHD_OPTION_HTTPS_MEM_KEY, settings_.tls->key.c_str());
        with(MHD_OPTION_HTTPS_PRIORITIES, settings_.tls->only_1_3 ? only_tls_1_3 : tls_1_2_and_1_3);
        if (settings_.tls->client_auth != ClientAuth::none)
            with(MHD_OPTION_HTTPS_MEM_TRUST, settings_.tls->client_ca.c_str());
    }
    with(MHD_OPTION_END, nullptr);
    const auto limit = static_cast<unsigned>(settings_.connections.connections);
    const unsigned flags = daemon_flags | (settings_.tls ? unsigned{MHD_USE_TLS} : 0U);
    daemon_ = MHD_start_daemon(flags, 0, nullptr, nullptr, Callbacks::on_request, this,          //
                               MHD_OPTION_CONNECTION_LIMIT, limit,                               //
                               MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_bytes,             //
                               MHD_OPTION_CONNECTION_TIMEOUT, settings_.stall_seconds,           //
                               MHD_OPTION_URI_LOG_CALLBACK, Callbacks::on_target, this,          //
                               MHD_OPTION_UNESCAPE_CALLBACK, Callbacks::leave_escaped, nullptr,  //
                               MHD_OPTION_NOTIFY_COMPLETED, Callbacks::on_end, nullptr,          //
                               MHD_OPTION_NOTIFY_CONNECTION, Callbacks::on_connection, this,     //
                               MHD_OPTION_ARRAY, tls.data(),                                     //
                               MHD_OPTION_END);
    if (daemon_ != nullptr) return;
    const bool is_tls = settings_.tls.has_value();
    throw std::system_error(is_tls ? EINVAL : errno, std::generic_category(),
                            is_tls ? "the certificate and the key are no pair, or no PEM" : "libmicrohttpd");
}

std::array<int, 2> HttpDaemon::descriptors() const {
    return {wake_.number(), MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd};
}

int HttpDaemon::longest_wait_milliseconds() const {
    MHD_UNSIGNED_LONG_LONG wait = 0;
    if (MHD_get_timeout(daemon_, &wait) == MHD_NO) return INT_MAX;
    return static_cast<int>(std::min<MHD_UNSIGNED_LONG_LONG>(wait, INT_MAX));
}

void HttpDaemon::admit(Descriptor socket, SystemAddress& peer) {
    MHD_add_connection(daemon_, socket.release(), peer.get(), peer.length);
}

void HttpDaemon::run(SteadyTime now) {
    resume_worked_out();
    MHD_run(daemon_);
    connections_.hang_up_on_late(now);
    if (is_retired_) connections_.hang_up_on_waiting();
}

void HttpDaemon::stop() {
    if (daemon_ == nullptr) return;
    is_stopping_ = true;
    quick_.stop();
    slow_.stop();
    judging_.stop();
    resume_worked_out();  // libmicrohttpd insists that none is suspended
    MHD_stop_daemon(std::exchange(daemon_, nullptr));
}

bool HttpDaemon::proceed(Answering& answering, const RawHead& head, std::string_view part) {
    Exchange& exchange = answering.exchange;
    using Stage = Answering::Stage;
    if (answering.stage == Stage::head) {
        exchange.read_head(head, settings_.requests);
        if (!exchange.has_reply() && !trusts(answering.connection))
            exchange.turn_away(json_error(403, "this wants a client certificate that it trusts"));
        answering.stage = Stage::body;
        return !exchange.has_reply() || send(answering);
    }
    if (answering.stage == Stage::worked_out) return exchange.has_reply() && send(answering);
    if (!part.empty()) return exchange.read_body(part, settings_.requests);

    exchange.complete(router_, clock_now());
    if (exchange.has_reply()) return send(answering);
    connections_.works(descriptor_of(answering.connection));
    answering.stage = Stage::worked_out;
    work_out(answering, &HttpDaemon::answer);
    return true;
}

/// Runs the job on a handler thread; the exchange is that thread's until the connection is resumed.
void HttpDaemon::work_out(Answering& answering, Job job) {
    workers_for(answering, job).post([this, &answering, job] {
        try {
            if (is_stopping_)
                answering.exchange.break_off();
            else
                (this->*job)(answering);
        } catch (...) {
            answering.exchange.break_off();
        }
        worked_out(answering);
    });
    MHD_suspend_connection(answering.connection);
}

Workers& HttpDaemon::workers_for(const Answering& answering, Job job) {
    const Exchange& exchange = answering.exchange;
    const bool is_judged = job == &HttpDaemon::answer && settings_.guard && !settings_.guard->knows(exchange.request());
    if (is_judged) return judging_;
    return exchange.route()->slow ? slow_ : quick_;
}

/// Whether the client has shown the certificate that it has to show, if any.
bool HttpDaemon::trusts(MHD_Connection* connection) const {
    const ClientAuth wanted = settings_.tls ? settings_.tls->client_auth : ClientAuth::none;
    if (wanted == ClientAuth::none || wanted == ClientAuth::request) return true;
    const auto* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (info == nullptr) return false;
    auto* const session = static_cast<gnutls_session_t>(info->tls_session);
    unsigned count = 0;
    const bool shows_one = gnutls_certificate_get_peers(session, &count) != nullptr && count > 0;
    if (!shows_one) return wanted == ClientAuth::verify_if_given;
    if (wanted == ClientAuth::require_any) return true;
    unsigned faults = 0;
    return gnutls_certificate_verify_peers2(session, &faults) == GNUTLS_E_SUCCESS && faults == 0;
}

void HttpDaemon::answer(Answering& answering) {
    if (settings_.guard) {
        const Exchange& exchange = answering.exchange;
        const auto verdict = settings_.guard->judge(exchange.request(), exchange.completed_at().value_or(clock_now()));
        if (verdict != Guard::Verdict::admitted) return answering.exchange.turn_away(refusal(verdict));
    }
    answering.exchange.answer(settings_.log);
}

void HttpDaemon::refill(Answering& answering) {
    answering.exchange.refill(settings_.log);
}

void HttpDaemon::worked_out(Answering& answering) {
    {
        const std::lock_guard lock(mutex_);
        worked_out_.push_back(&answering);
    }
    eventfd_write(wake_.number(), 1);
}

void HttpDaemon::resume_worked_out() {
    eventfd_t ignored = 0;
    eventfd_read(wake_.number(), &ignored);
    const std::lock_guard lock(mutex_);
    for (const Answering* const answering : worked_out_)
        MHD_resume_connection(answering->connection);
    worked_out_.clear();
}

bool HttpDaemon::send(Answering& answering) {
    MHD_Response* const response = Callbacks::response_for(answering);
    if (response == nullptr) return false;
    const Reply& reply = answering.exchange.reply();
    connections_.answers(descriptor_of(answering.connection), clock_now());
    bool is_sound = true;
    for (const HttpField& field : reply.fields) {
        is_sound = is_sound && MHD_add_response_header(response, field.name.c_str(), field.value.c_str()) == MHD_YES;
    }
    for (const HttpField& field : settings_.headers) {
        const bool has_its_own = MHD_get_response_header(response, field.name.c_str()) != nullptr;
        if (!has_its_own) MHD_add_response_header(response, field.name.c_str(), field.value.c_str());
    }
    if (!is_sound) settings_.log("an answer has a malformed field");
    const auto status = static_cast<unsigned>(reply.status);
    const bool is_queued = is_sound && MHD_queue_response(answering.connection, status, response) == MHD_YES;
    MHD_destroy_response(response);
    return is_queued;
}

/// A status of 0: there was no reply, and nothing is told of it.
void HttpDaemon::finish(const Answering& answering, int status) {
    const SteadyTime now = clock_now();
    connections_.waits(descriptor_of(answering.connection), now);
    if (status == 0) return;
    const auto completed = answering.exchange.completed_at();
    settings_.observe(answering.exchange.label(), status, completed ? seconds(now - *completed) : 0.0);
}

}  // namespace mxfleet
