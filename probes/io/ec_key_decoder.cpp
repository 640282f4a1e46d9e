#include "probes/io/ec_key_decoder.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mxfleet {
namespace {

// OpenSSL's decoder works out anew for each key what is to be known of its curve. What differs between the keys of a
// curve is the point alone, which stands at the end. So the curve's parameters are kept of the first key that OpenSSL
// reads; later keys are a copy of them with their own point, which OpenSSL checks to be on the curve, by the same
// function as ever. All else is left to its decoder: other curves, compressed points, and whatever is wrong.

using namespace std::string_view_literals;

/// A curve of certificates, by how each key of it begins (RFC 5480): all but the point, which is not compressed.
struct Curve {
    std::string_view start;
    std::size_t point_size;
    std::atomic<void*> parameters{nullptr};  ///< a key without a point; never freed
};

std::array<Curve, 2> curves{{
    {"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"sv, 65},
    {"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00"sv, 97},
}};

struct CoreFunctions {
    OSSL_FUNC_BIO_read_ex_fn* read = nullptr;
    OSSL_FUNC_BIO_new_membuf_fn* new_memory = nullptr;
    OSSL_FUNC_BIO_free_fn* free = nullptr;
};
CoreFunctions core_functions;

/// Of the default provider.
struct KeyFunctions {
    OSSL_FUNC_keymgmt_load_fn* load = nullptr;
    OSSL_FUNC_keymgmt_dup_fn* duplicate = nullptr;
    OSSL_FUNC_keymgmt_set_params_fn* set = nullptr;
    OSSL_FUNC_keymgmt_free_fn* free = nullptr;
};
KeyFunctions ec_functions;
OSSL_FUNC_decoder_decode_fn* usual_decode = nullptr;

/// The table's function of that number; null where it has none.
template <class Function>
Function* function_in(const OSSL_DISPATCH* table, int number) {
    for (; table->function_id != 0; ++table) {
        if (table->function_id == number) return reinterpret_cast<Function*>(table->function);
    }
    return nullptr;
}

/// Who wants the key that was read.
struct Receiver {
    OSSL_CALLBACK* take;
    void* argument;
    Curve* curve;  ///< null: another one

    /// Gives it the key, and frees it if it is not taken.
    int give(void* key) const;
};

int Receiver::give(void* key) const {
    std::string type = "EC";
    int kind = OSSL_OBJECT_PKEY;
    const std::array<OSSL_PARAM, 4> object{
        OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &kind),
        OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_TYPE, type.data(), type.size()),
        OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_REFERENCE, &key, sizeof key),
        OSSL_PARAM_construct_end(),
    };
    const int taken = take(object.data(), argument);
    if (key != nullptr) ec_functions.free(key);
    return taken;
}

/// What `give` refers to becomes OpenSSL's.
void* load_ec_key(const void* reference, std::size_t size) {
    if (size != sizeof(void*)) return nullptr;
    return std::exchange(*static_cast<void**>(const_cast<void*>(reference)), nullptr);
}

Curve* curve_of(std::string_view der) {
    for (Curve& curve : curves) {
        const bool has_size = der.size() == curve.start.size() + curve.point_size;
        if (has_size && der.starts_with(curve.start)) return &curve;
    }
    return nullptr;
}

/// A key of that curve; null where the curve is not known yet, or there is no such point on it.
void* key_on(const Curve& curve, std::string_view point) {
    const void* const parameters = curve.parameters.load(std::memory_order_acquire);
    if (parameters == nullptr) return nullptr;
    void* const key = ec_functions.duplicate(parameters, OSSL_KEYMGMT_SELECT_ALL_PARAMETERS);
    if (key == nullptr) return nullptr;
    auto* const bytes = const_cast<char*>(point.data());  // which are only read
    const std::array<OSSL_PARAM, 2> wanted{
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, bytes, point.size()),
        OSSL_PARAM_construct_end(),
    };
    if (ec_functions.set(key, wanted.data()) == 1) return key;
    ec_functions.free(key);
    return nullptr;
}

void remember(Curve& curve, const void* key) {
    if (curve.parameters.load(std::memory_order_relaxed) != nullptr) return;
    void* const parameters = ec_functions.duplicate(key, OSSL_KEYMGMT_SELECT_ALL_PARAMETERS);
    void* none = nullptr;
    if (!curve.parameters.compare_exchange_strong(none, parameters)) ec_functions.free(parameters);
}

/// Stands between OpenSSL's decoder and who wants the key. What is no EC key (SM2 has the same form) goes by.
int pass_on(const OSSL_PARAM* object, void* argument) {
    const Receiver& receiver = *static_cast<const Receiver*>(argument);
    const OSSL_PARAM* const type = OSSL_PARAM_locate_const(object, OSSL_OBJECT_PARAM_DATA_TYPE);
    const OSSL_PARAM* const reference = OSSL_PARAM_locate_const(object, OSSL_OBJECT_PARAM_REFERENCE);
    const char* name = nullptr;
    const bool is_ec = type != nullptr && OSSL_PARAM_get_utf8_string_ptr(type, &name) == 1 && name == "EC"sv;
    if (!is_ec || reference == nullptr) return receiver.take(object, receiver.argument);
    void* const key = ec_functions.load(reference->data, reference->data_size);
    if (key == nullptr) return 0;
    if (receiver.curve != nullptr) remember(*receiver.curve, key);
    return receiver.give(key);
}

std::string all_of(OSSL_CORE_BIO* input) {
    std::string all;
    std::array<char, 512> part;
    std::size_t got = 0;
    while (core_functions.read(input, part.data(), part.size(), &got) == 1 && got > 0)
        all.append(part.data(), got);
    return all;
}

int decode_ec_key(void* context, OSSL_CORE_BIO* input, int selection, OSSL_CALLBACK* take, void* argument,
                  OSSL_PASSPHRASE_CALLBACK* passphrase, void* passphrase_argument) {
    const std::string der = all_of(input);
    Receiver receiver{take, argument, curve_of(der)};
    if (receiver.curve != nullptr && (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0) {
        ERR_set_mark();
        void* const key = key_on(*receiver.curve, std::string_view(der).substr(receiver.curve->start.size()));
        ERR_pop_to_mark();
        if (key != nullptr) return receiver.give(key);
    }
    OSSL_CORE_BIO* const again = core_functions.new_memory(der.data(), static_cast<int>(der.size()));
    if (again == nullptr) return 0;
    const int decoded = usual_decode(context, again, selection, &pass_on, &receiver, passphrase, passphrase_argument);
    core_functions.free(again);
    return decoded;
}

/// The table with another function in the place of one, and without another one.
std::vector<OSSL_DISPATCH> changed(const OSSL_DISPATCH* table, OSSL_DISPATCH ours, int left_out) {
    std::vector<OSSL_DISPATCH> all;
    for (; table->function_id != 0; ++table) {
        if (table->function_id == left_out) continue;
        all.push_back(table->function_id == ours.function_id ? ours : *table);
    }
    all.push_back({0, nullptr});
    return all;
}

bool find_functions(const OSSL_DISPATCH* from_core, const OSSL_DISPATCH* decoder, const OSSL_DISPATCH* keys) {
    core_functions.read = function_in<OSSL_FUNC_BIO_read_ex_fn>(from_core, OSSL_FUNC_BIO_READ_EX);
    core_functions.new_memory = function_in<OSSL_FUNC_BIO_new_membuf_fn>(from_core, OSSL_FUNC_BIO_NEW_MEMBUF);
    core_functions.free = function_in<OSSL_FUNC_BIO_free_fn>(from_core, OSSL_FUNC_BIO_FREE);
    ec_functions.load = function_in<OSSL_FUNC_keymgmt_load_fn>(keys, OSSL_FUNC_KEYMGMT_LOAD);
    ec_functions.duplicate = function_in<OSSL_FUNC_keymgmt_dup_fn>(keys, OSSL_FUNC_KEYMGMT_DUP);
    ec_functions.set = function_in<OSSL_FUNC_keymgmt_set_params_fn>(keys, OSSL_FUNC_KEYMGMT_SET_PARAMS);
    ec_functions.free = function_in<OSSL_FUNC_keymgmt_free_fn>(keys, OSSL_FUNC_KEYMGMT_FREE);
    usual_decode = function_in<OSSL_FUNC_decoder_decode_fn>(decoder, OSSL_FUNC_DECODER_DECODE);
    return core_functions.read != nullptr && core_functions.new_memory != nullptr && core_functions.free != nullptr &&
           ec_functions.load != nullptr && ec_functions.duplicate != nullptr && ec_functions.set != nullptr &&
           ec_functions.free != nullptr && usual_decode != nullptr;
}

}  // namespace

void hasten_ec_keys(const OSSL_DISPATCH* from_core, OSSL_ALGORITHM& decoder, OSSL_ALGORITHM& keys) {
    if (!find_functions(from_core, decoder.implementation, keys.implementation)) return;
    // An object of ours is for our own `load`, never for the default provider's export of its objects.
    static const std::vector<OSSL_DISPATCH> our_decoder =
        changed(decoder.implementation, {OSSL_FUNC_DECODER_DECODE, reinterpret_cast<void (*)()>(&decode_ec_key)},
                OSSL_FUNC_DECODER_EXPORT_OBJECT);
    static const std::vector<OSSL_DISPATCH> our_keys =
        changed(keys.implementation, {OSSL_FUNC_KEYMGMT_LOAD, reinterpret_cast<void (*)()>(&load_ec_key)}, 0);
    decoder.implementation = our_decoder.data();
    keys.implementation = our_keys.data();
}

}  // namespace mxfleet
