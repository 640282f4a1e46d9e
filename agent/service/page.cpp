#include "agent/service/page.hpp"

#include <openssl/evp.h>

#include <array>
#include <string>
#include <string_view>

#include "agent/service/page_text.hpp"

namespace mxfleet {
namespace {

/// A source expression of CSP: `'sha256-…'`.
std::string hash_source(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::array<unsigned char, 45> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
    return "'sha256-" + std::string(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)) +
           "'";
}

std::string with_part(std::string whole, std::string_view place, std::string_view part) {
    return whole.replace(whole.find(place), place.size(), part);
}

std::string policy() {
    return "default-src 'none'; script-src " + hash_source(page::script) + "; style-src " + hash_source(page::style) +
           "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
           "require-trusted-types-for 'script'; trusted-types 'none'";
}

}  // namespace

HttpResponse status_page() {
    static const auto text = std::make_shared<const std::string>(
        with_part(with_part(std::string(page::markup), "%STYLE%", page::style), "%SCRIPT%", page::script));
    static const std::string content_policy = policy();
    return {200,
            "text/html; charset=utf-8",
            text,
            {{"Content-Security-Policy", content_policy},
             {"Referrer-Policy", "no-referrer"},
             {"Cache-Control", "no-cache"}}};
}

}  // namespace mxfleet
