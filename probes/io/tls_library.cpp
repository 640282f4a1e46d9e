#include "probes/io/tls_library.hpp"

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace mxfleet {
namespace {

// OpenSSL 3.0 works out anew for every public key which of its decoders may lead from the bytes to the key, and keeps
// nothing: it goes through all decoders and, twice, through every algorithm of whatever kind that the library knows.
// With the default provider's sixty decoders and 250 algorithms that is a third of all the work of a handshake. A
// certificate's key comes as DER SubjectPublicKeyInfo, and TLS has a handful of ciphers: the provider below answers
// every question as the default provider does, but for its shorter lists.

constexpr const char* provider_name = "mxfleet-tls";

OSSL_PROVIDER* default_provider() {
    static OSSL_PROVIDER* const provider = OSSL_PROVIDER_load(nullptr, "default");
    return provider;
}

std::string_view first_name(const OSSL_ALGORITHM& algorithm) {
    const std::string_view names = algorithm.algorithm_names;
    return names.substr(0, names.find(':'));
}

/// Ciphers in the modes of RFC 5246, 5288, 6655, 7905 and 8446.
bool is_for_records(const OSSL_ALGORITHM& cipher) {
    const std::string_view name = first_name(cipher);
    const auto has = [&](std::string_view part) { return name.contains(part); };
    return (has("GCM") || has("CCM") || has("CBC") || has("Poly1305") || has("NULL")) && !has("192") && !has("CTS");
}

/// Keys of certificates and of key exchange, and those that the record layer hands to HMAC.
bool is_for_handshakes(const OSSL_ALGORITHM& key_type) {
    static constexpr std::array<std::string_view, 10> wanted = {"RSA",    "RSA-PSS", "EC",  "ED25519", "ED448",
                                                                "X25519", "X448",    "DSA", "DH",      "HMAC"};
    return std::ranges::find(wanted, first_name(key_type)) != wanted.end();
}

bool reads_public_keys(const OSSL_ALGORITHM& decoder) {
    const std::string_view properties = decoder.property_definition;
    return properties.contains("input=der") && properties.contains("structure=SubjectPublicKeyInfo") &&
           is_for_handshakes(decoder);
}

/// One operation's algorithms, as far as they are wanted. Ends with an entry without a name, as OpenSSL's own do.
std::vector<OSSL_ALGORITHM> algorithms(int operation, bool (*is_wanted)(const OSSL_ALGORITHM&)) {
    std::vector<OSSL_ALGORITHM> kept;
    int no_cache = 0;
    const OSSL_ALGORITHM* each = OSSL_PROVIDER_query_operation(default_provider(), operation, &no_cache);
    for (; each != nullptr && each->algorithm_names != nullptr; ++each) {
        if (is_wanted(*each)) kept.push_back(*each);
    }
    kept.push_back({});
    return kept;
}

const OSSL_ALGORITHM* query_operation(void*, int operation, int* no_cache) {
    static const std::vector<OSSL_ALGORITHM> ciphers = algorithms(OSSL_OP_CIPHER, &is_for_records);
    static const std::vector<OSSL_ALGORITHM> keys = algorithms(OSSL_OP_KEYMGMT, &is_for_handshakes);
    static const std::vector<OSSL_ALGORITHM> decoders = algorithms(OSSL_OP_DECODER, &reads_public_keys);
    *no_cache = 0;
    switch (operation) {
        case OSSL_OP_CIPHER: return ciphers.data();
        case OSSL_OP_KEYMGMT: return keys.data();
        case OSSL_OP_DECODER: return decoders.data();
        default: return OSSL_PROVIDER_query_operation(default_provider(), operation, no_cache);
    }
}

int get_capabilities(void*, const char* capability, OSSL_CALLBACK* callback, void* argument) {
    return OSSL_PROVIDER_get_capabilities(default_provider(), capability, callback, argument);
}

/// The algorithms are handed the context that they expect: the default provider's.
int initialise(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** functions, void** context) {
    static const OSSL_DISPATCH ours[] = {
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(&query_operation)},
        {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(&get_capabilities)},
        {0, nullptr},
    };
    *functions = ours;
    *context = OSSL_PROVIDER_get0_provider_ctx(default_provider());
    return 1;
}

OSSL_LIB_CTX* make_library() {
    if (default_provider() == nullptr) return nullptr;
    OSSL_LIB_CTX* const library = OSSL_LIB_CTX_new();
    const bool is_ready = library != nullptr && OSSL_PROVIDER_add_builtin(library, provider_name, &initialise) == 1 &&
                          OSSL_PROVIDER_load(library, provider_name) != nullptr;
    if (is_ready) return library;
    OSSL_LIB_CTX_free(library);
    ERR_clear_error();
    return nullptr;
}

}  // namespace

OSSL_LIB_CTX* tls_library() {
    // Never freed: connections of any thread may use it to the end.
    static OSSL_LIB_CTX* const library = make_library();
    return library;
}

}  // namespace mxfleet
