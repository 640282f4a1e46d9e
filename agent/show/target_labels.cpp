#include "agent/show/target_labels.hpp"

#include <array>
#include <charconv>

#include "probes/wire/exposition.hpp"

namespace mxfleet {
namespace {

/// What the labels of most endpoints need.
constexpr std::size_t usual_size = 112;

void append_labels(std::string& out, const EndpointKey& endpoint) {
    std::array<char, 5> port;  // the longest is 65535
    const auto end = std::to_chars(port.data(), port.data() + port.size(), endpoint.port).ptr;
    append_label(out, "mx", endpoint.mx);
    out += ',';
    append_label(out, "ip", endpoint.ip.text());
    out += ',';
    append_label(out, "port", {port.data(), end});
}

void append_labels(std::string& out, const SharedText& domain) {
    append_label(out, "domain", domain);
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
