#include "probes/dns/ask.hpp"

#include "probes/dns/assess.hpp"

namespace mxfleet {
namespace {

/// RFC 4035 §3.2.2: behind CD stands what a validating resolver keeps back.
asio::awaitable<DnsResult> ask_twice(DnsLookup& lookup, std::string name, RecordType type) {
    DnsFlags flags;
    DnsResult result = co_await lookup.query(name, type, flags);
    if (result.answer || result.answer.error() != DnsError::servfail) co_return result;
    flags.checking_disabled = true;
    const DnsResult unchecked = co_await lookup.query(std::move(name), type, flags);
    result.elapsed += unchecked.elapsed;
    if (unchecked.answer) {
        result.answer = std::unexpected(DnsError::bogus);
        result.dnssec = Dnssec::bogus;
    }
    co_return result;
}

}  // namespace

asio::awaitable<DnsResult> ask(DnsLookup& lookup, std::string name, RecordType type) {
    DnsResult last = co_await ask_twice(lookup, name, type);
    DnsResult whole = last;
    while (last.answer && last.answer->stops_at_alias() && !whole.answer->endless) {
        last = co_await ask_twice(lookup, last.answer->aliases.back(), type);
        whole = continued(std::move(whole), last, name);
    }
    co_return whole;
}

}  // namespace mxfleet
