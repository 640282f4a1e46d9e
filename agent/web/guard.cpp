#include "agent/web/guard.hpp"

#include <crypt.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// Of no password: for users that there are not, so that they take as long as others.
constexpr const char* nobodys_hash = "$2b$10$abcdefghijklmnopqrstuuqWzthOc/CMPtNxYntHsWp5xL7qoYKxS";

std::string_view authorization(const HttpRequest& request) {
    return request.field("authorization").value_or("");
}

/// `user:password`, if that is what was sent.
std::optional<std::string> credentials_in(std::string_view field) {
    const std::size_t space = field.find(' ');
    if (space == field.npos || lower_case(field.substr(0, space)) != "basic") return std::nullopt;
    std::string encoded(trimmed(field.substr(space)));
    const gnutls_datum_t sent{reinterpret_cast<unsigned char*>(encoded.data()), static_cast<unsigned>(encoded.size())};
    gnutls_datum_t decoded{};
    if (gnutls_base64_decode2(&sent, &decoded) != GNUTLS_E_SUCCESS) return std::nullopt;
    std::string credentials(reinterpret_cast<const char*>(decoded.data), decoded.size);
    gnutls_free(decoded.data);
    if (credentials.find(':') == credentials.npos || credentials.find('\0') != credentials.npos) return std::nullopt;
    return credentials;
}

std::array<unsigned char, 32> digest_of(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    gnutls_hash_fast(GNUTLS_DIG_SHA256, text.data(), text.size(), digest.data());
    return digest;
}

bool matches(const std::string& password, const std::string& hash) {
    const auto room = std::make_unique<crypt_data>();
    const char* const made = crypt_r(password.c_str(), hash.c_str(), room.get());
    if (made == nullptr) return false;
    const std::string_view text(made);
    return text.size() == hash.size() && gnutls_memcmp(text.data(), hash.data(), hash.size()) == 0;
}

}  // namespace

bool Guard::knows(const HttpRequest& request) const {
    const std::string_view field = authorization(request);
    if (field.empty()) return true;
    const std::lock_guard lock(mutex_);
    return verdicts_.contains(digest_of(field));
}

Guard::Verdict Guard::judge(const HttpRequest& request, SteadyTime now) {
    const std::string_view field = authorization(request);
    const auto credentials = credentials_in(field);
    if (!credentials) return Verdict::refused;
    const Digest digest = digest_of(field);
    {
        const std::lock_guard lock(mutex_);
        const auto known = verdicts_.find(digest);
        if (known != verdicts_.end()) return known->second ? Verdict::admitted : Verdict::refused;
        if (!may_fail(now)) return Verdict::too_many_failures;
    }
    const bool right = is_right(*credentials);
    const std::lock_guard lock(mutex_);
    if (right) failures_left_ += 1;
    // Who guesses leaves nothing but failures: those go first.
    if (verdicts_.size() >= remembered) std::erase_if(verdicts_, [](const auto& each) { return !each.second; });
    if (verdicts_.size() >= remembered) verdicts_.clear();
    verdicts_.emplace(digest, right);
    return right ? Verdict::admitted : Verdict::refused;
}

bool Guard::is_right(std::string_view credentials) const {
    const std::size_t colon = credentials.find(':');
    const auto user = users_.find(std::string(credentials.substr(0, colon)));
    const std::string password(credentials.substr(colon + 1));
    const bool matched = matches(password, user == users_.end() ? nobodys_hash : user->second);
    return matched && user != users_.end();
}

/// Takes one of the failures there may be. It is given back to who was right.
bool Guard::may_fail(SteadyTime now) {
    const std::chrono::duration<double> passed = now - std::exchange(counted_at_, now);
    failures_left_ = std::min<double>(failures_at_once, failures_left_ + std::max(0.0, passed / refill));
    if (failures_left_ < 1) return false;
    failures_left_ -= 1;
    return true;
}

HttpResponse refusal(Guard::Verdict verdict) {
    if (verdict == Guard::Verdict::too_many_failures) {
        HttpResponse response = json_error(429, "too many failures of authentication");
        response.fields.push_back({"Retry-After", std::to_string(Guard::refill / std::chrono::seconds{1})});
        return response;
    }
    HttpResponse response = json_error(401, "this wants a user and a password");
    response.fields.push_back({"WWW-Authenticate", "Basic realm=\"mxfleet\", charset=\"UTF-8\""});
    return response;
}

}  // namespace mxfleet
