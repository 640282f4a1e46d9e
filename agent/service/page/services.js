// The services that are watched besides the exchanges: all of them at a glance, and one in depth.

function serviceAddress(name) {
  return `#/service/${encodeURIComponent(name)}`;
}

async function loadService(name) {
  const [glance, service] = await Promise.all([ask("/api/v1/fleet"), ask(`/api/v1/services/${encodeURIComponent(name)}`)]);
  return { glance, service };
}

function serviceLink(service) {
  return el("li", {}, el("a", { class: "code", href: serviceAddress(service.name), "data-key": `service/${service.name}` },
    el("span", { class: `dot tone-${service.verdict}`, "aria-hidden": "true" }),
    el("span", { class: "code-title" }, service.name, el("span", { class: "mono quiet" }, `${service.kind} at ${service.host}`)),
    el("span", { class: `code-count word tone-${service.verdict}` }, verdictWords[service.verdict])));
}

/// The worst first. Nothing where there are none.
function servicesPanel(services) {
  if (services.length === 0) return null;
  return el("section", { class: "panel codes", "aria-labelledby": "services-title" },
    el("h2", { id: "services-title" }, "Services"), el("ul", { id: "services" }, worstFirst(services).map(serviceLink)));
}

// ---- One service

const serviceStages = [
  { title: "Connect", time: "connect", fails: ["connect"] },
  { title: "Banner", time: "banner", fails: ["banner_first_byte", "banner"] },
  { title: "TLS", time: "tls_handshake", fails: ["starttls", "tls_handshake"] },
  { title: "Login", time: "login", fails: ["login"] },
];

function loginBadge(login) {
  return badge(loginTones[login.state] || "critical", loginWords[login.state] || login.state);
}

function serviceRow(address) {
  return el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader", class: "mono address" }, address.ip, `:${address.port}`),
    el("td", { role: "cell", "data-label": "State" }, badge(stateTones[address.state], stateWords[address.state])),
    serviceStages.map((stage) => stageCell(stage, address)),
    el("td", { role: "cell", "data-label": "Logging in" }, loginBadge(address.login)));
}

function addressesPanel(service) {
  const titles = ["Address", "State", ...serviceStages.map((each) => each.title), "Logging in"];
  return el("section", { class: "panel", "aria-labelledby": "addresses-title" }, el("h2", { id: "addresses-title" }, "Addresses"),
    service.addresses.length === 0 ? el("p", { class: "empty" }, "No address is known.")
      : el("table", { role: "table", class: "matrix of-service", "aria-labelledby": "addresses-title" },
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, titles.map((title) => el("th", { scope: "col", role: "columnheader" }, title)))),
        el("tbody", { role: "rowgroup" }, service.addresses.map(serviceRow))));
}

function loginFacts(login) {
  if (login.state === "not_wanted") return null;
  return el("div", {}, el("h4", {}, "Login"), el("p", {}, loginBadge(login), login.mechanism && ` by ${login.mechanism}`,
    login.detail && el("span", { class: "quiet" }, `: ${login.detail}`)));
}

function serviceDetails(address, opened) {
  const key = `address/${address.ip}/${address.port}`;
  const offers = address.capabilities_tls || address.capabilities;
  const last = address.last_failure;
  const title = [el("span", { class: "mono" }, `${address.ip}:${address.port}`), " ", badge(stateTones[address.state], stateWords[address.state])];
  const details = unfolding(key, title,
    el("p", { class: "quiet" }, stateWords[address.state], " since ", moment(address.since), ", last visited ", moment(address.checked_at)),
    address.failure && el("p", { class: "failure" }, failureWords(address.failure)),
    address.greeting && el("p", { class: "greeting" }, el("span", { class: "quiet" }, "Greets with "), el("span", { class: "mono" }, address.greeting)),
    offers && el("div", {}, el("h4", {}, "Offers"), el("p", { class: "offers mono" }, offers.map((each) => el("span", {}, each)))),
    tlsFacts(address.tls), loginFacts(address.login),
    el("h4", {}, "Last session"), transcriptList(address.transcript),
    last && last.transcript.length > 0 && address.state === "up" && unfolding(`${key}/failed`, ["Last session that failed"],
      last.failure && el("p", { class: "failure" }, failureWords(last.failure)), transcriptList(last.transcript)));
  details.open = address === opened;
  return details;
}

function serviceHead(service) {
  return el("div", { class: "domain-head" },
    el("a", { class: "back", href: fleetAddress(lastFilter), "data-key": "back" }, "← All domains"),
    el("div", { class: "domain-title" }, el("h1", {}, service.name), badge(service.verdict, verdictWords[service.verdict])),
    el("p", {}, service.kind, " at ", el("span", { class: "mono" }, service.host), ". ",
      el("span", { class: "quiet" }, service.credentials ? `Logs in with the credentials “${service.credentials}”.` : "Without a login.")));
}

function showService(view, { service }) {
  let parts = view.querySelector(".domain");
  if (!parts || parts.dataset.service !== service.name) {
    parts = el("div", { class: "domain", "data-service": service.name });
    view.replaceChildren(parts);
  }
  const sick = service.addresses.find((each) => !["up", "skipped"].includes(each.state)) || service.addresses[0];
  replaceKeeping(parts, serviceHead(service), findingsPanel(service), addressesPanel(service),
    service.addresses.length > 0 && el("section", { class: "panel servers", "aria-labelledby": "said-title" },
      el("h2", { id: "said-title" }, "What was said"), service.addresses.map((each) => serviceDetails(each, sick))));
  document.title = `${service.name}: ${service.verdict}, mxfleet`;
  return `${service.name}, ${verdictWords[service.verdict]}, ${counted(service.findings.length, "finding", "findings")}`;
}
