#include "probes/wire/dns_words.hpp"

namespace mxfleet {

std::string_view name(RecordType type) noexcept {
    switch (type) {
        case RecordType::a: return "A";
        case RecordType::cname: return "CNAME";
        case RecordType::ptr: return "PTR";
        case RecordType::mx: return "MX";
        case RecordType::txt: return "TXT";
        case RecordType::aaaa: return "AAAA";
        case RecordType::tlsa: return "TLSA";
    }
    __builtin_unreachable();
}

std::string_view name(DnsOutcome outcome) noexcept {
    switch (outcome) {
        case DnsOutcome::ok: return "ok";
        case DnsOutcome::nodata: return "nodata";
        case DnsOutcome::nxdomain: return "nxdomain";
        case DnsOutcome::servfail: return "servfail";
        case DnsOutcome::refused: return "refused";
        case DnsOutcome::timeout: return "timeout";
        case DnsOutcome::bogus: return "bogus";
        case DnsOutcome::other: return "other";
    }
    __builtin_unreachable();
}

std::string_view name(DnsError error) noexcept {
    switch (error) {
        case DnsError::servfail: return "servfail";
        case DnsError::refused: return "refused";
        case DnsError::timeout: return "timeout";
        case DnsError::malformed: return "malformed";
        case DnsError::bogus: return "bogus";
        case DnsError::no_resolver: return "no_resolver";
        case DnsError::local_fault: return "local_fault";
    }
    __builtin_unreachable();
}

std::string_view name(Dnssec dnssec) noexcept {
    switch (dnssec) {
        case Dnssec::secure: return "secure";
        case Dnssec::insecure: return "insecure";
        case Dnssec::bogus: return "bogus";
        case Dnssec::unknown: return "unknown";
    }
    __builtin_unreachable();
}

}  // namespace mxfleet
