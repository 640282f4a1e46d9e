#include "agent/show/probe_page.hpp"

#include <algorithm>
#include <set>

#include "agent/show/target_labels.hpp"
#include "agent/show/terminal.hpp"

namespace mxfleet {
namespace {

/// What slowly changes stays known while the server does not answer.
const TlsFacts* tls_of(const EndpointStatus& endpoint) {
    return endpoint.last_up && endpoint.last_up->tls ? &*endpoint.last_up->tls : nullptr;
}

/// A domain that wants no mail, and says so, is well.
std::optional<bool> success(const DomainJudgement& judgement) {
    if (judgement.deliverable) return judgement.deliverable;
    return judgement.verdict == Verdict::ok ? std::optional(true) : std::nullopt;
}

Duration longest(const DomainView& view) {
    Duration session{};
    for (const auto& endpoint : view.endpoints) {
        if (endpoint->last) session = std::max(session, endpoint->last->times[Phase::total].value_or(Duration{}));
    }
    return session + (view.status->mx ? view.status->mx->lookup : Duration{});
}

std::optional<CertificateTime> earliest_expiry(const DomainView& view) {
    std::optional<CertificateTime> earliest;
    for (const auto& endpoint : view.endpoints) {
        const TlsFacts* const tls = tls_of(*endpoint);
        if (tls == nullptr || !tls->chain) continue;
        for (const CertificateFacts& certificate : tls->chain->sent)
            earliest = std::min(earliest.value_or(certificate.not_after), certificate.not_after);
    }
    return earliest;
}

/// `TLSv1.3` as that exporter writes it: `TLS 1.3`.
std::string version_text(std::string_view version) {
    if (!version.starts_with("TLSv")) return std::string(version);
    const std::string number(version.substr(4));
    return "TLS " + number + (number.find('.') == number.npos ? ".0" : "");
}

void write_probe(const DomainView& view, Exposition& page) {
    begin_family(page, metric("probe_success"));
    if (const auto succeeded = success(view.status->judgement)) page.sample({}, *succeeded ? 1 : 0);
    begin_family(page, metric("probe_duration_seconds"));
    page.sample({}, seconds(longest(view)));
    begin_family(page, metric("probe_ssl_earliest_cert_expiry"));
    if (const auto expiry = earliest_expiry(view)) page.sample({}, unix_seconds(*expiry));
    begin_family(page, metric("probe_tls_version_info"));
    std::set<std::string> versions;
    for (const auto& endpoint : view.endpoints) {
        if (const TlsFacts* const tls = tls_of(*endpoint)) versions.insert(version_text(tls->version));
    }
    for (const std::string& version : versions)
        page.sample({}, "version", version, 1);
}

}  // namespace

std::string probe_page(const DomainCell& cell, ExpositionFormat format) {
    const DomainView view = DomainView::read(cell);
    Exposition page(format);
    const PageShard everything;
    write_probe(view, page);
    const std::string labels = target_labels(cell.name);
    for (const DomainMetric& family : domain_metrics()) {
        begin_family(page, family.row);
        TargetSamples samples(page, labels, everything);
        family.write(*view.status, samples);
    }
    LabelsOfTargets labels_of_endpoints;
    for (const auto& endpoint : view.endpoints)
        labels_of_endpoints.add(endpoint->key);
    for (const EndpointMetric& family : endpoint_metrics()) {
        begin_family(page, family.row);
        for (std::size_t at = 0; at < view.endpoints.size(); ++at) {
            TargetSamples samples(page, labels_of_endpoints[at], everything);
            family.write(*view.endpoints[at], samples);
        }
    }
    page.end();
    return page.take();
}

std::string probe_debug_text(const Report& report) {
    return terminal_text(report, {.colour = false, .transcripts = Transcripts::shown});
}

}  // namespace mxfleet
