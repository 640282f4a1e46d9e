#include "tests/unit/show/small_fleet.hpp"

#include <algorithm>
#include <sstream>

#include "agent/show/metrics_page.hpp"
#include "tests/unit/show/small_mail.hpp"

namespace mxfleet {
namespace {

using namespace std::chrono_literals;

IpAddress ip(const char* text) {
    return *IpAddress::parse(text);
}

const RelayForm& form(std::string_view id) {
    return *std::ranges::find(relay_forms, id, &RelayForm::id);
}

std::shared_ptr<const Capabilities> capabilities(std::vector<std::string> keywords,
                                                 std::initializer_list<Capability> offered) {
    Capabilities all;
    all.keywords = std::move(keywords);
    for (const Capability each : offered)
        all.offered.add(each);
    all.unknown = 1;
    all.size_limit = 10'240'000;
    return std::make_shared<const Capabilities>(std::move(all));
}

std::shared_ptr<const ChainFacts> chain(const std::string& issuer) {
    CertificateFacts leaf;
    leaf.subject = "CN=mx1.example.com";
    leaf.issuer = "CN=" + issuer;
    leaf.issuer_common_name = issuer;
    leaf.names = {"mx1.example.com"};
    leaf.not_before = std::chrono::sys_days{std::chrono::year{2026} / 10 / 1};
    leaf.not_after = std::chrono::sys_days{std::chrono::year{2026} / 12 / 5};
    leaf.key = "EC P-256";
    leaf.signature = "ecdsa-with-SHA256";
    leaf.sha256 = std::string(64, 'a');
    ChainFacts facts;
    facts.sent = {leaf};
    facts.trusted = true;
    facts.dates = true;
    facts.chain_complete = true;
    facts.not_after = leaf.not_after;
    return std::make_shared<const ChainFacts>(std::move(facts));
}

/// `said` stands for whatever the server and its certificate say in words.
std::shared_ptr<const SessionFacts> session_up(const std::string& said) {
    SessionFacts facts;
    facts.times.set(Phase::connect, 10ms, Clock::kernel);
    facts.times.set(Phase::banner_first_byte, 11ms, Clock::kernel);
    facts.times.set(Phase::banner, 12ms, Clock::kernel);
    facts.times.set(Phase::ehlo, 2ms, Clock::kernel);
    facts.times.set(Phase::starttls, 1ms, Clock::kernel);
    facts.times.set(Phase::tls_handshake, 4500us);
    facts.times.set(Phase::ehlo_tls, 1ms);
    facts.times.set(Phase::quit, 1ms);
    facts.times.set(Phase::total, 50ms);
    facts.greeting = Greeting{said, 220, false};
    facts.hello_code = 250;
    facts.capabilities = capabilities({"PIPELINING", "SIZE 10240000", "STARTTLS", "XFOO"},
                                      {Capability::pipelining, Capability::size, Capability::starttls});
    facts.capabilities_tls = capabilities({"8BITMIME", "PIPELINING", "SIZE 10240000", "XFOO"},
                                          {Capability::pipelining, Capability::size, Capability::eight_bit_mime});
    facts.starttls = StartTls::ok;
    facts.tls = TlsFacts{"TLSv1.3", "TLS_AES_256_GCM_SHA384", chain(said), true};
    RelayFacts relay;
    relay.forms = {{&form("C1"), FormOutcome::accepted, 250, EnhancedCode{2, 1, 5}, said}};
    for (const char* id : {"R01", "R02", "R03"})
        relay.forms.push_back({&form(id), FormOutcome::closed, 554, EnhancedCode{5, 7, 1}, said});
    facts.relay = std::make_shared<const RelayFacts>(std::move(relay));
    facts.transcript.add(11ms, false, "220 " + said);
    facts.transcript.add(12ms, true, "EHLO probe.example.net");
    facts.transcript.add(14ms, false, said);
    return std::make_shared<const SessionFacts>(std::move(facts));
}

std::shared_ptr<const SessionFacts> session_failed(Phase phase, Reason reason, const std::string& said) {
    SessionFacts facts;
    facts.times.set(Phase::total, 10s);
    facts.failure = Failure{phase, reason, said};
    facts.transcript.add(1ms, false, said);
    return std::make_shared<const SessionFacts>(std::move(facts));
}

JudgeSettings judged_by() {
    return {.failures_to_confirm = 2,
            .banner_slow = 10s,
            .expiry_warning = 21 * 24h,
            .expiry_critical = 7 * 24h,
            .count_latencies = true};
}

EndpointStatus fresh(const char* mx, const char* address) {
    EndpointStatus status;
    status.key = {mx, ip(address), 25};
    status.interval = 5min;
    return status;
}

/// Two lists, of which the second is of use; `listed` by those bits.
Reputation reputation(ReverseDns reverse, std::uint64_t listed) {
    static const auto zones = std::make_shared<const DnsblZones>(DnsblZones{"bl.example", "zen.example"});
    return {std::make_shared<const Listings>(Listings{zones, 2, listed}), std::move(reverse)};
}

/// A server that greylists, and takes any recipient.
SharedPolicyStatuses policies(const std::string& said) {
    PolicyFacts facts;
    facts.domain = "example.com";
    facts[PolicyProbe::postmaster] = {451, false, said};
    const std::vector<SharedText> asked{"example.com"};
    const auto put_off = after_run(nullptr, facts, asked, small_fleet_time - 10min);
    facts.replies = {PolicyReply{250, false, said}, {250, false, said}, {250, false, said}, {252, false, said}, {}};
    return after_run(put_off.get(), facts, asked, small_fleet_time);
}

EndpointStatus endpoint_up(const std::string& said) {
    EndpointStatus status =
        after_session(fresh("mx1.example.com", "192.0.2.1"), session_up(said), small_fleet_time, judged_by());
    status.set_policies(policies(said));
    RareHandshakes rare;
    rare.facts[static_cast<std::size_t>(RareHandshake::tls_1_0)] = RareHandshakeFacts{};
    rare.facts[static_cast<std::size_t>(RareHandshake::tls_1_1)] = RareHandshakeFacts{true, nullptr, true};
    rare.facts[static_cast<std::size_t>(RareHandshake::rsa)] = RareHandshakeFacts{true, chain(said), true};
    status = with_rare_handshakes(status, std::move(rare));
    TlsaRecord of_another_usage{1, 1, 1, std::vector<std::uint8_t>(32, 0xab)};
    TlsaFacts tlsa{.state = TlsaState::unusable, .base = "mx1.example.com", .records = {std::move(of_another_usage)}};
    status = with_tlsa(status, std::make_shared<const TlsaFacts>(std::move(tlsa)));
    return with_reputation(status, reputation({"mx1.example.com", ReverseState::confirmed}, 0), small_fleet_time);
}

/// Beside the first one, and like it but for its greeting.
EndpointStatus sibling_up() {
    return after_session(fresh("mx1.example.com", "192.0.2.3"), session_up("mx1b.example.com ESMTP"), small_fleet_time,
                         judged_by());
}

EndpointStatus endpoint_down(const std::string& said) {
    EndpointStatus status = fresh("mx2.example.com", "2001:db8::2");
    status = after_session(status, session_up(said), small_fleet_time - 10min, judged_by());
    const auto failure = session_failed(Phase::banner, Reason::rejected, said);
    for (const auto before : {5min, 0min})
        status = after_session(status, failure, small_fleet_time - before, judged_by());
    return with_reputation(status, reputation({{}, ReverseState::missing}, 2), small_fleet_time - 5min);
}

MxExchange exchange(const EndpointKey& key, std::uint16_t preference) {
    MxExchange facts;
    facts.name = key.mx;
    facts.preference = preference;
    facts.addresses = {key.ip};
    facts.state = ExchangeState::ok;
    return facts;
}

MxFacts mx_facts(const std::string& domain, MxState state) {
    MxFacts facts;
    facts.domain = domain;
    facts.state = state;
    facts.dnssec = Dnssec::insecure;
    facts.ttl = 300s;
    facts.lookup = 4ms;
    facts.records = state == MxState::null ? 1 : 0;
    return facts;
}

using Cells = std::vector<std::shared_ptr<EndpointCell>>;

std::shared_ptr<DomainCell> domain(MxFacts mx, const Cells& endpoints, DomainPolicy policy = {}) {
    DomainStatus status;
    status.domain = mx.domain;
    status.policy = std::make_shared<const DomainPolicy>(std::move(policy));
    std::vector<std::shared_ptr<const EndpointStatus>> kept;
    std::vector<const EndpointStatus*> seen;
    status.best_preference = 10;
    for (std::size_t at = 0; at < endpoints.size(); ++at) {
        const auto preference = static_cast<std::uint16_t>(10 * (at + 1));
        mx.exchanges.push_back(exchange(endpoints[at]->key, preference));
        status.links.push_back({preference, endpoints[at]});
        kept.push_back(endpoints[at]->status.read());
        seen.push_back(kept.back().get());
    }
    if (!endpoints.empty()) mx.records = static_cast<std::uint16_t>(endpoints.size());
    status.judgement = judge_domain(mx, seen, *status.policy, {}, small_fleet_time);
    status.mx = std::make_shared<const MxFacts>(std::move(mx));
    status.checked_at = small_fleet_time;
    return std::make_shared<DomainCell>(std::move(status));
}

/// As an agent shows it that owns these endpoints, and not the domain's name nor its other exchanges.
std::shared_ptr<DomainCell> part_of(const std::shared_ptr<DomainCell>& whole) {
    DomainStatus status = *whole->status.read();
    status.part = {false, false};
    return std::make_shared<DomainCell>(std::move(status));
}

SharedTlsPolicies tls_policies() {
    const TlsRecordFacts records{{RecordState::valid, "20261122"}, {RecordState::valid, {}}, {}};
    PolicyFetchFacts fetch;
    fetch.outcome = FetchOutcome::fetched;
    fetch.body = "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n";
    fetch.host_not_after = std::chrono::sys_days{std::chrono::year{2027} / 1 / 1};
    return after_fetch(after_look(nullptr, records, small_fleet_time), fetch, false, small_fleet_time);
}

std::shared_ptr<DomainCell> unseen_domain(const char* name) {
    DomainStatus status;
    status.domain = name;
    status.policy = std::make_shared<const DomainPolicy>();
    return std::make_shared<DomainCell>(std::move(status));
}

std::shared_ptr<const DnsblTable> dnsbl_table(const Cells& endpoints) {
    auto table = std::make_shared<DnsblTable>();
    for (const auto& cell : endpoints)
        table->rows.push_back({cell->key.ip, cell->status.read()->reputation.listings});
    table->zones = table->rows.front().listings->zones;
    table->states = {ZoneState::unusable, ZoneState::usable};
    return table;
}

/// A sample's line with another value; what stands between the braces is left out.
std::string steadied(const std::string& line) {
    if (line.starts_with("process_")) return line.substr(0, line.rfind(' ')) + " 0";
    if (!line.starts_with("mxfleet_build_info{")) return line;
    return R"(mxfleet_build_info{compiler="some",revision="some",version="some"} 1)";
}

}  // namespace

std::shared_ptr<const Fleet> small_fleet() {
    const std::string said = "mx1.example.com ESMTP \"hello\"";
    auto fleet = std::make_shared<Fleet>();
    fleet->endpoints = {std::make_shared<EndpointCell>(endpoint_up(said)),
                        std::make_shared<EndpointCell>(endpoint_down("554 no \"SMTP\" service here"))};
    DomainPolicy tagged;
    tagged.tags = {{"team", "mail \"eu\""}};
    auto watched = domain(mx_facts("example.com", MxState::explicit_), fleet->endpoints, tagged);
    DomainStatus changed = *watched->status.read();
    MxPast past = {.changes = 1, .compared = {2, 1, "192.0.2.53:53 says 10 old.example.com"}};
    changed.past = with_change(std::move(past), {small_fleet_time - 1h, {}, "10 mx1.example.com"});
    changed.tls_policies = tls_policies();
    changed.judgement.senders[static_cast<std::size_t>(Sender::mta_sts)] = true;
    watched->status.publish(std::make_shared<const DomainStatus>(std::move(changed)));
    fleet->domains = {watched, domain(mx_facts("gone.example", MxState::nxdomain), {}), unseen_domain("new.example"),
                      domain(mx_facts("null.example", MxState::null), {}),
                      part_of(domain(mx_facts("shared.example", MxState::explicit_), fleet->endpoints))};
    fleet->services = {small_service(chain("Example CA"))};
    fleet->flows = {small_flow()};
    fleet->agent_findings = {
        {Statement("vantage.no_ipv6", "no IPv6 route"), Scope::agent, {}, {}, 0, small_fleet_time}};
    fleet->vantage = {{VantageCheck::egress_ipv4, true}, {VantageCheck::resolver, true}, {VantageCheck::clock, true}};
    fleet->endpoints.insert(fleet->endpoints.begin() + 1, std::make_shared<EndpointCell>(sibling_up()));
    fleet->siblings = sibling_groups(fleet->endpoints);
    fleet->dnsbl = dnsbl_table({fleet->endpoints.front(), fleet->endpoints.back()});
    return fleet;
}

void fill_small(AgentMetrics& metrics) {
    metrics.expect_handler("metrics");
    metrics.expect_resolver("127.0.0.1:53");
    metrics.config_reloaded(true, small_fleet_time);
    metrics.set_targets(TargetKind::domain, 5);
    metrics.set_targets(TargetKind::endpoint, 2);
    metrics.targets_dropped(DropReason::private_address, 1);
    metrics.set_in_flight(ProbeKind::dns, 1);
    metrics.probe_counted(ProbeKind::session, ProbeResult::success);
    metrics.probe_counted(ProbeKind::session, ProbeResult::failure);
    metrics.phase_took(Phase::connect, 10ms);
    metrics.deferred(Deferral::ip, 3);
    metrics.lagged(2ms);
    metrics.set_oldest_overdue(0s);
    metrics.http_answered("metrics", 200, 0.002);
    metrics.dns_answered("127.0.0.1:53", RecordType::mx, DnsOutcome::ok, 4ms);
}

Report report_of(const Fleet& fleet, const std::string& wanted) {
    const auto found = std::ranges::find(fleet.domains, wanted, [](const auto& cell) { return cell->name.text(); });
    Report report;
    report.view = DomainView::read(**found);
    report.checked_at = small_fleet_time;
    report.duration = 310ms;
    report.extra = fleet.agent_findings;
    return report;
}

Report report_with_words(const std::string& said) {
    const auto up = std::make_shared<EndpointCell>(endpoint_up(said));
    const auto down = std::make_shared<EndpointCell>(endpoint_down(said));
    const auto cell = domain(mx_facts("example.com", MxState::explicit_), {up, down});
    Report report;
    report.view = DomainView::read(*cell);
    report.checked_at = small_fleet_time;
    report.extra = {{Statement("vantage.no_ipv6", said), Scope::agent, {}, {}, 0, {}}};
    return report;
}

std::string page_of(std::shared_ptr<const Fleet> fleet, ExpositionFormat format) {
    AgentMetrics metrics(0, 1);
    fill_small(metrics);
    MetricsPage page(metrics, std::move(fleet), format);
    std::string all;
    while (page.next(all)) {
    }
    std::istringstream lines(all);
    std::string steady;
    for (std::string line; std::getline(lines, line);)
        steady += steadied(line) + "\n";
    return steady;
}

}  // namespace mxfleet
