#include "tests/lab/zone.hpp"

#include <openssl/x509.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "tests/lab/dns_name.hpp"

namespace mxfleet::lab {
namespace {

template <class Bytes>
std::string as_text(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

/// `_2525._tcp.` of any port becomes `_port._tcp.`.
std::string at_any_port(std::string_view name) {
    const auto above = parent(name);
    const bool is_tcp = above && above->starts_with(std::string("\x04") + "_tcp") && name.size() > 1 && name[1] == '_';
    return is_tcp ? std::string("\x05") + "_port" + std::string(*above) : std::string(name);
}

std::vector<unsigned char> der_of(X509* certificate, int selector) {
    unsigned char* begin = nullptr;
    const int size =
        selector == 0 ? i2d_X509(certificate, &begin) : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &begin);
    if (size <= 0) throw std::runtime_error("a certificate that cannot be written");
    std::vector<unsigned char> der(begin, begin + size);
    OPENSSL_free(begin);
    return der;
}

}  // namespace

std::string tlsa_data(std::string_view text, X509* certificate) {
    const std::string data{static_cast<char>(text[0] - '0'), static_cast<char>(text[2] - '0'),
                           static_cast<char>(text[4] - '0')};
    constexpr std::size_t sha256_bytes = 32;
    if (text.ends_with("other")) return data + std::string(sha256_bytes, 'x');
    const auto der = der_of(certificate, text[2] - '0');
    std::array<unsigned char, sha256_bytes> digest{};
    EVP_Digest(der.data(), der.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return data + as_text(digest);
}

std::string tlsa_owner(std::string_view host) {
    return "_port._tcp." + std::string(host);
}

RecordType address_type(const asio::ip::address& address) {
    return address.is_v4() ? RecordType::a : RecordType::aaaa;
}

std::string address_data(const asio::ip::address& address) {
    return address.is_v4() ? as_text(address.to_v4().to_bytes()) : as_text(address.to_v6().to_bytes());
}

std::string name_data(std::string_view name) {
    return wire_name(name);
}

std::string mx_data(int preference, std::string_view exchange) {
    std::string data{static_cast<char>(preference >> 8), static_cast<char>(preference & 0xff)};
    return data + wire_name(exchange);
}

std::string txt_data(std::string_view text) {
    return static_cast<char>(text.size()) + std::string(text);
}

void Zone::add_apex(std::string_view name) {
    apexes_.push_back(wire_name(name));
    nodes_.try_emplace(apexes_.back());
}

void Zone::add(std::string_view owner, RecordType type, std::string data) {
    const std::string name = wire_name(owner);
    nodes_[name].push_back({type, std::move(data)});
    const std::string apex = apex_of(name);
    for (auto above = parent(name); above && *above != apex; above = parent(*above)) {
        nodes_.try_emplace(std::string(*above));  // it exists, without records
    }
}

void Zone::add_address(std::string_view owner, const asio::ip::address& address) {
    add(owner, address_type(address), address_data(address));
    add_reverse(owner, address);
}

void Zone::add_reverse(std::string_view name, const asio::ip::address& address) {
    add(reverse_name(address), RecordType::ptr, name_data(name));
}

void Zone::set_fault(std::string_view name, DnsFault fault) {
    if (fault != DnsFault::none) faults_[wire_name(name)] = fault;
}

Found Zone::find(std::string_view name, std::uint16_t type) const {
    constexpr int most_aliases = 8;
    Found found{.apex = apex_of(name)};
    if (found.apex.empty()) return found;
    found.fault = fault_of(name);
    found.is_signed = is_signed(name);
    std::string owner(name);
    for (int hop = 0; hop <= most_aliases; ++hop) {
        Node computed;
        const Node* const data = node(at_any_port(owner), computed);
        found.outcome = data ? Found::Outcome::no_data : Found::Outcome::no_name;
        if (!data) return found;
        const Data* alias = nullptr;
        for (const Data& record : *data) {
            if (record.type == RecordType::cname) alias = &record;
            if (std::to_underlying(record.type) != type) continue;
            found.outcome = Found::Outcome::records;
            found.records.push_back({owner, record.type, record.data});
        }
        if (!alias || found.outcome == Found::Outcome::records) return found;
        found.records.push_back({owner, alias->type, alias->data});
        owner = std::string(alias->data);
        found.apex = apex_of(owner);
    }
    return found;
}

std::string Zone::apex_of(std::string_view name) const {
    for (const std::string& apex : apexes_) {
        std::optional<std::string_view> above = name;
        while (above && *above != apex) {
            above = parent(*above);
        }
        if (above) return apex;
    }
    return {};
}

bool Zone::is_signed(std::string_view name) const {
    for (std::optional<std::string_view> above = name; above; above = parent(*above)) {
        if (signed_.contains(*above)) return true;
    }
    return false;
}

DnsFault Zone::fault_of(std::string_view name) const {
    for (std::optional<std::string_view> above = name; above; above = parent(*above)) {
        if (const auto entry = faults_.find(*above); entry != faults_.end()) return entry->second;
    }
    return DnsFault::none;
}

const Zone::Node* Zone::node(std::string_view name, Node& computed) const {
    const auto entry = nodes_.find(name);
    if (entry != nodes_.end()) return &entry->second;
    if (!fleet_.is_empty() && compute(name_text(name), computed)) return &computed;
    return nullptr;
}

bool Zone::compute(const std::string& name, Node& computed) const {
    if (const auto reverse = address_of_reverse(name)) {
        const auto member = member_at(*reverse, fleet_);
        if (member) computed = {{RecordType::ptr, name_data(exchange_of(*member))}};
        return member.has_value();
    }
    const auto known = fleet_name(name, fleet_);
    if (!known) return false;
    computed = known->is_exchange ? Node{{RecordType::a, address_data(address_of(known->member))}}
                                  : Node{{RecordType::mx, mx_data(10, exchange_of(known->member))}};
    return true;
}

}  // namespace mxfleet::lab
