#include "agent/service/routes.hpp"

#include <algorithm>

#include "agent/service/history.hpp"
#include "agent/service/list_query.hpp"
#include "agent/service/page.hpp"
#include "agent/show/discovery.hpp"
#include "agent/show/flow_json.hpp"
#include "agent/show/metrics_page.hpp"
#include "agent/show/probe_page.hpp"
#include "agent/show/service_json.hpp"
#include "agent/version.hpp"
#include "agent/web/content.hpp"
#include "config/domain_name.hpp"
#include "config/rules.hpp"
#include "probes/model/shard.hpp"

namespace mxfleet {
namespace {

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

ExpositionFormat format_for(const HttpRequest& request) {
    const bool openmetrics = metrics_format(request.list_field("accept")) == MetricsFormat::openmetrics;
    return openmetrics ? ExpositionFormat::openmetrics : ExpositionFormat::text;
}

/// A producer must be copyable by nobody; the page it writes moves with it.
HttpResponse metrics(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto part = read_part(request);
    if (!part) return json_error(400, part.error());
    const ExpositionFormat format = format_for(request);
    subjects.metrics.set_oldest_overdue(subjects.agent.oldest_overdue());
    subjects.metrics.set_in_flight(ProbeKind::session, subjects.agent.sessions_in_flight());
    subjects.metrics.set_in_flight(ProbeKind::dns, subjects.agent.lookups_in_flight());
    subjects.metrics.set_in_flight(ProbeKind::mta_sts, subjects.agent.policies_in_flight());
    subjects.metrics.set_in_flight(ProbeKind::service, subjects.agent.services_in_flight());
    auto fleet = subjects.agent.fleet().read();
    subjects.metrics.set_targets(TargetKind::service, fleet->services.size());
    subjects.metrics.set_in_flight(ProbeKind::flow, subjects.agent.flows_in_flight());
    subjects.metrics.set_targets(TargetKind::flow, fleet->flows.size());
    auto page = std::make_unique<MetricsPage>(subjects.metrics, std::move(fleet), format, *part);
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

// ---- The fleet ------------------------------------------------------------------------------------------------------

HttpResponse fleet_at_a_glance(const RouteSubjects& subjects) {
    const Settings settings = subjects.settings();
    Json glance = {{"version", version},
                   {"vantage", settings.agent.vantage},
                   {"ready", subjects.agent.is_ready()},
                   {"allow_check", settings.web.allow_check}};
    glance.update(fleet_json(*subjects.agent.fleet().read()));
    return json(glance);
}

using List = Json (*)(const Fleet&, const ListQuery&);

HttpResponse list(const RouteSubjects& subjects, const HttpRequest& request, List made_by) {
    const auto query = read_list_query(request);
    if (!query) return json_error(400, query.error());
    return json(made_by(*subjects.agent.fleet().read(), *query));
}

HttpResponse service(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto fleet = subjects.agent.fleet().read();
    const auto name_of = [](const auto& cell) { return cell->name.text(); };
    const auto found = std::ranges::find(fleet->services, request.parameter, name_of);
    if (found == fleet->services.end()) return json_error(404, "no service of that name is watched here");
    return json(service_json(*(*found)->status.read(), Transcripts::shown));
}

HttpResponse flow(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto fleet = subjects.agent.fleet().read();
    const auto name_of = [](const auto& cell) { return cell->name.text(); };
    const auto found = std::ranges::find(fleet->flows, request.parameter, name_of);
    if (found == fleet->flows.end()) return json_error(404, "no flow of that name is watched here");
    return json(flow_json(*(*found)->status.read(), Transcripts::shown));
}

// ---- One domain -----------------------------------------------------------------------------------------------------

/// Of several agents each knows its part only; which one has the domain's DNS can be told all the same.
std::string not_here(std::string_view domain, const ShardSettings& shard) {
    std::string said = "this domain is not configured";
    if (shard.count == 1) return said;
    const std::string owner = std::to_string(shard_of(domain, shard.count)) + "/" + std::to_string(shard.count);
    return said + ", or shard " + std::to_string(shard.index) +
           " has no part of it; its DNS is looked after by shard " + owner;
}

/// The domain of that name, however it is written; null: it is not here.
std::shared_ptr<DomainCell> domain_in(const Fleet& fleet, std::string_view written) {
    const auto wanted = normalise_domain(written);
    if (!wanted) return nullptr;
    const auto name_of = [](const auto& cell) { return cell->name.text(); };
    const auto found = std::ranges::lower_bound(fleet.domains, *wanted, {}, name_of);
    return found != fleet.domains.end() && (*found)->name == *wanted ? *found : nullptr;
}

HttpResponse unknown_domain(const Fleet& fleet, std::string_view written, int status) {
    const auto wanted = normalise_domain(written);
    return json_error(status, wanted ? not_here(*wanted, fleet.shard) : "that is no name of a domain");
}

/// Of everybody; with `domain` (empty: none is meant), of it and of the exchanges that it has now.
HttpResponse changes(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto query = read_list_query(request);
    if (!query) return json_error(400, query.error());
    ChangesQuery wanted{.names = {}, .before = {}, .limit = query->limit};
    if (!query->after.empty()) {
        wanted.before = number_in(query->after);
        if (!wanted.before) return json_error(400, "after is the `next` of the page before");
    }
    if (const auto domain = request.parameter_of("domain").value_or(""); !domain.empty()) {
        const auto fleet = subjects.agent.fleet().read();
        const auto cell = domain_in(*fleet, domain);
        if (!cell) return unknown_domain(*fleet, domain, 404);
        wanted.names.emplace_back(cell->name);
        for (const DomainLink& link : cell->status.read()->links)
            wanted.names.emplace_back(link.endpoint->key.mx);
    }
    return json(subjects.changes.json(wanted));
}

Report report_of(const DomainCell& cell, const Fleet& fleet) {
    Report report;
    report.view = DomainView::read(cell);
    report.checked_at = report.view.status->checked_at;
    for (const auto& endpoint : report.view.endpoints) {
        report.checked_at = std::max(report.checked_at, endpoint->checked_at);
    }
    report.extra = fleet.agent_findings;
    return report;
}

HttpResponse domain(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto fleet = subjects.agent.fleet().read();
    const auto cell = domain_in(*fleet, request.parameter);
    if (!cell) return unknown_domain(*fleet, request.parameter, 404);
    const Report report = report_of(*cell, *fleet);
    Json document = report_json(report, Transcripts::shown);
    if (subjects.state != nullptr) add_history(document, report.view, *subjects.state);
    return json(document);
}

HttpResponse probe(const RouteSubjects& subjects, const HttpRequest& request) {
    const auto target = request.parameter_of("target");
    if (!target || target->empty()) return json_error(400, "target is missing: ?target=DOMAIN");
    const auto fleet = subjects.agent.fleet().read();
    const auto cell = domain_in(*fleet, *target);
    if (!cell) return unknown_domain(*fleet, *target, 400);
    if (request.parameter_of("debug") == "true") return text(probe_debug_text(report_of(*cell, *fleet)));
    const ExpositionFormat format = format_for(request);
    return {200, std::string(content_type(format)), probe_page(*cell, format), {{"Vary", "Accept"}}};
}

HttpResponse check(const RouteSubjects& subjects, const HttpRequest& request) {
    if (!subjects.settings().web.allow_check) return json_error(403, "web.allow_check is off");
    const auto wanted = request.parameter_of("domain");
    if (!wanted || wanted->empty()) return json_error(400, "domain is missing: ?domain=DOMAIN");
    const auto fleet = subjects.agent.fleet().read();
    const auto cell = domain_in(*fleet, *wanted);
    if (!cell) return unknown_domain(*fleet, *wanted, 404);
    const CheckAnswer answer = subjects.agent.check(*cell->status.read());
    switch (answer.kind) {
        case CheckAnswer::Kind::begun: {
            HttpResponse begun = json({{"domain", cell->name}});
            begun.status = 202;
            return begun;
        }
        case CheckAnswer::Kind::running: return json_error(409, "a check of this domain is running");
        case CheckAnswer::Kind::no_answer: return json_error(503, "the agent is too busy");
        case CheckAnswer::Kind::too_soon: break;
    }
    HttpResponse refused = json_error(429, "its servers were visited a moment ago");
    const auto wait = std::chrono::ceil<std::chrono::seconds>(std::max(answer.wait, Duration{1}));
    refused.fields.push_back({"Retry-After", std::to_string(wait.count())});
    return refused;
}

}  // namespace

std::vector<Route> make_routes(const RouteSubjects& subjects) {
    const auto get = [](std::string path, std::string label, HttpHandler handler) {
        return Route{Method::get, std::move(path), std::move(label), std::move(handler)};
    };
    std::vector<Route> routes;
    routes.push_back(get("/", "page", [](const HttpRequest&) { return status_page(); }));
    routes.push_back(
        get("/metrics", "metrics", [&](const HttpRequest& request) { return metrics(subjects, request); }));
    routes.push_back(get("/sd", "sd", [&](const HttpRequest& request) { return discovery(subjects, request); }));
    routes.push_back(get("/-/healthy", "healthy", [](const HttpRequest&) { return text("Healthy.\n"); }));
    routes.push_back(get("/-/ready", "ready", [&](const HttpRequest&) { return ready(subjects.agent); }));
    routes.push_back(get("/config", "config", [&](const HttpRequest&) {
        return HttpResponse{200, "application/toml; charset=utf-8", subjects.config_toml(), {}};
    }));
    routes.push_back(get("/probe", "probe", [&](const HttpRequest& request) { return probe(subjects, request); }));
    routes.push_back(get("/api/v1/fleet", "fleet", [&](const HttpRequest&) { return fleet_at_a_glance(subjects); }));
    const auto add_list = [&](std::string path, std::string label, List made_by) {
        routes.push_back(get(std::move(path), std::move(label), [&subjects, made_by](const HttpRequest& request) {
            return list(subjects, request, made_by);
        }));
    };
    add_list("/api/v1/domains", "domains", domains_json);
    add_list("/api/v1/findings", "findings", findings_json);
    add_list("/api/v1/endpoints", "endpoints", endpoints_json);
    add_list("/api/v1/services", "services", services_json);
    routes.push_back(get("/api/v1/services/{name}", "service",
                         [&](const HttpRequest& request) { return service(subjects, request); }));
    add_list("/api/v1/flows", "flows", flows_json);
    routes.push_back(
        get("/api/v1/flows/{name}", "flow", [&](const HttpRequest& request) { return flow(subjects, request); }));
    routes.push_back(
        get("/api/v1/changes", "changes", [&](const HttpRequest& request) { return changes(subjects, request); }));
    routes.push_back(get("/api/v1/domains/{domain}", "domain",
                         [&](const HttpRequest& request) { return domain(subjects, request); }));
    routes.push_back(Route{Method::post, "/api/v1/check", "check",
                           [&](const HttpRequest& request) { return check(subjects, request); }});
    Route reloading{Method::post, "/-/reload", "reload", [&](const HttpRequest&) { return reload(subjects); }};
    reloading.slow = true;
    routes.push_back(std::move(reloading));
    return routes;
}

}  // namespace mxfleet
