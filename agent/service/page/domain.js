// One domain in depth: what is wrong and what to do, each server at each stage, and what was said.

async function loadDomain(domain) {
  const name = encodeURIComponent(domain);
  const [glance, report, changes] = await Promise.all([ask("/api/v1/fleet"), ask(`/api/v1/domains/${name}`), ask(`/api/v1/changes?domain=${name}&limit=30`)]);
  return { glance, report, changes };
}

function deliverableWords(report) {
  if (report.deliverable === true) return "Mail can be delivered.";
  if (report.deliverable === false) return "Mail cannot be delivered.";
  return report.mx.state === "null" ? "It takes no mail, and says so." : "Whether mail can be delivered is not known.";
}

function checkButton(report, glance) {
  if (!glance.allow_check) return null;
  return el("button", { type: "button", class: "primary", "data-key": "check", onclick: () => checkNow(report.domain) }, "Check now");
}

function domainHead(report, glance) {
  return el("div", { class: "domain-head" },
    el("a", { class: "back", href: fleetAddress(lastFilter), "data-key": "back" }, "← All domains"),
    el("div", { class: "domain-title" }, el("h1", { class: "mono" }, report.domain), badge(report.verdict, verdictWords[report.verdict]),
      checkButton(report, glance)),
    el("p", {}, deliverableWords(report), " ", el("span", { class: "quiet" }, "Last looked at ", moment(report.checked_at), ".")),
    el("p", { id: "check-said", class: "quiet" }));
}

// ---- Findings

function placeOf(finding) {
  if (finding.scope === "agent") return "this agent";
  return finding.ip ? `${finding.mx} [${finding.ip}]` : finding.mx;
}

/// What is the same at several places is said once.
function grouped(findings) {
  const groups = new Map();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.severity} ${finding.summary}`;
    if (!groups.has(key)) groups.set(key, { finding, places: [], key });
    const place = placeOf(finding);
    if (place) groups.get(key).places.push(place);
  }
  return [...groups.values()];
}

const severityWords = { critical: "Critical", warning: "Warning", info: "Notable" };

function findingCard({ finding, places, key }) {
  return el("li", { class: `finding tone-${finding.severity}` },
    el("h3", {}, badge(finding.severity, severityWords[finding.severity]), el("span", { class: "finding-title" }, finding.title)),
    el("p", { class: "summary" }, finding.summary),
    places.length > 0 && el("p", { class: "places mono" }, places.slice(0, 6).join(", "), places.length > 6 && ` and ${places.length - 6} more`),
    finding.severity !== "info" && el("p", { class: "advice" }, el("strong", {}, "What to do: "), withCode(finding.advice)),
    unfolding(`why/${key}`, ["Why it matters"], el("p", {}, withCode(finding.why)), finding.severity === "info" && el("p", {}, withCode(finding.advice))),
    el("p", { class: "meta quiet" }, el("span", { class: "mono" }, finding.code), finding.since && el("span", {}, "since ", moment(finding.since)),
      el("span", {}, finding.reference)));
}

function findingsPanel(report) {
  const groups = grouped(report.findings);
  return el("section", { class: "panel", "aria-labelledby": "findings-title" }, el("h2", { id: "findings-title" }, "Findings"),
    groups.length ? el("ol", { class: "findings" }, groups.map(findingCard)) : el("p", { class: "empty" }, "Nothing is wrong that we know of."));
}

// ---- The matrix

function stageCell(stage, endpoint) {
  const { failure, seconds } = endpoint;
  const attributes = { role: "cell", "data-label": stage.title };
  if (failure && stage.fails.includes(failure.phase)) {
    return el("td", { ...attributes, class: "failed" }, el("span", { "aria-hidden": "true" }, "✕ "), reasonWords[failure.reason] || failure.reason);
  }
  const taken = seconds[stage.time];
  if (taken === null) return el("td", { ...attributes, class: "absent" }, "–", el("span", { class: "heard" }, "not reached"));
  const tone = taken >= 10 ? "slow" : taken >= 2 ? "slowish" : "";
  return el("td", { ...attributes, class: `number ${tone}` }, duration(taken));
}

function endpointRow(endpoint) {
  return el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader", class: "mono address" }, endpoint.ip, endpoint.port !== 25 && `:${endpoint.port}`),
    el("td", { role: "cell", "data-label": "State" }, badge(stateTones[endpoint.state], stateWords[endpoint.state])),
    stages.map((stage) => stageCell(stage, endpoint)),
    el("td", { role: "cell", "data-label": "Relay" }, el("span", { class: `word tone-${relayTones[endpoint.relay.state]}` }, relayWords[endpoint.relay.state])));
}

function exchangeRows(exchange, endpoints) {
  const here = endpoints.filter((each) => each.mx === exchange.name);
  const state = exchange.state === "ok" ? null : badge("critical", exchange.state.replaceAll("_", " "));
  const head = el("tr", { role: "row", class: "exchange" }, el("th", { scope: "rowgroup", role: "rowheader", colspan: stages.length + 3 },
    el("span", { class: "preference", title: "preference" }, exchange.preference), " ", el("span", { class: "mono" }, exchange.name),
    exchange.alias_of && el("span", { class: "quiet" }, ` alias of ${exchange.alias_of}`), state && " ", state));
  return el("tbody", { role: "rowgroup" }, head, here.map(endpointRow));
}

function mxChanges(changes) {
  if (!changes || changes.length === 0) return null;
  const side = (records) => el("span", { class: "mono" }, records.join(", ") || "none");
  return unfolding("mx-changes", `MX records changed ${counted(changes.length, "time", "times")} lately`, el("ul", { class: "forms" },
    changes.map((each) => el("li", {}, moment(each.at), ": ", side(each.before), " → ", side(each.after)))));
}

/// A class of senders that gets through, or does not and why. Hardly anybody asks for REQUIRETLS: without it nothing is wrong.
function senderBadge(sender, subject) {
  const takes = subject.senders[sender];
  const tone = takes === "deliverable" ? "ok" : sender === "requiretls" ? "unknown" : "critical";
  return badge(tone, `${senderWords[sender] || sender}: ${takes}${takes === "deliverable" ? "" : `, ${subject.senders_why[sender]}`}`);
}

function matrixPanel(report) {
  const mx = report.mx;
  const facts = [["DNS", mxWords[mx.state] + (mx.error ? ` (${mx.error.replaceAll("_", " ")})` : "")], ["DNSSEC", mx.dnssec],
    ["TTL", mx.ttl_seconds === null ? null : `${mx.ttl_seconds} s`], ["Lookup", mx.lookup_seconds === null ? null : duration(mx.lookup_seconds)],
    ["MTA-STS", report.mta_sts.state + (report.mta_sts.mode ? `, ${report.mta_sts.mode}` : "")], ["TLSRPT", report.tlsrpt.state]];
  const senders = Object.keys(report.senders).filter((each) => report.senders[each] !== "unknown");
  const listed = new Set(mx.exchanges.map((each) => each.name));
  const others = [...new Set(report.endpoints.map((each) => each.mx))].filter((name) => !listed.has(name))
    .map((name) => ({ name, preference: "–", state: "ok", alias_of: null }));
  return el("section", { class: "panel", "aria-labelledby": "matrix-title" }, el("h2", { id: "matrix-title" }, "Servers"),
    el("dl", { class: "facts" }, facts.filter(([, value]) => value !== null).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    senders.length > 0 && el("p", { class: "checks" }, el("span", { class: "quiet" }, "Senders:"), senders.map((each) => senderBadge(each, report))),
    mx.exchanges.length + others.length > 0 && el("table", { role: "table", class: "matrix", "aria-labelledby": "matrix-title" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ["Address", "State", ...stages.map((each) => each.title), "Relay"]
        .map((title) => el("th", { scope: "col", role: "columnheader" }, title)))),
      [...mx.exchanges, ...others].map((each) => exchangeRows(each, report.endpoints))),
    mxChanges(report.mx_changes));
}

// ---- One server

function transcriptList(lines) {
  if (!lines || lines.length === 0) return el("p", { class: "quiet" }, "Nothing was said.");
  return el("ol", { class: "transcript mono" }, lines.map((each) => {
    return el("li", { class: `from-${each.from}` }, el("span", { class: "at" }, each.at.toFixed(3)),
      el("span", { class: "arrow", "aria-hidden": "true" }, each.from === "client" ? "→" : "←"),
      el("span", { class: "heard" }, each.from === "client" ? "we: " : "server: "),
      el("span", { class: "line" }, each.line), each.meaning && el("span", { class: "in-words" }, each.meaning));
  }));
}

function failureWords(failure) {
  const where = `${phaseWords[failure.phase] || failure.phase}: ${reasonWords[failure.reason] || failure.reason}`;
  const said = failure.detail ? `${where}. ${failure.detail}` : where;
  return failure.meaning ? `${said} (${failure.meaning})` : said;
}

function certificateFacts(certificate, at) {
  const days = Math.floor((Date.parse(certificate.not_after) - Date.now()) / 86400000);
  return el("li", {}, el("span", { class: "mono" }, certificate.subject || "no subject"), el("br"),
    el("span", { class: "quiet" }, `${at === 0 ? `for ${certificate.names.join(", ") || "no name"}, ` : ""}by ${certificate.issuer || "nobody"}, ${certificate.key}, until ${certificate.not_after.slice(0, 10)} (${days < 0 ? `${counted(-days, "day", "days")} ago` : counted(days, "day", "days")})`));
}

function daneFacts(dane) {
  if (!dane || dane.state === "absent") return null;
  return el("div", {}, el("h4", {}, "DANE"), el("p", {}, badge(daneTones[dane.state] || "warning", dane.state.replaceAll("_", " "))),
    dane.records.length > 0 && el("ul", { class: "forms mono" }, dane.records.map((each) => el("li", {}, each))));
}

/// What the address is known as, and to whom it is known badly.
function addressFacts(endpoint) {
  const reverse = endpoint.reverse_dns;
  const lists = (endpoint.dnsbl || []).map((each) => badge(each.listed === null ? "unknown" : each.listed ? "warning" : "ok",
    `${each.zone}: ${each.listed === null ? "not known" : each.listed ? "listed" : "not listed"}`));
  if (!reverse && lists.length === 0) return null;
  return el("div", {}, el("h4", {}, "Address"), reverse && el("p", {}, "Reverse DNS ", el("span", { class: "mono" }, reverse.names.join(", ") || "none"),
    reverse.names.length > 0 && (reverse.confirmed ? ", confirmed" : ", not confirmed")),
  lists.length > 0 && el("p", { class: "checks" }, lists));
}

const checkNames = { trusted: "trusted", name_match: "name", dates: "dates", chain_complete: "chain" };

function tlsFacts(tls) {
  if (!tls) return null;
  const parts = [el("p", {}, `STARTTLS ${tls.starttls.replaceAll("_", " ")}`, tls.version && `, ${tls.version}, ${tls.cipher}`)];
  if (tls.checks) {
    parts.push(el("p", { class: "checks" }, Object.entries(checkNames).map(([key, word]) =>
      badge(tls.checks[key] ? "ok" : "warning", `${word}${tls.checks[key] ? "" : ": no"}`))));
  }
  if (tls.errors.length > 0) parts.push(el("p", { class: "quiet" }, tls.errors.join("; ")));
  if (tls.certificates.length > 0) parts.push(el("ol", { class: "certificates" }, tls.certificates.map(certificateFacts)));
  return el("div", {}, el("h4", {}, "TLS"), parts);
}

/// Who is kept out here, though not everybody is.
function refusedSenders(endpoint) {
  const refused = Object.keys(endpoint.senders).filter((each) => endpoint.senders[each] === "undeliverable");
  if (refused.length === 0 || refused.includes("plain")) return null;
  return el("div", {}, el("h4", {}, "Senders that cannot deliver"), el("p", { class: "checks" }, refused.map((each) => senderBadge(each, endpoint))));
}

/// The certificates that were shown one after the other.
function certificatesSeen(history) {
  if (!history || history.length < 2) return null;
  return el("div", {}, el("h4", {}, "Certificates seen"), el("ul", { class: "certificates" }, [...history].reverse().map((each) => el("li", {},
    el("span", { class: "mono" }, each.sha256.slice(0, 16)), el("span", { class: "quiet" }, ` by ${each.issuer || "nobody"}, until ${each.not_after.slice(0, 10)}, seen since `), moment(each.first_seen)))));
}

/// Handshakes that are tried once a day: what is accepted of old versions, and which certificates there are besides.
function rareFacts(found) {
  if (!found || found.length === 0) return null;
  const other = found.filter((each) => each.certificate);
  return el("div", {}, el("h4", {}, "Rarer handshakes"), el("p", { class: "checks" }, found.map((each) =>
    badge(each.accepted && rareTones[each.kind] || "quiet", `${rareWords[each.kind]}: ${each.accepted ? "accepted" : "refused"}`))),
  other.length > 0 && el("ol", { class: "certificates" }, other.map((each) => certificateFacts(each.certificate, 0))));
}

function relayForm(form) {
  const code = form.code === null ? "–" : form.code;
  const enhanced = form.enhanced && !form.text.startsWith(form.enhanced) ? `${form.enhanced} ` : "";
  const words = form.meaning ? `${form.meaning}. ${form.reading}` : form.reading;
  return el("li", {}, `${form.id} ${code} ${enhanced}${form.text} `, el("span", { class: "in-words" }, words));
}

function relayFacts(relay) {
  if (!relay || relay.state === "not_tested") return null;
  return el("div", {}, el("h4", {}, "Relaying"), el("p", {}, relayWords[relay.state], relay.reason && `: ${relay.reason.replaceAll("_", " ")}`),
    relay.forms.length > 0 && el("ul", { class: "forms mono" }, relay.forms.map(relayForm)));
}

/// What the server answered about one domain's mail, postmaster first.
function policyFacts(policy) {
  if (!policy) return null;
  const asked = Object.entries(policyWords).filter(([key]) => policy[key] !== null);
  return el("div", {}, el("h4", {}, "Policy"),
    el("dl", { class: "facts" }, asked.map(([key, word]) => el("div", {}, el("dt", {}, word), el("dd", {}, policy[key])))),
    policy.greylisting === true && el("p", {}, "It greylists: who comes for the first time is put off."));
}

function serverDetails(endpoint, opened) {
  const key = `server/${endpoint.mx}/${endpoint.ip}/${endpoint.port}`;
  const offers = endpoint.capabilities_tls || endpoint.capabilities;
  const title = [el("span", { class: "mono" }, `${endpoint.mx} [${endpoint.ip}]`), " ", badge(stateTones[endpoint.state], stateWords[endpoint.state])];
  const last = endpoint.last_failure;
  const details = unfolding(key, title,
    el("p", { class: "quiet" }, stateWords[endpoint.state], " since ", moment(endpoint.since), ", last visited ", moment(endpoint.checked_at)),
    endpoint.failure && el("p", { class: "failure" }, failureWords(endpoint.failure)),
    endpoint.greeting && el("p", { class: "greeting" }, el("span", { class: "quiet" }, "Greets with "), el("span", { class: "mono" }, `${endpoint.greeting.code} ${endpoint.greeting.text}`)),
    offers && el("div", {}, el("h4", {}, "Offers"), el("p", { class: "offers mono" }, offers.map((each) => el("span", {}, each)))),
    tlsFacts(endpoint.tls), rareFacts(endpoint.rare_handshakes), certificatesSeen(endpoint.certificate_history), daneFacts(endpoint.dane), refusedSenders(endpoint), addressFacts(endpoint), relayFacts(endpoint.relay), policyFacts(endpoint.policy),
    el("h4", {}, "Last session"), transcriptList(endpoint.transcript),
    last && last.transcript.length > 0 && endpoint.state === "up" && unfolding(`${key}/failed`, ["Last session that failed"],
      el("p", { class: "failure" }, failureWords(last.failure || { phase: "total", reason: "local_fault" })), transcriptList(last.transcript)));
  details.open = endpoint === opened;
  return details;
}

function dialoguePanel(report) {
  if (report.endpoints.length === 0) return null;
  const sick = report.endpoints.find((each) => !["up", "skipped"].includes(each.state));
  const opened = sick || (report.endpoints.length === 1 ? report.endpoints[0] : null);
  return el("section", { class: "panel servers", "aria-labelledby": "said-title" }, el("h2", { id: "said-title" }, "What was said"), report.endpoints.map((each) => serverDetails(each, opened)));
}

function showDomain(view, { glance, report, changes }) {
  let parts = view.querySelector(".domain");
  if (!parts || parts.dataset.domain !== report.domain) {
    parts = el("div", { class: "domain", "data-domain": report.domain });
    view.replaceChildren(parts);
  }
  const saidOfCheck = document.getElementById("check-said")?.textContent;
  replaceKeeping(parts, domainHead(report, glance), findingsPanel(report), matrixPanel(report), dialoguePanel(report), historyPanel("History", changes, false));
  if (saidOfCheck) document.getElementById("check-said").textContent = saidOfCheck;
  document.title = `${report.domain}: ${report.verdict}, mxfleet`;
  return `${report.domain}, ${verdictWords[report.verdict]}, ${counted(report.findings.length, "finding", "findings")}`;
}

// ---- Check now

function sayOfCheck(text) {
  const place = document.getElementById("check-said");
  if (place) place.textContent = text;
  say(text);
}

async function checkNow(domain) {
  try {
    await ask(`/api/v1/check?domain=${encodeURIComponent(domain)}`, "POST");
    sayOfCheck("A check has begun; the results appear here as they come.");
    hurry();
  } catch (error) {
    sayOfCheck(error.wait ? `Not yet: ${error.message}. Try again in ${error.wait} s.` : `Not now: ${error.message}.`);
  }
}
