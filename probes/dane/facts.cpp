#include "probes/dane/facts.hpp"

namespace mxfleet {

SharedTlsa tlsa_without_records(TlsaState state) {
    static const auto none = [](TlsaState each) { return std::make_shared<const TlsaFacts>(TlsaFacts{.state = each}); };
    static const SharedTlsa absent = none(TlsaState::absent);
    static const SharedTlsa insecure = none(TlsaState::insecure);
    return state == TlsaState::absent ? absent : state == TlsaState::insecure ? insecure : none(state);
}

std::string tlsa_name(std::string_view base, std::uint16_t port) {
    return "_" + std::to_string(port) + "._tcp." + std::string(base);
}

std::string text_of(const TlsaRecord& record) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = std::to_string(record.usage) + " " + std::to_string(record.selector) + " " +
                       std::to_string(record.matching) + " ";
    for (const std::uint8_t byte : record.data) {
        if (text.size() + 2 > tlsa_text_limit) break;
        text += digits[byte >> 4];
        text += digits[byte & 0xF];
    }
    return text;
}

}  // namespace mxfleet
