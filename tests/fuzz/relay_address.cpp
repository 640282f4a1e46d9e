// libFuzzer: the addresses of the relay check, whatever a server calls itself. The input is its address, a day, and
// then the name of its greeting; each line that comes of it is one clean command.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/fleet/relay_plan.hpp"

namespace {

using namespace mxfleet;

constexpr std::size_t head = 19;
constexpr std::size_t command_limit = 512;  // RFC 5321 §4.5.3.1.4

void require(bool holds) {
    if (!holds) std::abort();
}

bool may_stand_in_an_address(char c) {
    return c > 0x20 && c < 0x7F && c != '{' && c != '}';
}

EndpointKey endpoint_in(const std::uint8_t* data) {
    EndpointKey endpoint{"mx1.example.com", {}, 25};
    endpoint.ip.is_v6 = (data[0] & 1) != 0;
    std::copy_n(data + 1, endpoint.ip.is_v6 ? 16 : 4, endpoint.ip.bytes.begin());
    return endpoint;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < head) return 0;
    const EndpointKey endpoint = endpoint_in(data);
    const WallTime now{std::chrono::days{data[17] << 8 | data[18]}};
    const std::string greeting(reinterpret_cast<const char*>(data) + head, size - head);
    const RelayTerms terms{"mxfleet-probe@probe.example.net", "sink@sink.example.org", nullptr};
    RelayStatus held;
    held.state = RelayState::suspected;
    held.reason = greeting.substr(0, 3);
    const RelayPlan plan = make_relay_plan(terms, endpoint, {"example.com", "example.org"}, greeting, held, now);
    require(plan.forms.size() >= 4 && plan.forms.size() <= 5);
    for (const RelayForm& form : relay_forms) {
        for (const std::string_view pattern : {form.mail_from, form.rcpt_to}) {
            const std::string address = expand(pattern, plan.names);
            require(address.size() < command_limit && std::ranges::all_of(address, may_stand_in_an_address));
            require(std::ranges::count(address, '<') == std::ranges::count(pattern, '<'));
            require(std::ranges::count(address, '@') == std::ranges::count(expand(pattern, {}), '@'));
        }
    }
    require(!registrable_domain(greeting).contains('\n') || greeting.contains('\n'));
    return 0;
}
