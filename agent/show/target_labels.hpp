// What all series of one target have in common: an endpoint's mx, ip and port, a domain's name. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "probes/model/endpoint.hpp"
#include "probes/model/shared_text.hpp"

namespace mxfleet {

/// As label_text makes them.
std::string target_labels(const EndpointKey& endpoint);
std::string target_labels(const SharedText& domain);

/// The labels of a page's targets, laid out once in one block: a page comes to each of them once for every family. A
/// fleet that kept them between two pages would hold them for nothing.
class LabelsOfTargets {
public:
    /// So many are about to be added.
    void reserve(std::size_t targets);
    void add(const EndpointKey& endpoint);
    void add(const SharedText& domain);

    bool empty() const { return ends_.empty(); }

    /// Of the target that was added so many after the first. As long as nothing is added.
    std::string_view operator[](std::size_t at) const {
        const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
        return {text_.data() + begin, ends_[at] - begin};
    }

private:
    std::string text_;
    std::vector<std::size_t> ends_;
};

}  // namespace mxfleet
