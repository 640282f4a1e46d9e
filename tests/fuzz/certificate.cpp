// libFuzzer: any bytes as a certificate in DER. What is read of it is bounded and can be shown.
#include <openssl/err.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "probes/io/certificate_facts.hpp"
#include "probes/io/tls_client.hpp"
#include "probes/tls/findings.hpp"

namespace {

using namespace mxfleet;

using Certificate = std::unique_ptr<X509, Freeing<&X509_free>>;

void require(bool holds) {
    if (!holds) std::abort();
}

void require_shown(std::string_view text) {
    require(text.size() <= 512);
    require(std::ranges::none_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }));
}

void judge(const CertificateFacts& leaf) {
    ChainFacts chain;
    chain.sent = {leaf};
    const TlsFacts facts{"TLSv1.3", "cipher", std::make_shared<const ChainFacts>(std::move(chain)), false};
    const CertificateTerms terms{"mx.example.com", WallTime{std::chrono::days{20'000}}, {}, {}, false};
    for (const Statement& statement : judge_certificate(facts, terms))
        require(statement.summary.text().find('\n') == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const unsigned char* at = data;
    const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(size)));
    ERR_clear_error();
    if (!certificate) return 0;
    const CertificateFacts facts = read_certificate(certificate.get());
    for (const std::string& text : {facts.subject, facts.issuer, facts.issuer_common_name, facts.key, facts.signature})
        require_shown(text);
    require(facts.names.size() <= 100 && facts.sha256.size() == 64);
    for (const std::string& name : facts.names) {
        require_shown(name);
        covers(name, "mx.example.com");
    }
    judge(facts);
    ERR_clear_error();
    return 0;
}
