#include "probes/io/tls_library.hpp"

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "probes/io/ec_key_decoder.hpp"

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

bool is_one_of(std::initializer_list<std::string_view> wanted, const OSSL_ALGORITHM& algorithm) {
    return std::ranges::find(wanted, first_name(algorithm)) != wanted.end();
}

/// Ciphers in the modes of RFC 5246, 5288, 6209, 6655, 7905 and 8446.
bool is_for_records(const OSSL_ALGORITHM& cipher) {
    const std::string_view name = first_name(cipher);
    const auto has = [&](std::string_view part) { return name.contains(part); };
    const bool has_mode = has("GCM") || (has("CBC") && !has("CTS")) || has("CCM") || has("Poly1305") || has("NULL");
    const bool is_strange = has("192") || has("SM4") || name == "DES-EDE-CBC" || (has("ARIA") && !has("GCM"));
    return has_mode && !is_strange;
}

/// Keys of certificates and of key exchange, and those that the record layer hands to HMAC.
bool is_for_handshakes(const OSSL_ALGORITHM& key_type) {
    return is_one_of({"RSA", "RSA-PSS", "EC", "ED25519", "ED448", "X25519", "X448", "DSA", "DH", "HMAC"}, key_type);
}

bool reads_public_keys(const OSSL_ALGORITHM& decoder) {
    const std::string_view properties = decoder.property_definition;
    return properties.contains("input=der") && properties.contains("structure=SubjectPublicKeyInfo") &&
           is_for_handshakes(decoder);
}

bool signs(const OSSL_ALGORITHM& signature) {
    return is_one_of({"RSA", "ECDSA", "ED25519", "ED448", "DSA", "HMAC"}, signature);
}

bool agrees_on_keys(const OSSL_ALGORITHM& exchange) {
    return is_one_of({"X25519", "X448", "ECDH", "DH"}, exchange);
}

bool derives_keys(const OSSL_ALGORITHM& derivation) {
    return is_one_of({"TLS13-KDF", "TLS1-PRF", "HKDF"}, derivation);
}

bool is_hmac(const OSSL_ALGORITHM& mac) {
    return is_one_of({"HMAC"}, mac);
}

/// What OpenSSL takes its random numbers from, unless it is told otherwise.
bool is_usual_source(const OSSL_ALGORITHM& source) {
    return is_one_of({"CTR-DRBG", "SEED-SRC"}, source);
}

using Algorithms = std::vector<OSSL_ALGORITHM>;

/// One operation's algorithms, as far as they are wanted.
Algorithms algorithms(int operation, bool (*is_wanted)(const OSSL_ALGORITHM&)) {
    Algorithms kept;
    int no_cache = 0;
    const OSSL_ALGORITHM* each = OSSL_PROVIDER_query_operation(default_provider(), operation, &no_cache);
    for (; each != nullptr && each->algorithm_names != nullptr; ++each) {
        if (is_wanted(*each)) kept.push_back(*each);
    }
    return kept;
}

Algorithms::iterator find_ec(Algorithms& all) {
    return std::ranges::find(all, std::string_view("EC"), &first_name);
}

/// Each ends with an entry without a name, as OpenSSL's own do.
struct Lists {
    Algorithms ciphers = algorithms(OSSL_OP_CIPHER, &is_for_records);
    Algorithms keys = algorithms(OSSL_OP_KEYMGMT, &is_for_handshakes);
    Algorithms decoders = algorithms(OSSL_OP_DECODER, &reads_public_keys);
    Algorithms signatures = algorithms(OSSL_OP_SIGNATURE, &signs);
    Algorithms exchanges = algorithms(OSSL_OP_KEYEXCH, &agrees_on_keys);
    Algorithms derivations = algorithms(OSSL_OP_KDF, &derives_keys);
    Algorithms macs = algorithms(OSSL_OP_MAC, &is_hmac);
    Algorithms random = algorithms(OSSL_OP_RAND, &is_usual_source);

    explicit Lists(const OSSL_DISPATCH* from_core) {
        const auto decoder = find_ec(decoders);
        const auto key_type = find_ec(keys);
        if (decoder != decoders.end() && key_type != keys.end()) hasten_ec_keys(from_core, *decoder, *key_type);
        for (Algorithms* const list :
             {&ciphers, &keys, &decoders, &signatures, &exchanges, &derivations, &macs, &random})
            list->push_back({});
    }
};

/// `from_core` counts at the first call, when OpenSSL introduces itself.
const Lists& lists(const OSSL_DISPATCH* from_core = nullptr) {
    static const Lists made(from_core);
    return made;
}

const OSSL_ALGORITHM* query_operation(void*, int operation, int* no_cache) {
    *no_cache = 0;
    switch (operation) {
        case OSSL_OP_CIPHER: return lists().ciphers.data();
        case OSSL_OP_KEYMGMT: return lists().keys.data();
        case OSSL_OP_DECODER: return lists().decoders.data();
        case OSSL_OP_SIGNATURE: return lists().signatures.data();
        case OSSL_OP_KEYEXCH: return lists().exchanges.data();
        case OSSL_OP_KDF: return lists().derivations.data();
        case OSSL_OP_MAC: return lists().macs.data();
        case OSSL_OP_RAND: return lists().random.data();
        default: return OSSL_PROVIDER_query_operation(default_provider(), operation, no_cache);
    }
}

int get_capabilities(void*, const char* capability, OSSL_CALLBACK* callback, void* argument) {
    return OSSL_PROVIDER_get_capabilities(default_provider(), capability, callback, argument);
}

/// The algorithms are handed the context that they expect: the default provider's.
int initialise(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH* from_core, const OSSL_DISPATCH** functions,
               void** context) {
    lists(from_core);
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
