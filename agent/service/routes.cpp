#include "agent/service/routes.hpp"

#include <algorithm>
#include <charconv>

#include "agent/show/discovery.hpp"
#include "agent/show/metrics_page.hpp"
#include "agent/show/report_json.hpp"
#include "agent/version.hpp"
#include "agent/web/content.hpp"
#include "agent/web/text.hpp"
#include "config/domain_name.hpp"
#include "config/rules.hpp"
#include "probes/model/shard.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t page_default = 100;
constexpr std::size_t page_limit = 1000;

constexpr const char* text_type = "text/plain; charset=utf-8";
constexpr const char* json_type = "application/json; charset=utf-8";

HttpResponse text(std::string body) {
    return {200, text_type, std::move(body), {}};
}

HttpResponse json(const Json& document) {
    return {200, json_type, json_text(document) + "\n", {}};
}

std::expected<PagePart, std::string> read_part(const HttpRequest& request) {
    PagePart part;
    if (const auto text = request.parameter_of("shard")) {
        const auto shard = parse_shard(*text, "");
        if (!shard) {
            return std::unexpected("shard is INDEX/COUNT, with INDEX below COUNT, and COUNT at most " +
                                   std::to_string(shard_limit));
        }
        part.shard = {shard->index, shard->count};
    }
    if (const auto detail = request.parameter_of("detail")) {
        if (*detail != "core" && *detail != "full") return std::unexpected("detail is core or full");
        part.detail = *detail == "core" ? Detail::core : Detail::full;
    }
    return part;
}

/// A producer must be copyable by nobody; the page it writes moves with it.
HttpResponse metrics(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto part = read_part(request);
    if (!part) return json_error(400, part.error());
    const bool openmetrics = metrics_format(request.list_field("accept")) == MetricsFormat::openmetrics;
    const ExpositionFormat format = openmetrics ? ExpositionFormat::openmetrics : ExpositionFormat::text;
    subjects.metrics.set_oldest_overdue(subjects.agent.oldest_overdue());
    subjects.metrics.set_in_flight(ProbeKind::session, subjects.agent.sessions_in_flight());
    subjects.metrics.set_in_flight(ProbeKind::dns, subjects.agent.lookups_in_flight());
    subjects.metrics.set_in_flight(ProbeKind::mta_sts, subjects.agent.policies_in_flight());
    auto page = std::make_unique<MetricsPage>(subjects.metrics, subjects.agent.fleet().read(), format, *part);
    BodyProducer body = [page = std::move(page)](std::string& piece) { return page->next(piece); };
    return {200, std::string(content_type(format)), std::move(body), {{"Vary", "Accept, Accept-Encoding"}}};
}

/// Prometheus reaches the shards where it reached us.
HttpResponse discovery(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto address = request.field("host");
    if (!address || address->empty()) return json_error(400, "without a Host field the targets have no address");
    if (const auto wanted = request.parameter_of("shards")) {
        const auto shard = parse_shard("0/" + std::string(*wanted), "");
        if (!shard) return json_error(400, "shards is a number from 1 to " + std::to_string(shard_limit));
        return json(discovery_json(*address, shard->count));
    }
    const auto fleet = subjects.agent.fleet().read();
    // A fleet that is still becoming known would be divided anew again and again. On an error Prometheus keeps the
    // targets that it had.
    constexpr std::size_t small = 500;
    const bool is_small = !fleet->domains.empty() && fleet->domains.size() <= small;
    if (!is_small && !subjects.agent.is_ready()) {
        return json_error(503, "the size of the fleet is not known yet; ?shards=N does not depend on it");
    }
    return json(discovery_json(*address, shards_for(fleet->domains.size(), fleet->endpoints.size())));
}

HttpResponse ready(const Agent& agent) {
    if (agent.is_ready()) return text("Ready.\n");
    return json_error(503, "not every domain has been looked at yet");
}

HttpResponse reload(const RouteSubjects& subjects) {
    const auto outcome = subjects.reload();
    if (outcome) return text("Reloaded.\n");
    std::string errors = "the configuration was not reloaded, the old one stays";
    for (const std::string& error : outcome.error())
        errors += "\n" + error;
    return json_error(500, errors);
}

// ---- Domains
// ---------------------------------------------------------------------------------------------------------

struct DomainFilter {
    std::string after;
    std::string verdict;
    std::string code;
    std::string part;  ///< of the name, in lower case as names are
    std::size_t limit = page_default;
};

std::string parameter(const HttpRequest& request, std::string_view name) {
    return std::string(request.parameter_of(name).value_or(""));
}

std::expected<DomainFilter, std::string> read_filter(const HttpRequest& request) {
    DomainFilter filter{parameter(request, "after"), parameter(request, "verdict"), parameter(request, "code"),
                        lower_case(parameter(request, "q")), page_default};
    if (const auto limit = request.parameter_of("limit")) {
        const char* const end = limit->data() + limit->size();
        const auto [stop, error] = std::from_chars(limit->data(), end, filter.limit);
        if (error != std::errc{} || stop != end || filter.limit == 0 || filter.limit > page_limit) {
            return std::unexpected("limit is a number from 1 to " + std::to_string(page_limit));
        }
    }
    constexpr auto verdicts = std::to_array<std::string_view>({"", "ok", "warning", "critical", "unknown"});
    if (std::ranges::find(verdicts, filter.verdict) == verdicts.end()) {
        return std::unexpected("verdict is ok, warning, critical or unknown");
    }
    if (!filter.code.empty() && !FindingCode::find(filter.code)) return std::unexpected("no finding has that code");
    return filter;
}

bool passes(const DomainView& view, const DomainFilter& filter) {
    const DomainStatus& domain = *view.status;
    if (!filter.verdict.empty() && name(domain.judgement.verdict) != filter.verdict) return false;
    if (!filter.part.empty() && domain.domain.text().find(filter.part) == std::string::npos) return false;
    if (filter.code.empty()) return true;
    const std::vector<Finding> findings = Report{view, {}, {}, {}}.findings();
    return std::ranges::any_of(findings,
                               [&](const Finding& each) { return each.statement.code.text() == filter.code; });
}

HttpResponse domains(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto filter = read_filter(request);
    if (!filter) return json_error(400, filter.error());
    const auto fleet = subjects.agent.fleet().read();
    const auto name_of = [](const auto& cell) { return cell->name.text(); };
    auto at = std::ranges::upper_bound(fleet->domains, filter->after, {}, name_of);
    if (filter->after.empty()) at = fleet->domains.begin();
    Json items = Json::array();
    Json next = nullptr;
    for (; at != fleet->domains.end(); ++at) {
        const DomainView view = DomainView::read(**at);
        if (!passes(view, *filter)) continue;
        if (items.size() == filter->limit) {
            next = items.back()["domain"];
            break;
        }
        items.push_back(domain_summary_json(view));
    }
    return json({{"items", std::move(items)}, {"next", std::move(next)}});
}

/// Of several agents each knows its part only; which one has the domain's DNS can be told all the same.
std::string not_here(std::string_view domain, const ShardSettings& shard) {
    std::string said = "this domain is not configured";
    if (shard.count == 1) return said;
    const std::string owner = std::to_string(shard_of(domain, shard.count)) + "/" + std::to_string(shard.count);
    return said + ", or shard " + std::to_string(shard.index) +
           " has no part of it; its DNS is looked after by shard " + owner;
}

HttpResponse domain(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto wanted = normalise_domain(request.parameter);
    if (!wanted) return json_error(404, "that is no name of a domain");
    const auto fleet = subjects.agent.fleet().read();
    const auto name_of = [](const auto& cell) { return cell->name.text(); };
    const auto found = std::ranges::lower_bound(fleet->domains, *wanted, {}, name_of);
    if (found == fleet->domains.end() || (*found)->name != *wanted) {
        return json_error(404, not_here(*wanted, fleet->shard));
    }
    Report report;
    report.view = DomainView::read(**found);
    report.checked_at = report.view.status->checked_at;
    for (const auto& endpoint : report.view.endpoints) {
        report.checked_at = std::max(report.checked_at, endpoint->checked_at);
    }
    report.extra = fleet->agent_findings;
    return json(report_json(report, Transcripts::shown));
}

// ---- The front door
// --------------------------------------------------------------------------------------------------

HttpResponse front_page(const RouteSubjects& subjects) {
    const auto fleet = subjects.agent.fleet().read();
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>mxfleet</title>\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;"
        "padding:0 1rem}</style></head><body>\n<h1>mxfleet</h1>\n";
    page += "<p>Version " + std::string(version) + ". Watches " + std::to_string(fleet->domains.size()) +
            " domains at " + std::to_string(fleet->endpoints.size()) + " addresses.</p>\n<ul>\n";
    constexpr auto links = std::to_array<std::pair<const char*, const char*>>({
        {"/metrics", "Metrics for Prometheus"},
        {"/api/v1/domains", "All domains"},
        {"/api/v1/domains?verdict=critical", "Domains with a critical finding"},
        {"/api/v1/domains?verdict=warning", "Domains with a warning"},
        {"/config", "The configuration in effect"},
        {"/-/healthy", "Health"},
        {"/-/ready", "Readiness"},
    });
    for (const auto& [path, title] : links) {
        page += std::string("<li><a href=\"") + path + "\">" + title + "</a></li>\n";
    }
    page += "</ul></body></html>\n";
    const HttpField policy{"Content-Security-Policy",
                           "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"};
    return {200, "text/html; charset=utf-8", std::move(page), {policy}};
}

}  // namespace

std::vector<Route> make_routes(const RouteSubjects& subjects) {
    const auto get = [](std::string path, std::string label, HttpHandler handler) {
        return Route{Method::get, std::move(path), std::move(label), std::move(handler)};
    };
    std::vector<Route> routes;
    routes.push_back(get("/", "page", [&](const HttpRequest&) { return front_page(subjects); }));
    routes.push_back(
        get("/metrics", "metrics", [&](const HttpRequest& request) { return metrics(subjects, request); }));
    routes.push_back(get("/sd", "sd", [&](const HttpRequest& request) { return discovery(subjects, request); }));
    routes.push_back(get("/-/healthy", "healthy", [](const HttpRequest&) { return text("Healthy.\n"); }));
    routes.push_back(get("/-/ready", "ready", [&](const HttpRequest&) { return ready(subjects.agent); }));
    routes.push_back(get("/config", "config", [&](const HttpRequest&) {
        return HttpResponse{200, "application/toml; charset=utf-8", subjects.config_toml(), {}};
    }));
    routes.push_back(
        get("/api/v1/domains", "domains", [&](const HttpRequest& request) { return domains(subjects, request); }));
    routes.push_back(get("/api/v1/domains/{domain}", "domain",
                         [&](const HttpRequest& request) { return domain(subjects, request); }));
    Route reloading{Method::post, "/-/reload", "reload", [&](const HttpRequest&) { return reload(subjects); }};
    reloading.slow = true;
    routes.push_back(std::move(reloading));
    return routes;
}

}  // namespace mxfleet
