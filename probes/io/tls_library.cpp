#include "probes/io/tls_library.hpp"

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <string_view>
#include <vector>

namespace mxfleet {
namespace {

// OpenSSL 3.0 works out anew for every public key which of its decoders may lead from the bytes to the key, and keeps
// nothing: with the default provider's sixty and more (PEM, private keys, type-specific forms …) that is a third of all
// the work of a handshake. A certificate's key comes as DER SubjectPublicKeyInfo; with the decoders for that alone the
// search is short. The provider below answers every question as the default provider does, but for that list.

constexpr const char* provider_name = "mxfleet-tls";

OSSL_PROVIDER* default_provider() {
    static OSSL_PROVIDER* const provider = OSSL_PROVIDER_load(nullptr, "default");
    return provider;
}

bool reads_public_keys(const OSSL_ALGORITHM& decoder) {
    const std::string_view properties = decoder.property_definition;
    return properties.contains("input=der") && properties.contains("structure=SubjectPublicKeyInfo");
}

/// Ends with an entry without a name, as OpenSSL's own lists do.
std::vector<OSSL_ALGORITHM> public_key_decoders() {
    std::vector<OSSL_ALGORITHM> kept;
    int no_cache = 0;
    const OSSL_ALGORITHM* decoder = OSSL_PROVIDER_query_operation(default_provider(), OSSL_OP_DECODER, &no_cache);
    for (; decoder != nullptr && decoder->algorithm_names != nullptr; ++decoder) {
        if (reads_public_keys(*decoder)) kept.push_back(*decoder);
    }
    kept.push_back({});
    return kept;
}

const OSSL_ALGORITHM* query_operation(void*, int operation, int* no_cache) {
    if (operation != OSSL_OP_DECODER) return OSSL_PROVIDER_query_operation(default_provider(), operation, no_cache);
    static const std::vector<OSSL_ALGORITHM> decoders = public_key_decoders();
    *no_cache = 0;
    return decoders.data();
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
