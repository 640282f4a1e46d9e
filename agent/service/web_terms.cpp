#include "agent/service/web_terms.hpp"

namespace mxfleet {
namespace {

std::expected<TlsMaterial, std::vector<std::string>> load_material(const TlsServing& serving) {
    TlsMaterial material;
    material.client_auth = serving.client_auth;
    material.only_1_3 = serving.only_1_3;
    std::vector<std::string> errors;
    const auto read = [&](const std::string& path, std::string& into) {
        if (path.empty()) return;
        auto text = file_text(path);
        if (text)
            into = std::move(*text);
        else
            errors.push_back(text.error());
    };
    read(serving.cert_file, material.certificate);
    read(serving.key_file, material.key);
    read(serving.client_ca_file, material.client_ca);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return material;
}

}  // namespace

void WebTerms::apply(ServerSettings& settings) const {
    settings.tls = tls;
    settings.headers = headers;
    settings.guard = users.empty() ? nullptr : std::make_shared<Guard>(users);
}

std::expected<WebTerms, std::vector<std::string>> load_web_terms(const std::string& web_config_file) {
    WebTerms terms;
    if (web_config_file.empty()) return terms;
    auto config = load_web_config(web_config_file);
    if (!config) return std::unexpected(std::move(config.error()));
    terms.users = std::move(config->users);
    terms.headers = std::move(config->headers);
    if (!config->tls) return terms;
    auto material = load_material(*config->tls);
    if (!material) return std::unexpected(std::move(material.error()));
    terms.tls = std::move(*material);
    return terms;
}

}  // namespace mxfleet
