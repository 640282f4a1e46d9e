// Reads the elliptic-curve keys of certificates for OpenSSL, at a fraction of what its own decoder takes.
#pragma once

#include <openssl/core.h>

namespace mxfleet {

/// Puts a quicker decoder in place of the default provider's for EC keys in DER SubjectPublicKeyInfo, and with it
/// management of EC keys that takes what it has read. What they make of a key, and which keys they refuse, is the same.
/// `from_core` is what OpenSSL hands a provider. Leaves both as they are where OpenSSL lacks a function that this
/// needs. For one provider; the tables live as long as the program.
void hasten_ec_keys(const OSSL_DISPATCH* from_core, OSSL_ALGORITHM& decoder, OSSL_ALGORITHM& keys);

}  // namespace mxfleet
