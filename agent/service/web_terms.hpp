// By what terms HTTP is served: the web configuration with the files that it names, read again whenever it is asked for
// so that certificates roll.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "agent/web/daemon.hpp"

namespace mxfleet {

struct WebTerms {
    std::optional<TlsMaterial> tls;
    Guard::Users users;
    std::vector<HttpField> headers;

    bool operator==(const WebTerms&) const = default;

    /// What a server goes by them with; the guard knows nobody yet.
    void apply(ServerSettings& settings) const;
};

/// Of the file, or of none: plain HTTP for everybody. Or every error, for people.
std::expected<WebTerms, std::vector<std::string>> load_web_terms(const std::string& web_config_file);

}  // namespace mxfleet
