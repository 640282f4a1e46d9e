#include "probes/wire/dns_message.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "probes/wire/dns_cursor.hpp"
#include "probes/wire/dns_header.hpp"

namespace mxfleet {
namespace {

using std::chrono::seconds;
using Bytes = std::span<const std::uint8_t>;

/// A record's frame. Its data lies from `data` to `end`.
struct RawRecord {
    std::string owner;
    std::uint16_t type = 0;
    std::uint16_t record_class = 0;
    std::uint32_t ttl = 0;
    std::size_t data = 0;
    std::size_t end = 0;

    bool is_in(RecordType wanted) const { return record_class == dns_class_in && type == std::to_underlying(wanted); }

    /// RFC 2181 §8: a TTL with the top bit set is 0.
    seconds lifetime() const { return seconds{ttl > 0x7FFF'FFFF ? 0 : ttl}; }
};

/// A record of the answer section that may matter.
struct Held {
    std::string owner;
    seconds ttl;
    DnsRecord record;
};

/// Reads one message, section by section, and then puts the answer together.
class AnswerReader {
public:
    AnswerReader(Bytes message, const DnsQuestion& question)
        : message_(message), question_(question), cursor_(message, 0, message.size()) {}

    std::expected<DnsAnswer, DnsFault> read();

private:
    std::optional<DnsFault> check_header();
    bool echoes_question();
    bool read_answers();
    bool read_authorities();
    bool read_additionals();
    std::optional<RawRecord> read_frame();
    bool hold(RawRecord raw, RecordType type, std::vector<Held>& held);

    bool has_contradicting_aliases();
    void follow_aliases();
    void take_records();
    void take_negative_ttl();
    bool is_referral() const;

    const std::string& last_name() const { return answer_.aliases.empty() ? question_.name : answer_.aliases.back(); }
    void shorten_ttl(seconds ttl) { answer_.ttl = std::min(answer_.ttl.value_or(ttl), ttl); }

    Bytes message_;
    const DnsQuestion& question_;
    Cursor cursor_;
    DnsHeader header_;
    std::vector<Held> aliases_;  ///< sorted by owner once all are read
    std::vector<Held> records_;
    std::optional<std::pair<std::string, seconds>> soa_;  ///< its owner, and how long "no such record" holds
    bool has_ns_ = false;
    DnsAnswer answer_;
};

std::expected<DnsAnswer, DnsFault> AnswerReader::read() {
    if (const auto fault = check_header()) return std::unexpected(*fault);
    // The last record may be half a one, and half a set is no set (RFC 2181 §9).
    if (answer_.truncated) return std::move(answer_);
    if (!read_answers() || !read_authorities() || !read_additionals()) return std::unexpected(DnsFault::record);
    if (answer_.rcode != Rcode::noerror && answer_.rcode != Rcode::nxdomain) return std::move(answer_);

    if (has_contradicting_aliases()) return std::unexpected(DnsFault::record);
    follow_aliases();
    if (answer_.rcode == Rcode::noerror && !answer_.endless) take_records();
    take_negative_ttl();
    if (is_referral()) return std::unexpected(DnsFault::referral);
    return std::move(answer_);
}

std::optional<DnsFault> AnswerReader::check_header() {
    if (message_.size() < dns_header_size || message_.size() > dns_message_limit) return DnsFault::header;
    header_.id = cursor_.u16();
    header_.bits = cursor_.u16();
    header_.questions = cursor_.u16();
    header_.answers = cursor_.u16();
    header_.authorities = cursor_.u16();
    header_.additionals = cursor_.u16();
    if (!header_.has(DnsHeader::response) || header_.has(DnsHeader::opcode)) return DnsFault::header;
    if (header_.id != question_.id) return DnsFault::id;
    if (!echoes_question()) return DnsFault::question;
    const std::size_t records = std::size_t{header_.answers} + header_.authorities + header_.additionals;
    if (records > dns_record_limit) return DnsFault::limit;

    answer_.rcode = Rcode{static_cast<std::uint16_t>(header_.bits & DnsHeader::rcode)};
    answer_.ad = header_.has(DnsHeader::authentic_data);
    answer_.truncated = header_.has(DnsHeader::truncated);
    return std::nullopt;
}

bool AnswerReader::echoes_question() {
    const std::string asked = cursor_.name();
    const std::uint16_t type = cursor_.u16();
    const std::uint16_t question_class = cursor_.u16();
    return header_.questions == 1 && !cursor_.failed() && asked == question_.name &&
           type == std::to_underlying(question_.type) && question_class == dns_class_in;
}

std::optional<RawRecord> AnswerReader::read_frame() {
    RawRecord raw;
    raw.owner = cursor_.name();
    raw.type = cursor_.u16();
    raw.record_class = cursor_.u16();
    raw.ttl = cursor_.u32();
    const std::uint16_t length = cursor_.u16();
    raw.data = cursor_.at();
    cursor_.bytes(length);
    raw.end = cursor_.at();
    if (cursor_.failed()) return std::nullopt;
    return raw;
}

bool AnswerReader::hold(RawRecord raw, RecordType type, std::vector<Held>& held) {
    auto record = read_record_data(message_, type, raw.data, raw.end);
    if (!record) return false;
    held.push_back({std::move(raw.owner), raw.lifetime(), *std::move(record)});
    return true;
}

bool AnswerReader::read_answers() {
    for (unsigned left = header_.answers; left > 0; --left) {
        auto raw = read_frame();
        if (!raw) return false;
        if (raw->is_in(question_.type)) {
            if (!hold(*std::move(raw), question_.type, records_)) return false;
        } else if (raw->is_in(RecordType::cname)) {
            if (!hold(*std::move(raw), RecordType::cname, aliases_)) return false;
        }
    }
    return true;
}

bool AnswerReader::read_authorities() {
    for (unsigned left = header_.authorities; left > 0; --left) {
        auto raw = read_frame();
        if (!raw) return false;
        if (raw->record_class != dns_class_in) continue;
        if (raw->type == dns_type_ns) has_ns_ = true;
        if (raw->type != dns_type_soa) continue;
        Cursor data(message_, raw->data, raw->end);
        data.name();
        data.name();
        data.bytes(16);  // serial, refresh, retry, expire
        const seconds minimum{data.u32()};
        if (data.failed() || data.left() > 0) return false;
        soa_ = {std::move(raw->owner), std::min(raw->lifetime(), minimum)};
    }
    return true;
}

bool AnswerReader::read_additionals() {
    bool has_opt = false;
    for (unsigned left = header_.additionals; left > 0; --left) {
        const auto raw = read_frame();
        if (!raw) return false;
        if (raw->type != dns_type_opt) continue;
        if (std::exchange(has_opt, true) || raw->owner != ".") return false;  // RFC 6891 §6.1.1
        const std::uint32_t extension = raw->ttl >> 24;
        answer_.rcode = Rcode{static_cast<std::uint16_t>(extension << 4 | (header_.bits & DnsHeader::rcode))};
    }
    return true;
}

/// One name is given two different targets (RFC 2181 §10.1).
bool AnswerReader::has_contradicting_aliases() {
    const auto contradict = [](const Held& a, const Held& b) { return a.owner == b.owner && a.record != b.record; };
    std::ranges::sort(aliases_, {}, &Held::owner);
    return std::ranges::adjacent_find(aliases_, contradict) != aliases_.end();
}

/// From the question's name along the CNAMEs, in whatever order they came, to the name that has the records.
void AnswerReader::follow_aliases() {
    for (;;) {
        if (std::ranges::find(records_, last_name(), &Held::owner) != records_.end()) return;
        const auto hop = std::ranges::lower_bound(aliases_, last_name(), {}, &Held::owner);
        if (hop == aliases_.end() || hop->owner != last_name()) return;
        const std::string& target = std::get<NameRecord>(hop->record).name;
        answer_.endless = answer_.aliases.size() == alias_limit || target == question_.name ||
                          std::ranges::find(answer_.aliases, target) != answer_.aliases.end();
        if (answer_.endless) return;
        shorten_ttl(hop->ttl);
        answer_.aliases.push_back(target);
    }
}

void AnswerReader::take_records() {
    for (Held& held : records_) {
        if (held.owner != last_name()) continue;
        shorten_ttl(held.ttl);
        answer_.records.push_back(std::move(held.record));
    }
}

/// Only the SOA of a zone that holds the name proves anything about it.
void AnswerReader::take_negative_ttl() {
    if (!soa_ || !answer_.records.empty()) return;
    const auto& [zone, ttl] = *soa_;
    if (zone == "." || zone == last_name() || last_name().ends_with("." + zone)) answer_.negative_ttl = ttl;
}

/// RFC 2308 §2.2: neither records nor an SOA, but name servers.
bool AnswerReader::is_referral() const {
    const bool empty = answer_.records.empty() && answer_.aliases.empty() && !answer_.endless;
    return answer_.rcode == Rcode::noerror && empty && !soa_ && has_ns_ && !header_.has(DnsHeader::authoritative);
}

}  // namespace

bool DnsAnswer::stops_at_alias() const {
    return rcode == Rcode::noerror && !aliases.empty() && records.empty() && !negative_ttl && !endless && !truncated;
}

DnsOutcome outcome_of(const DnsAnswer& answer) {
    switch (answer.rcode) {
        case Rcode::noerror: return answer.records.empty() ? DnsOutcome::nodata : DnsOutcome::ok;
        case Rcode::servfail: return DnsOutcome::servfail;
        case Rcode::nxdomain: return DnsOutcome::nxdomain;
        case Rcode::refused: return DnsOutcome::refused;
        default: return DnsOutcome::other;
    }
}

std::string_view name(DnsFault fault) noexcept {
    switch (fault) {
        case DnsFault::header: return "header";
        case DnsFault::id: return "id";
        case DnsFault::question: return "question";
        case DnsFault::record: return "record";
        case DnsFault::limit: return "limit";
        case DnsFault::referral: return "referral";
    }
    __builtin_unreachable();
}

std::expected<DnsAnswer, DnsFault> read_answer(std::span<const std::uint8_t> message, const DnsQuestion& question) {
    return AnswerReader(message, question).read();
}

}  // namespace mxfleet
