#include "probes/mta_sts/fetcher.hpp"

#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "probes/io/awaiting.hpp"
#include "probes/io/certificate_facts.hpp"
#include "probes/model/ascii.hpp"
#include "probes/wire/mta_sts_policy.hpp"
#include "probes/wire/printable.hpp"

namespace mxfleet {
namespace {

constexpr Duration connect_timeout = std::chrono::seconds{20};
constexpr int idle_milliseconds = 60'000;
constexpr long http_ok = 200;
constexpr std::size_t detail_limit = 200;

long milliseconds(Duration duration) {
    return static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

std::optional<IpAddress> address_of(const sockaddr& address) {
    IpAddress ip;
    if (address.sa_family == AF_INET) {
        const auto& in = reinterpret_cast<const sockaddr_in&>(address);
        std::memcpy(ip.bytes.data(), &in.sin_addr, sizeof in.sin_addr);
        return ip;
    }
    if (address.sa_family != AF_INET6) return std::nullopt;
    ip.is_v6 = true;
    std::memcpy(ip.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, ip.bytes.size());
    return ip;
}

/// `mta-sts.example.com:443:192.0.2.1,[2001:db8::1]`: what curl would else ask DNS for.
std::string resolved(const PolicyRequest& request) {
    std::string text = request.host + ":" + std::to_string(request.port) + ":";
    for (const IpAddress& ip : request.addresses) {
        if (text.back() != ':') text += ',';
        text += ip.is_v6 ? "[" + ip.text() + "]" : ip.text();
    }
    return text;
}

bool is_plain_text(const char* content_type) {
    const std::string_view whole = content_type == nullptr ? "" : content_type;
    const std::string_view type = whole.substr(0, std::min(whole.find(';'), whole.size()));
    return lower_case(trimmed(type)) == "text/plain";
}

}  // namespace

struct PolicyFetcher::Multi {
    Multi() : handle(curl_multi_init()) {}
    ~Multi() { curl_multi_cleanup(handle); }
    CURLM* handle;
};

/// One fetch: what libcurl is told, and what it made of that.
class PolicyFetcher::Transfer {
public:
    explicit Transfer(Wanted wanted) : wanted_(std::move(wanted)), easy_(curl_easy_init()), dns_(curl_share_init()) {
        // Addresses of its own: the cache of the others would keep them, and give them to the next.
        curl_share_setopt(dns_, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
        resolve_ = curl_slist_append(nullptr, resolved(wanted_.request).c_str());
        say_what();
        say_how();
    }
    ~Transfer() {
        curl_easy_cleanup(easy_);
        curl_share_cleanup(dns_);
        curl_slist_free_all(resolve_);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* handle() const { return easy_; }

    void finish(CURLcode code) {
        long status = 0;
        curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        if (status != 0 && !tls_problem_) {
            judge_answer(status, code);
        } else {
            judge_failure(code);
        }
        wanted_.done(std::move(facts_));
    }

    void abandon() { wanted_.done(PolicyFetchFacts{.detail = "abandoned"}); }

private:
    template <class Value>
    void set(CURLoption option, Value value) {
        curl_easy_setopt(easy_, option, value);
    }

    void say_what() {
        const PolicyRequest& request = wanted_.request;
        std::string url = "https://" + request.host;
        if (request.port != 443) url += ":" + std::to_string(request.port);
        set(CURLOPT_URL, (url + "/.well-known/mta-sts.txt").c_str());
        set(CURLOPT_SHARE, dns_);
        set(CURLOPT_RESOLVE, resolve_);
        set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
        set(CURLOPT_OPENSOCKETDATA, this);
        set(CURLOPT_WRITEFUNCTION, &take_body);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_ERRORBUFFER, error_.data());
        set(CURLOPT_USERAGENT, "mxfleet");
        set(CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(std::min(request.timeout, connect_timeout)));
    }

    /// RFC 8461 §3.3: HTTPS alone, no redirect, no cache; and nothing of the environment.
    void say_how() {
        set(CURLOPT_PROTOCOLS_STR, "https");
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_FRESH_CONNECT, 1L);
        set(CURLOPT_FORBID_REUSE, 1L);
        set(CURLOPT_NOSIGNAL, 1L);
        // The roots are ours, parsed once, not those that curl would read for each.
        set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
        set(CURLOPT_SSL_CTX_FUNCTION, &set_up_tls);
        set(CURLOPT_SSL_CTX_DATA, this);
        set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    }

    // ---- What curl calls ----

    /// The address that was judged is the address that is dialled.
    static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
        const auto& allowed = static_cast<Transfer*>(self)->wanted_.request.addresses;
        const auto ip = address_of(address->addr);
        if (!ip || std::ranges::find(allowed, *ip) == allowed.end()) return CURL_SOCKET_BAD;
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    static std::size_t take_body(const char* bytes, std::size_t, std::size_t size, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        std::string& body = transfer.facts_.body;
        transfer.is_too_long_ = size > mta_sts_body_limit - body.size();
        if (transfer.is_too_long_) return 0;
        body.append(bytes, size);
        return size;
    }

    static CURLcode set_up_tls(CURL*, void* context, void* self) {
        auto* const tls = static_cast<SSL_CTX*>(context);
        SSL_CTX_set1_cert_store(tls, static_cast<Transfer*>(self)->wanted_.request.trust.get());
        SSL_CTX_set_cert_verify_callback(tls, &verify, self);
        return CURLE_OK;
    }

    /// Chain, dates and name, the latter by subject alternative name alone (RFC 8461 §3.3, RFC 6125 §6.4).
    static int verify(X509_STORE_CTX* context, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        const std::string& host = transfer.wanted_.request.host;
        X509* const leaf = X509_STORE_CTX_get0_cert(context);
        transfer.facts_.host_not_after = read_time(X509_get0_notAfter(leaf));
        constexpr unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
        if (X509_verify_cert(context) == 1 && X509_check_host(leaf, host.data(), host.size(), flags, nullptr) != 1) {
            X509_STORE_CTX_set_error(context, X509_V_ERR_HOSTNAME_MISMATCH);
        }
        const int error = X509_STORE_CTX_get_error(context);
        ERR_clear_error();
        if (error == X509_V_OK) return 1;
        transfer.tls_problem_ = X509_verify_cert_error_string(error);
        return 0;
    }

    // ---- What came of it ----

    void end(FetchOutcome outcome, const std::string& detail) {
        facts_.outcome = outcome;
        facts_.detail = printable(detail, detail_limit);
        if (outcome != FetchOutcome::fetched) facts_.body.clear();
    }

    void judge_answer(long status, CURLcode code) {
        const char* text = nullptr;
        if (status != http_ok) {
            curl_easy_getinfo(easy_, CURLINFO_REDIRECT_URL, &text);
            const std::string where = text == nullptr ? "" : std::string(", a redirect to ") + text;
            return end(FetchOutcome::failed, "the answer is " + std::to_string(status) + where);
        }
        curl_easy_getinfo(easy_, CURLINFO_CONTENT_TYPE, &text);
        if (is_too_long_) return end(FetchOutcome::malformed, "it is longer than 64 KiB");
        if (code != CURLE_OK) return judge_failure(code);
        if (is_plain_text(text)) return end(FetchOutcome::fetched, "");
        end(FetchOutcome::malformed,
            text == nullptr ? "it comes without a media type" : "its media type is " + std::string(text));
    }

    void judge_failure(CURLcode code) {
        if (tls_problem_) return end(FetchOutcome::failed, std::string("the certificate: ") + tls_problem_);
        curl_off_t connected = 0;
        curl_easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &connected);
        if (code == CURLE_OPERATION_TIMEDOUT) {
            return connected > 0 ? end(FetchOutcome::failed, "it does not answer in time")
                                 : end(FetchOutcome::unreached, "connecting takes too long");
        }
        if (code == CURLE_COULDNT_CONNECT) return judge_connect_failure();
        const bool is_ours = code == CURLE_OUT_OF_MEMORY || code == CURLE_FAILED_INIT || connected == 0;
        const std::string words = error_.front() == '\0' ? curl_easy_strerror(code) : error_.data();
        end(is_ours ? FetchOutcome::unknown : FetchOutcome::failed, words);
    }

    void judge_connect_failure() {
        long number = 0;
        curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &number);
        const IoError error = io_error(static_cast<int>(number));
        switch (error.reason) {
            case Reason::local_fault: return end(FetchOutcome::unknown, error.detail);
            case Reason::timeout:
            case Reason::no_route: return end(FetchOutcome::unreached, "connecting fails: " + error.detail);
            default: return end(FetchOutcome::failed, "connecting fails: " + error.detail);
        }
    }

    Wanted wanted_;
    PolicyFetchFacts facts_;
    CURL* easy_;
    CURLSH* dns_;
    curl_slist* resolve_ = nullptr;
    std::array<char, CURL_ERROR_SIZE> error_{};
    const char* tls_problem_ = nullptr;  ///< a literal of OpenSSL's
    bool is_too_long_ = false;
};

PolicyFetcher::PolicyFetcher() = default;

PolicyFetcher::~PolicyFetcher() {
    stop();
}

void PolicyFetcher::fetch(PolicyRequest request, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopped_) {
            waiting_.push_back({std::move(request), std::move(done)});
            if (thread_.joinable()) {
                curl_multi_wakeup(multi_->handle);
                return;
            }
            static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
            static_cast<void>(ready);
            multi_ = std::make_unique<Multi>();
            thread_ = std::thread([this] { work(); });
            return;
        }
    }
    done(PolicyFetchFacts{.detail = "stopping"});
}

void PolicyFetcher::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        if (multi_) curl_multi_wakeup(multi_->handle);
    }
    if (thread_.joinable()) thread_.join();
}

void PolicyFetcher::work() {
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (stopped_) break;
            begin_waiting();
        }
        int running = 0;
        curl_multi_perform(multi_->handle, &running);
        const bool left_room = end_finished();
        if (!left_room) curl_multi_poll(multi_->handle, nullptr, 0, idle_milliseconds, nullptr);
    }
    abandon_all();
}

void PolicyFetcher::begin_waiting() {
    while (!waiting_.empty() && under_way_.size() < at_once) {
        auto transfer = std::make_unique<Transfer>(std::move(waiting_.front()));
        waiting_.pop_front();
        curl_multi_add_handle(multi_->handle, transfer->handle());
        under_way_.push_back(std::move(transfer));
    }
}

/// Whether there were any, so that others may begin.
bool PolicyFetcher::end_finished() {
    const std::size_t before = under_way_.size();
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_->handle, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        const CURLcode code = message->data.result;
        const auto found = std::ranges::find(under_way_, easy, [](const auto& each) { return each->handle(); });
        const std::unique_ptr<Transfer> transfer = std::move(*found);
        under_way_.erase(found);
        curl_multi_remove_handle(multi_->handle, easy);
        transfer->finish(code);
    }
    return under_way_.size() < before;
}

void PolicyFetcher::abandon_all() {
    for (const auto& transfer : under_way_) {
        curl_multi_remove_handle(multi_->handle, transfer->handle());
        transfer->abandon();
    }
    under_way_.clear();
    std::deque<Wanted> left;
    {
        const std::lock_guard lock(mutex_);
        left.swap(waiting_);
    }
    for (const Wanted& each : left)
        each.done(PolicyFetchFacts{.detail = "stopping"});
}

}  // namespace mxfleet
