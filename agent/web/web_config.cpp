#include "agent/web/web_config.hpp"

#include <crypt.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <system_error>

#include "agent/web/text.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t file_limit = std::size_t{1024} * 1024;

constexpr auto client_auths = std::to_array<std::pair<std::string_view, ClientAuth>>({
    {"NoClientCert", ClientAuth::none},
    {"RequestClientCert", ClientAuth::request},
    {"RequireAnyClientCert", ClientAuth::require_any},
    {"VerifyClientCertIfGiven", ClientAuth::verify_if_given},
    {"RequireAndVerifyClientCert", ClientAuth::require_and_verify},
});

/// Those that exporter-toolkit knows.
constexpr auto known_headers =
    std::to_array<std::string_view>({"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options",
                                     "X-Frame-Options", "X-XSS-Protection"});

/// Reads, and collects what is wrong.
class Reader {
public:
    explicit Reader(const std::string& file) : file_(file), folder_(std::filesystem::path(file).parent_path()) {}

    std::vector<std::string> errors;

    void complain(const YAML::Mark& mark, const std::string& what) {
        errors.push_back(file_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) +
                         ": error: " + what);
    }

    /// Whether it is a mapping that has these keys only. What is empty, is one without any.
    bool has_only(const YAML::Node& node, std::string_view name, std::initializer_list<std::string_view> keys) {
        if (!node.IsDefined() || node.IsNull()) return false;
        if (!node.IsMap()) {
            complain(node.Mark(), std::string(name) + " wants keys and values");
            return false;
        }
        for (const auto& entry : node) {
            const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
            if (keys.size() > 0 && std::ranges::find(keys, key) == keys.end())
                complain(entry.first.Mark(), "`" + key + "` is not supported in " + std::string(name));
        }
        return true;
    }

    std::string text(const YAML::Node& node, std::string_view name) {
        if (!node.IsDefined() || node.IsNull()) return {};
        if (node.IsScalar()) return node.Scalar();
        complain(node.Mark(), std::string(name) + " wants a text");
        return {};
    }

    std::string path(const YAML::Node& node, std::string_view name) {
        const std::string written = text(node, name);
        return written.empty() ? written : (folder_ / written).lexically_normal().string();
    }

private:
    const std::string file_;
    const std::filesystem::path folder_;
};

void read_client_auth(const YAML::Node& node, TlsServing& tls, Reader& reader) {
    const std::string word = reader.text(node, "client_auth_type");
    if (word.empty()) return;
    const auto found = std::ranges::find(client_auths, word, [](const auto& each) { return each.first; });
    if (found == client_auths.end()) return reader.complain(node.Mark(), "there is no client_auth_type " + word);
    tls.client_auth = found->second;
    if (tls.client_auth != ClientAuth::none && tls.client_ca_file.empty())
        reader.complain(node.Mark(), word + " wants a client_ca_file");
}

std::optional<TlsServing> read_tls(const YAML::Node& node, Reader& reader) {
    if (!reader.has_only(node, "tls_server_config",
                         {"cert_file", "key_file", "client_ca_file", "client_auth_type", "min_version"}))
        return std::nullopt;
    TlsServing tls;
    tls.cert_file = reader.path(node["cert_file"], "cert_file");
    tls.key_file = reader.path(node["key_file"], "key_file");
    tls.client_ca_file = reader.path(node["client_ca_file"], "client_ca_file");
    if (tls.cert_file.empty() || tls.key_file.empty())
        reader.complain(node.Mark(), "tls_server_config wants cert_file and key_file");
    read_client_auth(node["client_auth_type"], tls, reader);
    const std::string version = reader.text(node["min_version"], "min_version");
    if (!version.empty() && version != "TLS12" && version != "TLS13")
        reader.complain(node["min_version"].Mark(), "min_version is TLS12 or TLS13");
    tls.only_1_3 = version == "TLS13";
    return tls;
}

bool is_bcrypt(const std::string& hash) {
    return hash.starts_with("$2") && crypt_checksalt(hash.c_str()) == CRYPT_SALT_OK;
}

void read_users(const YAML::Node& node, WebConfig& config, Reader& reader) {
    if (!reader.has_only(node, "basic_auth_users", {})) return;
    for (const auto& entry : node) {
        const std::string user = reader.text(entry.first, "a user");
        const std::string hash = reader.text(entry.second, "a user's hash");
        if (user.empty() || user.find(':') != user.npos)
            reader.complain(entry.first.Mark(), "a user has a name without a colon");
        if (!is_bcrypt(hash)) reader.complain(entry.second.Mark(), "the hash of `" + user + "` is not bcrypt's");
        config.users[user] = hash;
    }
}

void read_headers(const YAML::Node& node, WebConfig& config, Reader& reader) {
    if (!reader.has_only(node, "http_server_config", {"headers"})) return;
    const YAML::Node headers = node["headers"];
    if (!reader.has_only(headers, "headers", {})) return;
    for (const auto& entry : headers) {
        const std::string name = reader.text(entry.first, "a header");
        const std::string value = reader.text(entry.second, "a header's value");
        if (std::ranges::find(known_headers, name) == known_headers.end())
            reader.complain(entry.first.Mark(), "the header `" + name + "` cannot be set");
        if (!is_plain_text(value)) reader.complain(entry.second.Mark(), "a header's value is one line");
        if (!value.empty()) config.headers.push_back({name, value});
    }
}

}  // namespace

std::expected<WebConfig, std::vector<std::string>> parse_web_config(std::string_view yaml, const std::string& file) {
    Reader reader(file);
    WebConfig config;
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        if (reader.has_only(root, "the file", {"tls_server_config", "basic_auth_users", "http_server_config"})) {
            config.tls = read_tls(root["tls_server_config"], reader);
            read_users(root["basic_auth_users"], config, reader);
            read_headers(root["http_server_config"], config, reader);
        }
    } catch (const YAML::Exception& error) {
        reader.complain(error.mark, error.msg);
    }
    if (!reader.errors.empty()) return std::unexpected(std::move(reader.errors));
    return config;
}

std::expected<WebConfig, std::vector<std::string>> load_web_config(const std::string& file) {
    const auto text = file_text(file);
    if (!text) return std::unexpected(std::vector{text.error()});
    return parse_web_config(*text, file);
}

std::expected<std::string, std::string> file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(file_limit + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    if (file.bad() || !file.eof()) {
        const std::string why = text.size() > file_limit ? "it is too large" : std::generic_category().message(errno);
        return std::unexpected(path + ": error: cannot be read: " + why);
    }
    return text;
}

}  // namespace mxfleet
