#include "probes/io/dns_client.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "probes/io/dns_channel.hpp"
#include "probes/io/gate.hpp"
#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

/// A resolver that was silent so often running is asked last, but for one query now and then that finds out whether it
/// is back. Otherwise each lookup would first wait for the dead one, and a fleet's lookups queue up behind it.
constexpr unsigned silences_to_doubt = 3;
constexpr Duration doubt_lasts = std::chrono::seconds{10};

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

bool is_loopback(const IpAddress& address) {
    static const std::array networks = {*IpNetwork::parse("127.0.0.0/8"), *IpNetwork::parse("::1/128"),
                                        *IpNetwork::parse("::ffff:127.0.0.0/104")};
    return std::ranges::any_of(networks, [&](const IpNetwork& network) { return network.contains(address); });
}

bool ad_counts(TrustAd trust, const IpAddress& resolver) {
    return trust == TrustAd::always || (trust == TrustAd::loopback && is_loopback(resolver));
}

DnsError error_of(DnsSilence silence) {
    switch (silence) {
        case DnsSilence::timeout: return DnsError::timeout;
        case DnsSilence::unreachable: return DnsError::no_resolver;
        case DnsSilence::local_fault: return DnsError::local_fault;
    }
    __builtin_unreachable();
}

/// Who said something tells more than who was silent, and any of them more than we ourselves.
bool tells_more(DnsError a, DnsError b) {
    static constexpr std::array order = {DnsError::servfail, DnsError::refused,     DnsError::malformed,
                                         DnsError::timeout,  DnsError::no_resolver, DnsError::local_fault};
    return std::ranges::find(order, a) < std::ranges::find(order, b);
}

/// What the bytes say, or why there is nothing to be read. Half an answer, even over TCP, is none.
std::expected<DnsAnswer, DnsError> read(const DnsChannel::Answer& bytes, const DnsQuestion& question) {
    if (!bytes) return std::unexpected(error_of(bytes.error()));
    auto answer = read_answer(*bytes, question);
    if (!answer || answer->truncated) return std::unexpected(DnsError::malformed);
    return *std::move(answer);
}

DnsOutcome outcome_of(const std::expected<DnsAnswer, DnsError>& answer, DnsQueryOptions options) {
    if (!answer) return answer.error() == DnsError::timeout ? DnsOutcome::timeout : DnsOutcome::other;
    const bool is_answer = answer->rcode == Rcode::noerror || answer->rcode == Rcode::nxdomain;
    return options.checking_disabled && is_answer ? DnsOutcome::bogus : outcome_of(*answer);
}

/// NOERROR and NXDOMAIN are answers; every other code is an error, and those without a word of their own say "I
/// failed".
std::expected<DnsAnswer, DnsError> believable(std::expected<DnsAnswer, DnsError> answer) {
    if (!answer || answer->rcode == Rcode::noerror || answer->rcode == Rcode::nxdomain) return answer;
    return std::unexpected(answer->rcode == Rcode::refused ? DnsError::refused : DnsError::servfail);
}

}  // namespace

struct DnsClient::Resolver {
    Resolver(asio::io_context& context, const DnsSettings& settings, const SocketAddress& address)
        : label(address.text()),
          trusts_ad(ad_counts(settings.trust_ad, address.ip)),
          channel(std::make_shared<DnsChannel>(context, address, settings.timeout)),
          gate(context, queries_in_flight) {}

    ~Resolver() { channel->close(); }

    bool is_doubtful() const { return silences >= silences_to_doubt && now() < doubted_until; }

    void note_asked() {
        if (silences >= silences_to_doubt) doubted_until = now() + doubt_lasts;
    }

    void note_heard(bool silent) {
        silences = silent ? silences + 1 : 0;
        note_asked();
    }

    Dnssec dnssec_of(const DnsAnswer& answer, DnsFlags flags) const {
        if (!trusts_ad || flags.checking_disabled) return Dnssec::unknown;
        return answer.ad ? Dnssec::secure : Dnssec::insecure;
    }

    std::string label;
    bool trusts_ad;
    std::shared_ptr<DnsChannel> channel;
    Gate gate;
    unsigned silences = 0;  ///< time-outs running
    SteadyTime doubted_until{};
};

/// One query, and what came: any answer that could be read.
struct DnsClient::Attempt {
    std::expected<DnsAnswer, DnsError> answer = std::unexpected(DnsError::local_fault);
    Duration taken{};
};

DnsClient::DnsClient(asio::io_context& context, const DnsSettings& settings, DnsObserver* observer)
    : tries_(std::max(settings.tries, 1u)), observer_(observer) {
    for (const SocketAddress& address : settings.resolvers)
        resolvers_.push_back(std::make_unique<Resolver>(context, settings, address));
}

DnsClient::~DnsClient() = default;

void DnsClient::shutdown() {
    stopped_ = true;
    for (const auto& resolver : resolvers_) {
        resolver->gate.close();
        resolver->channel->close();
    }
}

std::vector<DnsClient::Resolver*> DnsClient::all_resolvers() const {
    std::vector<Resolver*> all;
    all.reserve(resolvers_.size());
    for (const auto& resolver : resolvers_)
        all.push_back(resolver.get());
    return all;
}

/// Takes out the first that is not doubtful, else the first.
DnsClient::Resolver& DnsClient::next_of(std::vector<Resolver*>& left) {
    auto next = std::ranges::find_if_not(left, &Resolver::is_doubtful);
    if (next == left.end()) next = left.begin();
    Resolver& resolver = **next;
    left.erase(next);
    return resolver;
}

asio::awaitable<DnsResult> DnsClient::query(std::string name, RecordType type, DnsFlags flags) {
    const auto asked = canonical_name(name);
    DnsResult last;
    if (!asked) last.answer = std::unexpected(DnsError::malformed);
    if (resolvers_.empty()) last.answer = std::unexpected(DnsError::no_resolver);
    if (!asked || resolvers_.empty()) co_return last;

    for (unsigned round = 0; round < tries_; ++round) {
        std::vector<Resolver*> left = all_resolvers();
        while (!left.empty()) {
            Resolver& resolver = next_of(left);
            const Gate::Slot slot = co_await resolver.gate.enter();
            if (!slot) co_return DnsResult{};
            if (resolver.is_doubtful() && !std::ranges::all_of(left, &Resolver::is_doubtful)) {
                left.push_back(&resolver);  // it fell silent while we waited for our turn
                continue;
            }
            const DnsQuestion question{random_id(), *asked, type};
            DnsResult result = co_await ask(resolver, question, flags);
            result.elapsed += last.elapsed;
            if (result.answer || stopped_) co_return result;
            last.elapsed = result.elapsed;
            if (tells_more(result.answer.error(), last.answer.error())) last = std::move(result);
        }
    }
    co_return last;
}

/// A server that does not know EDNS says FORMERR (RFC 6891 §7): it is asked again without.
asio::awaitable<DnsResult> DnsClient::ask(Resolver& resolver, DnsQuestion question, DnsFlags flags) {
    DnsQueryOptions options{.checking_disabled = flags.checking_disabled, .edns = true};
    Attempt attempt = co_await send(resolver, question, options);
    DnsResult result;
    result.elapsed = attempt.taken;
    if (attempt.answer && attempt.answer->rcode == Rcode::formerr && !stopped_) {
        options.edns = false;
        question.id = random_id();
        attempt = co_await send(resolver, question, options);
        result.elapsed += attempt.taken;
    }
    result.answer = believable(std::move(attempt.answer));
    result.resolver = resolver.label;
    if (result.answer) result.dnssec = resolver.dnssec_of(*result.answer, flags);
    co_return result;
}

asio::awaitable<DnsClient::Attempt> DnsClient::send(Resolver& resolver, DnsQuestion question, DnsQueryOptions options) {
    resolver.note_asked();
    const SteadyTime begun = now();
    auto query = write_query(question, options);
    const DnsChannel::Answer bytes = co_await resolver.channel->exchange(*std::move(query));
    const bool is_silent = !bytes && bytes.error() == DnsSilence::timeout;
    const bool is_ours = !bytes && bytes.error() == DnsSilence::local_fault;
    Attempt attempt{read(bytes, question), now() - begun};
    if (is_ours) co_return attempt;

    resolver.note_heard(is_silent);
    if (observer_ != nullptr) {
        observer_->on_query(resolver.label, question.type, outcome_of(attempt.answer, options), attempt.taken);
    }
    co_return attempt;
}

}  // namespace mxfleet
