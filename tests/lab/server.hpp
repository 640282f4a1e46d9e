// How one SMTP server behaves, as data. What is not said is healthy.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/recipients.hpp"
#include "tests/lab/step.hpp"

namespace mxfleet::lab {

using std::chrono::days;

/// One leaf certificate and what is sent along. `{host}` and `{domain}` in names become the server's own.
struct CertificateSpec {
    enum class Key : std::uint8_t { p256, rsa_2048, rsa_1024 };
    enum class Issuer : std::uint8_t { intermediate, stranger, itself };  ///< stranger: a root of nobody's store
    enum class Sent : std::uint8_t { chain, leaf_only, expired_extra, hundred, megabyte };  ///< besides the leaf
    enum class Digest : std::uint8_t { sha256, sha1 };

    std::vector<std::string> names = {"{host}"};  ///< subjectAltName dNSName; empty: no such extension
    std::string common_name = "{host}";
    days valid_from{-30};  ///< from the start of the lab
    days valid_until{90};
    Key key = Key::p256;
    Issuer issuer = Issuer::intermediate;
    Sent sent = Sent::chain;
    Digest digest = Digest::sha256;  ///< of the signature
};

enum class TlsVersions : std::uint8_t { modern, only_1_2, only_legacy, all };  ///< legacy: 1.0 and 1.1

/// Whether a server wants to see the client's certificate.
enum class ClientCertificate : std::uint8_t { not_wanted, asked_for, demanded };

/// When a server turns a connection away with 421.
enum class Busy : std::uint8_t { never, every_second_connection, with_one_connection };

inline std::vector<std::string> usual_capabilities() {
    return {"PIPELINING", "SIZE 10240000", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "CHUNKING", "SMTPUTF8"};
}

struct Server {
    Reply greeting = {say("220 {host} ESMTP\r\n")};
    /// By verb; what a healthy server does where there is none.
    std::map<std::string, Reply, std::less<>> answers = {};
    /// The same, outside TLS only, and stronger.
    std::map<std::string, Reply, std::less<>> answers_before_tls = {};
    std::vector<std::string> capabilities = usual_capabilities();  ///< without STARTTLS
    std::vector<std::string> capabilities_in_tls = {};             ///< empty: the same
    bool offers_starttls = true;                                   ///< outside TLS
    RecipientRule recipient = own_recipients;
    SenderRule sender = every_sender;
    std::string vrfy = "252 2.0.0 Send some mail, I will try my best";  ///< the reply to VRFY
    Busy busy = Busy::never;
    /// What every second connection meets; its certificate is this one's. Null: the same.
    std::shared_ptr<const Server> every_second = {};
    bool bare_lf = false;  ///< ends its lines in LF alone
    CertificateSpec certificate = {};
    TlsVersions tls_versions = TlsVersions::modern;
    std::optional<CertificateSpec> second_certificate = {};    ///< with another kind of key
    std::optional<CertificateSpec> nameless_certificate = {};  ///< for who does not say whom they want
    ClientCertificate client_certificate = ClientCertificate::not_wanted;
};

}  // namespace mxfleet::lab
