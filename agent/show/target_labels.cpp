#include "agent/show/target_labels.hpp"

#include <charconv>
#include <cstring>

#include "probes/wire/exposition.hpp"

namespace mxfleet {
namespace {

/// What the labels of most endpoints need.
constexpr std::size_t usual_size = 112;
/// What an endpoint's labels need besides the name of the exchange: the address has 45 characters at most, the port 5.
constexpr std::size_t room_beside_name = 80;

/// Hardly any name has something to be escaped. To see that takes a fraction of the time in which its letters are gone
/// through one by one, and a page has thousands.
bool is_plain(std::string_view name) {
    return name.find('\\') == name.npos && name.find('"') == name.npos && name.find('\n') == name.npos;
}

char* put(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

void append_labels(std::string& out, const EndpointKey& endpoint) {
    const std::string_view mx = endpoint.mx;
    const std::string ip = endpoint.ip.text();
    if (mx.empty() || !is_plain(mx)) {
        out += label_text({{"mx", mx}, {"ip", ip}, {"port", std::to_string(endpoint.port)}});
        return;
    }
    const std::size_t before = out.size();
    out.resize_and_overwrite(before + mx.size() + room_beside_name, [&](char* begin, std::size_t size) {
        char* at = put(begin + before, "mx=\"");
        at = put(at, mx);
        at = put(at, "\",ip=\"");
        at = put(at, ip);
        at = put(at, "\",port=\"");
        at = std::to_chars(at, begin + size, endpoint.port).ptr;
        *at++ = '"';
        return at - begin;
    });
}

void append_labels(std::string& out, const SharedText& domain) {
    if (!is_plain(domain)) return append_label(out, "domain", domain);
    out.append("domain=\"").append(domain.text()).append("\"");
}

}  // namespace

std::string target_labels(const EndpointKey& endpoint) {
    std::string labels;
    append_labels(labels, endpoint);
    return labels;
}

std::string target_labels(const SharedText& domain) {
    std::string labels;
    append_labels(labels, domain);
    return labels;
}

void LabelsOfTargets::reserve(std::size_t targets) {
    text_.reserve(targets * usual_size);
    ends_.reserve(targets);
}

void LabelsOfTargets::add(const EndpointKey& endpoint) {
    append_labels(text_, endpoint);
    ends_.push_back(text_.size());
}

void LabelsOfTargets::add(const SharedText& domain) {
    append_labels(text_, domain);
    ends_.push_back(text_.size());
}

}  // namespace mxfleet
