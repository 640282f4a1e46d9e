// libFuzzer: any text as a web configuration. It is right, or has errors of one line that name their place.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/web/web_config.hpp"

namespace {

using namespace mxfleet;

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_one_line(std::string_view text) {
    return text.find_first_of("\r\n") == std::string_view::npos;
}

void check(const WebConfig& config) {
    if (config.tls) require(!config.tls->cert_file.empty() && !config.tls->key_file.empty());
    for (const auto& [user, hash] : config.users)
        require(!user.empty() && user.find(':') == std::string::npos && hash.starts_with("$2"));
    for (const HttpField& header : config.headers)
        require(is_one_line(header.name) && is_one_line(header.value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto config = parse_web_config(text, "/etc/web.yml");
    if (config) {
        check(*config);
        return 0;
    }
    require(!config.error().empty());
    for (const std::string& error : config.error())
        require(error.starts_with("/etc/web.yml:"));
    return 0;
}
