// What the lab's DNS knows: a table of names, the fleet's computed ones, and which names are treated badly. It answers
// questions with records; messages are none of its business.
#pragma once

#include <openssl/types.h>

#include <asio/ip/address.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/lab/condition.hpp"
#include "tests/lab/dns_name.hpp"
#include "tests/lab/fleet.hpp"

namespace mxfleet::lab {

/// RFC 1035 §3.2.2, RFC 3596.
enum class RecordType : std::uint16_t { a = 1, cname = 5, soa = 6, ptr = 12, mx = 15, txt = 16, aaaa = 28, tlsa = 52 };

RecordType address_type(const asio::ip::address& address);
std::string address_data(const asio::ip::address& address);  ///< of an A or AAAA record
std::string name_data(std::string_view name);                ///< of CNAME and PTR
std::string mx_data(int preference, std::string_view exchange);
std::string txt_data(std::string_view text);  ///< at most 255 bytes

/// `text` as in a condition: "3 1 1 own", of `certificate`, or "3 1 1 other".
std::string tlsa_data(std::string_view text, X509* certificate);
/// Where the TLSA records of a host stand: asked for at any port, for the lab may be at any.
std::string tlsa_owner(std::string_view host);

struct ResourceRecord {
    std::string owner;  ///< wire format
    RecordType type = RecordType::a;
    std::string data;
};

struct Found {
    enum class Outcome : std::uint8_t { records, no_data, no_name, outside };

    Outcome outcome = Outcome::outside;
    DnsFault fault = DnsFault::none;
    std::vector<ResourceRecord> records = {};  ///< a chain of aliases first
    bool is_signed = false;
    std::string apex = {};  ///< of the zone that the last name of the chain is in, wire format
};

class Zone {
public:
    /// A name below which the lab is authoritative.
    void add_apex(std::string_view name);

    void add(std::string_view owner, RecordType type, std::string data);
    /// A and PTR, or AAAA and PTR, as a confirmed pair.
    void add_address(std::string_view owner, const asio::ip::address& address);
    /// The PTR alone.
    void add_reverse(std::string_view name, const asio::ip::address& address);

    /// For the name and all below it.
    void set_fault(std::string_view name, DnsFault fault);
    /// Answers about the name and all below it are secure.
    void set_signed(std::string_view name) { signed_.insert(wire_name(name)); }
    void set_fleet(FleetSize size) { fleet_ = size; }

    /// `name` in wire format and lower case. Follows aliases within the zone, at most eight.
    Found find(std::string_view name, std::uint16_t type) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct Data {
        RecordType type;
        std::string data;
    };
    using Node = std::vector<Data>;  ///< empty: only names below it have records

    std::string apex_of(std::string_view name) const;
    DnsFault fault_of(std::string_view name) const;
    bool is_signed(std::string_view name) const;
    /// The node of a name; the computed ones are put into `computed`.
    const Node* node(std::string_view name, Node& computed) const;
    bool compute(const std::string& name, Node& computed) const;

    std::vector<std::string> apexes_;
    std::unordered_map<std::string, Node, Hash, std::equal_to<>> nodes_;
    std::map<std::string, DnsFault, std::less<>> faults_;
    std::set<std::string, std::less<>> signed_;
    FleetSize fleet_;
};

}  // namespace mxfleet::lab
