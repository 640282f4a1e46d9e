#include "probes/reputation/reverse_dns.hpp"

#include <algorithm>

#include "probes/wire/dns_name.hpp"

namespace mxfleet {
namespace {

SharedText lines_of(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        if (!text.empty()) text += '\n';
        text += name;
    }
    return text;
}

}  // namespace

std::vector<std::string_view> ReverseDns::each_name() const {
    std::vector<std::string_view> all;
    for (std::string_view rest = names; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        all.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return all;
}

std::optional<bool> ReverseDns::is_confirmed() const {
    return state == ReverseState::unknown ? std::nullopt : std::optional(state == ReverseState::confirmed);
}

std::vector<std::string> reverse_names(const DnsResult& ptr) {
    std::vector<std::string> names;
    if (!ptr.answer) return names;
    for (NameRecord& record : records_of<NameRecord>(*ptr.answer)) {
        if (names.size() == reverse_names_limit) break;
        names.push_back(std::move(record.name));
    }
    return names;
}

ReverseDns assess_reverse(const IpAddress& address, const DnsResult& ptr, std::span<const AddressAnswer> forward) {
    ReverseDns facts;
    const std::vector<std::string> names = reverse_names(ptr);
    facts.names = lines_of(names);
    if (!ptr.answer) return facts;
    facts.state = names.empty() ? ReverseState::missing : ReverseState::unconfirmed;
    for (std::size_t at = 0; at < std::min(names.size(), forward.size()); ++at) {
        if (!is_host_name(names[at])) continue;
        const auto& addresses = forward[at].addresses;
        if (std::ranges::find(addresses, address) != addresses.end()) {
            facts.state = ReverseState::confirmed;
            return facts;
        }
        if (forward[at].error) facts.state = ReverseState::unknown;
    }
    return facts;
}

}  // namespace mxfleet
