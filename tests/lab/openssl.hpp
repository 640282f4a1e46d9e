// Owners for OpenSSL's objects.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace mxfleet::lab {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using X509Certificate = std::unique_ptr<X509, Release<X509_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using TlsStream = std::unique_ptr<SSL, Release<SSL_free>>;

}  // namespace mxfleet::lab
