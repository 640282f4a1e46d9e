#include "probes/io/scram.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <optional>

#include "probes/model/ascii.hpp"
#include "probes/wire/base64.hpp"

namespace mxfleet {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
constexpr std::size_t server_first_limit = 2048;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view text_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest hmac(const Digest& key, std::string_view text) {
    Digest digest{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), digest.data(), nullptr);
    return digest;
}

Digest salted(std::string_view password, std::string_view salt, unsigned rounds) {
    Digest digest{};
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt), static_cast<int>(salt.size()),
                      static_cast<int>(rounds), EVP_sha256(), static_cast<int>(digest.size()), digest.data());
    return digest;
}

/// `=` and `,` mean something in the messages (§5.1).
std::string escaped(std::string_view username) {
    std::string result;
    for (const char c : username) {
        if (c == '=') {
            result += "=3D";
        } else if (c == ',') {
            result += "=2C";
        } else {
            result += c;
        }
    }
    return result;
}

struct ServerFirst {
    std::string_view nonce;
    std::string salt;
    unsigned rounds = 0;
};

/// The value of the next attribute, which must be this one.
std::optional<std::string_view> take_attribute(std::string_view& rest, std::string_view name) {
    if (!rest.starts_with(name)) return std::nullopt;
    rest.remove_prefix(name.size());
    const auto end = std::min(rest.find(','), rest.size());
    const std::string_view value = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return value;
}

std::expected<ServerFirst, std::string_view> read(std::string_view rest) {
    const auto wrong = std::unexpected(std::string_view("the challenge is no message of SCRAM"));
    if (rest.size() > server_first_limit) return wrong;
    const auto nonce = take_attribute(rest, "r=");
    const auto salt = take_attribute(rest, "s=");
    const auto rounds = take_attribute(rest, "i=");
    if (!nonce || !salt || !rounds) return wrong;
    auto bytes = from_base64(*salt);
    const auto count = whole_number<unsigned>(*rounds);
    if (!bytes || bytes->empty() || !count || *count == 0) return wrong;
    if (*count > scram_rounds_limit) return std::unexpected("the challenge asks for too many rounds");
    return ServerFirst{*nonce, std::move(*bytes), *count};
}

}  // namespace

std::string scram_nonce() {
    std::array<unsigned char, 18> bytes{};
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    return base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Scram::Scram(std::string_view username, std::string password, std::string nonce)
    : password_(std::move(password)),
      nonce_(std::move(nonce)),
      first_bare_("n=" + escaped(username) + ",r=" + nonce_) {}

Scram::~Scram() {
    OPENSSL_cleanse(password_.data(), password_.size());
}

std::expected<std::string, std::string_view> Scram::answer(std::string_view server_first) {
    const auto server = read(server_first);
    if (!server) return std::unexpected(server.error());
    const bool is_ours = server->nonce.starts_with(nonce_) && server->nonce.size() > nonce_.size();
    if (!is_ours) return std::unexpected("the challenge is to another nonce");

    const std::string without_proof = "c=biws,r=" + std::string(server->nonce);  // biws: "n,,"
    const std::string all = first_bare_ + "," + std::string(server_first) + "," + without_proof;
    Digest key = salted(password_, server->salt, server->rounds);
    Digest proof = hmac(key, "Client Key");
    Digest stored{};
    SHA256(proof.data(), proof.size(), stored.data());
    const Digest signature = hmac(stored, all);
    for (std::size_t at = 0; at < proof.size(); ++at)
        proof[at] ^= signature[at];
    server_signature_ = text_of(hmac(hmac(key, "Server Key"), all));
    OPENSSL_cleanse(key.data(), key.size());
    return without_proof + ",p=" + base64(text_of(proof));
}

bool Scram::is_proof(std::string_view server_final) const {
    const auto value = take_attribute(server_final, "v=");
    const auto bytes = value ? from_base64(*value) : std::nullopt;
    return bytes && !server_signature_.empty() && bytes->size() == server_signature_.size() &&
           CRYPTO_memcmp(bytes->data(), server_signature_.data(), bytes->size()) == 0;
}

}  // namespace mxfleet
