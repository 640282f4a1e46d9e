// The web configuration (web.config_file): TLS, users and headers, as Prometheus' exporter-toolkit writes them in YAML.
// Strict: a key that we do not go by is an error, lest somebody believe that it protects them.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/web/http.hpp"

namespace mxfleet {

/// What is asked of clients besides (tls_server_config.client_auth_type).
enum class ClientAuth : std::uint8_t { none, request, require_any, verify_if_given, require_and_verify };

struct TlsServing {
    std::string cert_file;
    std::string key_file;
    std::string client_ca_file;  ///< empty: none
    ClientAuth client_auth = ClientAuth::none;
    bool only_1_3 = false;  ///< min_version: TLS13. We offer nothing older than 1.2 whatever it says

    bool operator==(const TlsServing&) const = default;
};

struct WebConfig {
    std::optional<TlsServing> tls;
    std::map<std::string, std::string> users;  ///< and their bcrypt hashes
    std::vector<HttpField> headers;            ///< of every answer

    bool operator==(const WebConfig&) const = default;
};

/// Or every error, as `FILE:LINE:COLUMN: error: …`. Relative paths are relative to the folder of `file`.
std::expected<WebConfig, std::vector<std::string>> parse_web_config(std::string_view yaml, const std::string& file);

/// The same of a file that is read.
std::expected<WebConfig, std::vector<std::string>> load_web_config(const std::string& file);

/// All of a file, up to a megabyte.
std::expected<std::string, std::string> file_text(const std::string& path);

}  // namespace mxfleet
