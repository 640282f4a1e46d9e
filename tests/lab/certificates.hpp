// The lab's own certification authorities, and server contexts with certificates as good or bad as a condition wants
// them. Keys are shared between leaves, so that hundreds are made in no time; nothing secret is ever written to disk.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/openssl.hpp"
#include "tests/lab/server.hpp"

namespace mxfleet::lab {

struct Authority {
    X509Certificate certificate;
    Key key;
};

class Certificates {
public:
    /// Makes a root, an intermediate, a stranger's root and the key of most leaves. Throws std::runtime_error where
    /// OpenSSL fails, as all functions here do.
    Certificates();

    /// What a client has to trust, in PEM.
    std::string root_pem() const;

    /// For a server of this name, with this certificate besides those that the server has of its own. Keeps no
    /// sessions. Outlived by this.
    TlsContext server_context(const Server& server, const CertificateSpec& spec, const std::string& host,
                              const std::string& domain);

private:
    TlsContext context_with(const Server& server, const CertificateSpec& spec, const std::string& host,
                            const std::string& domain);
    void add_certificate(SSL_CTX* context, const CertificateSpec& spec, const std::string& host,
                         const std::string& domain);
    EVP_PKEY* leaf_key(CertificateSpec::Key kind);
    const Authority* issuer(CertificateSpec::Issuer kind) const;
    X509Certificate leaf(const CertificateSpec& spec, const std::string& host, const std::string& domain);
    void add_chain(SSL_CTX* context, const CertificateSpec& spec);

    std::time_t now_;
    Key p256_;
    Key rsa_2048_;  ///< made when first wanted, as it takes a while
    Key rsa_1024_;
    Authority root_;
    Authority intermediate_;
    Authority stranger_;
    Authority expired_root_;
    std::vector<TlsContext> nameless_;  ///< what contexts given away turn to
};

}  // namespace mxfleet::lab
