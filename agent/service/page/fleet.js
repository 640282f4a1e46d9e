// The fleet at a glance: verdicts, findings, and the domains, worst first, page by page as the server has them.

const pageSize = 50;

/// Where the domains of a filter are: `#/?verdict=critical&q=…`.
function fleetAddress(filter) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  return query.size ? `#/?${query}` : "#/";
}

function domainAddress(domain) {
  return `#/domain/${encodeURIComponent(domain)}`;
}

async function loadFleet(filter) {
  const query = new URLSearchParams({ order: "worst", limit: pageSize });
  for (const [key, value] of Object.entries(filter)) {
    if (value) query.set(key, value);
  }
  const [glance, list, changes, services, flows] = await Promise.all([ask("/api/v1/fleet"), ask(`/api/v1/domains?${query}`),
    ask("/api/v1/changes?limit=8"), ask("/api/v1/services?limit=200"), ask("/api/v1/flows?limit=200")]);
  return { glance, list, changes, services, flows };
}

function verdictTile(verdict, glance, filter) {
  const chosen = filter.verdict === verdict;
  return el("a", {
    class: `tile tone-${verdict}`, href: fleetAddress({ ...filter, after: "", verdict: chosen ? "" : verdict }),
    "aria-current": chosen && "true", "data-key": `tile/${verdict}`,
  }, el("span", { class: "tile-number" }, count(glance.domains[verdict])), el("span", { class: "tile-word" }, verdictWords[verdict]));
}

/// The verdicts as parts of one bar, by how many domains have each.
function proportions(glance) {
  const bar = el("div", { class: "bar", "aria-hidden": "true" });
  for (const verdict of Object.keys(verdictWords)) {
    const part = el("span", { class: `tone-${verdict}` });
    part.style.flexGrow = glance.domains[verdict];
    if (glance.domains[verdict] > 0) bar.append(part);
  }
  return bar;
}

function headline(glance) {
  const all = Object.values(glance.domains).reduce((sum, each) => sum + each, 0);
  const { critical, unknown, warning } = glance.domains;
  const endpoints = Object.entries(glance.endpoints).filter(([, number]) => number > 0)
    .map(([state, number]) => `${count(number)} ${stateCountWords[state]}`).join(", ");
  let words = "All domains are well";
  if (all === 0) words = "No domain is watched yet";
  else if (critical) words = `${counted(critical, "domain needs", "domains need")} help now`;
  else if (unknown) words = `Of ${counted(unknown, "domain", "domains")} nothing certain is known`;
  else if (warning) words = `${counted(warning, "domain has", "domains have")} warnings`;
  return el("div", { class: "headline" }, el("h1", {}, words),
    el("p", { class: "quiet" }, `${counted(all, "domain", "domains")}. Servers: ${endpoints || "none yet"}.`));
}

function codeLink(code, filter) {
  const chosen = filter.code === code.code;
  return el("li", {}, el("a", {
    class: "code", href: fleetAddress({ ...filter, after: "", code: chosen ? "" : code.code }), "aria-current": chosen && "true",
    "data-key": `code/${code.code}`, title: code.title,
  }, el("span", { class: `dot tone-${code.severity}`, "aria-hidden": "true" }),
  el("span", { class: "code-title" }, code.title, el("span", { class: "mono quiet" }, code.code)),
  el("span", { class: "code-count" }, count(code.domains), el("span", { class: "heard" }, code.domains === 1 ? " domain" : " domains"))));
}

function codesPanel(glance, filter) {
  const shown = glance.codes.filter((each, at) => each.severity !== "info" && at < 12 || each.code === filter.code);
  const rest = glance.codes.filter((each) => !shown.includes(each));
  return el("aside", { class: "panel codes", "aria-labelledby": "codes-title" },
    el("h2", { id: "codes-title" }, "Findings"),
    shown.length ? el("ul", {}, shown.map((each) => codeLink(each, filter))) : el("p", { class: "quiet" }, "Nothing to say."),
    rest.length > 0 && unfolding("codes/rest", `${counted(rest.length, "more, rarer or only notable", "more, rarer or only notable")}`,
      el("ul", {}, rest.map((each) => codeLink(each, filter)))));
}

/// The search keeps what is typed while the list below it is made anew.
function searchForm(filter) {
  const input = el("input", {
    type: "search", id: "search", name: "q", placeholder: "Domain, server or address", value: filter.q || "",
    autocomplete: "off", spellcheck: "false", "aria-keyshortcuts": "/",
  });
  let timer = 0;
  const go = () => {
    clearTimeout(timer);
    location.replace(fleetAddress({ ...readAddress().filter, after: "", q: input.value.trim() }));
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(go, 250);
  });
  return el("form", { role: "search", class: "search", onsubmit: (event) => { event.preventDefault(); go(); } },
    el("label", { for: "search", class: "heard" }, "Search for a domain, a server or an address"), input,
    el("kbd", { "aria-hidden": "true" }, "/"));
}

function filterWords(filter, glance) {
  const words = [];
  const without = (key) => fleetAddress({ ...filter, after: "", [key]: "" });
  const add = (key, text) => words.push(el("a", { class: "pill", href: without(key), "data-key": `without/${key}`, "aria-label": `Remove the filter ${text}` },
    text, el("span", { "aria-hidden": "true" }, " ×")));
  if (filter.verdict) add("verdict", verdictWords[filter.verdict] || filter.verdict);
  if (filter.code) add("code", (glance.codes.find((each) => each.code === filter.code) || { title: filter.code }).title);
  if (filter.q) add("q", `“${filter.q}”`);
  return words.length ? el("p", { class: "filters" }, words) : null;
}

function chips(item, known) {
  const rank = { critical: 0, warning: 1, info: 2 };
  const codes = item.findings.map((code) => known.get(code) || { code, severity: "info", title: code })
    .sort((a, b) => rank[a.severity] - rank[b.severity]).filter((each) => each.severity !== "info");
  const shown = codes.slice(0, 2).map((each) => el("span", { class: `chip tone-${each.severity}` }, each.title));
  if (codes.length > 2) shown.push(el("span", { class: "chip quiet" }, `+${codes.length - 2}`));
  if (shown.length === 0) shown.push(el("span", { class: "quiet" }, item.mx_state === "null" ? "takes no mail" : item.verdict === "unknown" ? "not known yet" : "nothing to do"));
  return shown;
}

function domainRow(item, known) {
  return el("li", {}, el("a", { class: "row", href: domainAddress(item.domain), "data-key": `row/${item.domain}` },
    el("span", { class: "row-verdict" }, badge(item.verdict, verdictWords[item.verdict])),
    el("span", { class: "row-name mono" }, item.domain),
    el("span", { class: "row-findings" }, chips(item, known)),
    el("span", { class: "row-time quiet" }, moment(item.checked_at))));
}

const pagesBefore = [];

function pager(list, filter) {
  const go = (after) => { location.hash = fleetAddress({ ...filter, after }); };
  const earlier = filter.after && el("button", { type: "button", "data-key": "earlier", onclick: () => go(pagesBefore.pop() || "") }, "← Back");
  const later = list.next && el("button", {
    type: "button", "data-key": "later", onclick: () => { pagesBefore.push(filter.after || ""); go(list.next); },
  }, "Next →");
  return earlier || later ? el("nav", { class: "pager", "aria-label": "Pages" }, earlier, later) : null;
}

function showFleet(view, { glance, list, changes, services, flows }, filter) {
  const known = new Map(glance.codes.map((each) => [each.code, each]));
  let parts = view.querySelector(".fleet");
  if (!parts) {
    parts = el("div", { class: "fleet" }, el("div", { id: "glance" }), searchForm(filter), el("div", { class: "columns", id: "columns" }));
    view.replaceChildren(parts);
  }
  const search = document.getElementById("search");
  if (document.activeElement !== search && search.value !== (filter.q || "")) search.value = filter.q || "";
  replaceKeeping(document.getElementById("glance"), headline(glance), proportions(glance),
    el("nav", { class: "tiles", "aria-label": "Domains by verdict" }, Object.keys(verdictWords).map((each) => verdictTile(each, glance, filter))));
  replaceKeeping(document.getElementById("columns"),
    el("section", { class: "panel list", "aria-labelledby": "list-title" },
      el("h2", { id: "list-title" }, "Domains", el("span", { class: "quiet" }, " worst first")), filterWords(filter, glance),
      list.items.length ? el("ul", { id: "domains" }, list.items.map((each) => domainRow(each, known)))
        : el("p", { class: "empty" }, "No domain matches."),
      pager(list, filter)),
    el("div", { class: "side" }, servicesPanel(services.items), flowsPanel(flows.items), codesPanel(glance, filter), historyPanel("Lately", changes, true)));
  document.title = glance.domains.critical ? `(${glance.domains.critical}) mxfleet` : "mxfleet";
  return list.next ? `${list.items.length} domains and more` : counted(list.items.length, "domain", "domains");
}
