// Any reply to EHLO: what is kept for people is bounded and printable, and one that is remembered reads the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probes/wire/ehlo.hpp"
#include "probes/wire/printable.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mxfleet::SmtpReply reply;
    reply.code = 250;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (!rest.empty() && reply.lines.size() < mxfleet::reply_lines_limit) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        reply.lines.emplace_back(rest.substr(0, std::min(end, mxfleet::reply_line_limit)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const mxfleet::Capabilities capabilities = mxfleet::read_capabilities(reply);
    if (capabilities.keywords.size() > mxfleet::kept_keywords_limit) std::abort();
    if (capabilities.unknown > reply.lines.size()) std::abort();
    if (capabilities.size_limit && !capabilities.has(mxfleet::Capability::size)) std::abort();
    for (const std::string& keyword : capabilities.keywords) {
        if (keyword.size() > mxfleet::shown_line_limit || mxfleet::printable(keyword) != keyword) std::abort();
    }
    mxfleet::OfferReader offers;
    for (int time = 0; time < 2; ++time) {
        const mxfleet::Offer offer = offers.read(reply);
        if (*offer.inside_tls != capabilities) std::abort();
        if (offer.before_tls->has(mxfleet::Capability::auth_before_tls) != capabilities.plaintext_auth) std::abort();
    }
    return 0;
}
