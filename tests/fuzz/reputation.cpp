// libFuzzer: what others make of an address, from DNS answers as they come: that of PTR, that for the name in it, and a
// block list's. Two bytes before each say how long it is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "probes/reputation/findings.hpp"
#include "probes/wire/dns_name.hpp"

namespace {

using namespace mxfleet;

void require(bool holds) {
    if (!holds) std::abort();
}

std::span<const std::uint8_t> next(std::span<const std::uint8_t>& rest) {
    if (rest.size() < 2) return std::exchange(rest, {});
    const std::size_t size = std::min<std::size_t>(static_cast<std::size_t>(rest[0] << 8 | rest[1]), rest.size() - 2);
    const auto part = rest.subspan(2, size);
    rest = rest.subspan(2 + size);
    return part;
}

DnsResult answer_in(std::span<const std::uint8_t> message, const char* name, RecordType type) {
    DnsQuestion question{0, name, type};
    if (message.size() >= 2) question.id = static_cast<std::uint16_t>(message[0] << 8 | message[1]);
    DnsResult result;
    auto answer = read_answer(message, question);
    result.answer =
        answer ? std::expected<DnsAnswer, DnsError>(*std::move(answer)) : std::unexpected(DnsError::malformed);
    return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::span<const std::uint8_t> rest(data, size);
    const IpAddress address = IpAddress::v4({192, 0, 2, 1});
    const DnsResult ptr = answer_in(next(rest), "1.2.0.192.in-addr.arpa", RecordType::ptr);
    const AddressAnswer forward = assess_addresses(answer_in(next(rest), "a.example", RecordType::a), 64);
    const DnsblAnswer listed = assess_listing(answer_in(next(rest), "1.2.0.192.bl.example", RecordType::a));

    Reputation reputation;
    reputation.reverse = assess_reverse(address, ptr, {&forward, 1});
    const auto names = reverse_names(ptr);
    require(names.size() <= reverse_names_limit);
    require(reputation.reverse.each_name().size() == names.size());
    require(reputation.reverse.state != ReverseState::confirmed || (!names.empty() && is_host_name(names.front())));
    Listings listings{std::make_shared<const DnsblZones>(DnsblZones{"bl.example"})};
    listings.note(0, listed);
    require(listings.is_listed(0).has_value() == (listed != DnsblAnswer::unknown));
    reputation.listings = std::make_shared<const Listings>(listings);
    for (const Statement& each : judge_reputation(reputation))
        require(each.summary.text().find('\n') == std::string_view::npos);
    return 0;
}
