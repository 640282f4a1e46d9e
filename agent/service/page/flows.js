// Test mail: every flow at a glance, and one with its messages, the way they went and what was said.

function flowAddress(name) {
  return `#/flow/${encodeURIComponent(name)}`;
}

async function loadFlow(name) {
  const [glance, flow] = await Promise.all([ask("/api/v1/fleet"), ask(`/api/v1/flows/${encodeURIComponent(name)}`)]);
  return { glance, flow };
}

function flowLink(flow) {
  return el("li", {}, el("a", { class: "code", href: flowAddress(flow.name), "data-key": `flow/${flow.name}` },
    el("span", { class: `dot tone-${flow.verdict}`, "aria-hidden": "true" }),
    el("span", { class: "code-title" }, flow.name, el("span", { class: "mono quiet" }, `${flow.from} → ${flow.to}`)),
    el("span", { class: `code-count word tone-${flow.verdict}` }, verdictWords[flow.verdict])));
}

/// The worst first. Nothing where there are none.
function flowsPanel(flows) {
  if (flows.length === 0) return null;
  return el("section", { class: "panel codes", "aria-labelledby": "flows-title" },
    el("h2", { id: "flows-title" }, "Test mail"), el("ul", { id: "flows" }, worstFirst(flows).map(flowLink)));
}

// ---- One flow

/// "900 s" as "15 min": intervals are round, and longer than what a server takes.
function spanWords(seconds) {
  if (seconds >= 7200) return `${count(Math.round(seconds / 360) / 10)} h`;
  return seconds >= 120 ? `${count(Math.round(seconds / 6) / 10)} min` : duration(Math.max(seconds, 0));
}

function flowHead(flow) {
  const via = flow.via === "mx" ? "as any sender would" : flow.via === "each_endpoint" ? "to each address in turn" : `by ${flow.via.replace(":", " ")}`;
  return el("div", { class: "domain-head" },
    el("a", { class: "back", href: fleetAddress(lastFilter), "data-key": "back" }, "← All domains"),
    el("div", { class: "domain-title" }, el("h1", {}, flow.name), badge(flow.verdict, verdictWords[flow.verdict])),
    el("p", {}, "Test mail from ", el("span", { class: "mono" }, flow.from), " to ", el("span", { class: "mono" }, flow.to), `, ${via}. `,
      el("span", { class: "quiet" }, `Every ${spanWords(flow.interval_seconds)}; late after ${spanWords(flow.late_seconds)}, lost after ${spanWords(flow.lost_seconds)}.`)));
}

/// Where an address is judged by itself, it is named; what is said of the whole flow needs no place.
function flowFindings(flow) {
  return findingsPanel({ findings: flow.findings.map((each) => ({ ...each, scope: "flow" })) });
}

function flowFacts(flow) {
  const counts = Object.entries(flow.counts).filter(([, number]) => number > 0);
  return el("dl", { class: "facts" }, [
    ["Last delivery", moment(flow.last_delivery)], ["On their way", count(flow.in_flight)],
    ["Mailbox", el("span", {}, flow.mailbox, ", read ", moment(flow.mailbox_read_at))],
    ...counts.map(([outcome, number]) => [outcomeWords[outcome] || outcome, count(number)]),
  ].map(([title, value]) => el("div", {}, el("dt", {}, title), el("dd", {}, value))));
}

function messageBadge(message) {
  return badge(messageTones[message.state] || "unknown", messageWords[message.state] || message.state);
}

function placeOfMessage(message) {
  const ip = message.ip.includes(":") ? `[${message.ip}]` : message.ip;
  return el("span", { class: "mono" }, `${message.mx} ${ip}:${message.port}`);
}

function messageRow(message) {
  const taken = message.seconds === null ? el("td", { role: "cell", class: "absent", "data-label": "Time taken" }, "–", el("span", { class: "heard" }, "not arrived"))
    : el("td", { role: "cell", class: "number", "data-label": "Time taken" }, spanWords(message.seconds));
  return el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader", class: "address" }, moment(message.begun_at)),
    el("td", { role: "cell", "data-label": "State" }, messageBadge(message)),
    el("td", { role: "cell", class: "place", "data-label": "Handed to" }, placeOfMessage(message)), taken);
}

function messagesPanel(flow, messages) {
  const titles = ["Begun", "State", "Handed to", "Time taken"];
  const nothing = flow.endpoints.length === 0 && flow.looked_up_at ? "There is nobody to hand the message to." : "Nothing was sent yet.";
  return el("section", { class: "panel", "aria-labelledby": "messages-title" }, el("h2", { id: "messages-title" }, "Messages"), flowFacts(flow),
    flow.mailbox_failure && el("p", { class: "failure" }, `The mailbox ${flow.mailbox} cannot be read. `, failureWords(flow.mailbox_failure)),
    messages.length === 0 ? el("p", { class: "empty" }, nothing)
      : el("table", { role: "table", class: "matrix of-flow", "aria-labelledby": "messages-title" },
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, titles.map((title) => el("th", { scope: "col", role: "columnheader" }, title)))),
        el("tbody", { role: "rowgroup" }, messages.map(messageRow))));
}

// ---- The way of a message

/// The time since the hop before. Negative: one of the two clocks is wrong, and is not made right here.
function hopTime(hop) {
  if (hop.seconds === null) return el("span", { class: "quiet" }, "no time told");
  if (hop.seconds < 0) return badge("warning", `${hop.seconds} s: clocks differ`);
  return el("span", { class: "number" }, hop.seconds < 120 ? `${hop.seconds} s` : spanWords(hop.seconds));
}

function hopItem(hop) {
  return el("li", { class: "hop" }, el("span", { class: "mono" }, hop.by || "somebody"),
    el("span", { class: "quiet" }, hop.from && ["from ", el("span", { class: "mono" }, hop.from)], hop.with && ` with ${hop.with}`), hopTime(hop));
}

function hopList(message) {
  if (!message.hops || message.hops.length === 0) return el("p", { class: "quiet" }, "No server says that it had the message.");
  return el("ol", { class: "hops" }, message.hops.map(hopItem));
}

function authenticationFacts(found) {
  const results = found ? ["spf", "dkim", "dmarc"].filter((each) => found[each] !== null) : [];
  if (results.length === 0) return null;
  const tone = (result) => (result === "pass" ? "ok" : ["none", "neutral"].includes(result) ? "quiet" : "warning");
  return el("p", { class: "checks" }, results.map((each) => badge(tone(found[each]), `${each.toUpperCase()} ${found[each]}`)),
    found.server && el("span", { class: "quiet" }, "says ", el("span", { class: "mono" }, found.server)));
}

function wayPanel(messages) {
  const arrived = messages.find((each) => each.arrived_at && each.hops);
  if (!arrived) return null;
  return el("section", { class: "panel", "aria-labelledby": "way-title" }, el("h2", { id: "way-title" }, "The way of the last that arrived"),
    el("p", {}, messageBadge(arrived), " ", moment(arrived.arrived_at), ` ${arrived.seconds < 1 ? "within a second" : `after ${spanWords(arrived.seconds)}`}, handed to `, placeOfMessage(arrived)),
    hopList(arrived), authenticationFacts(arrived.authentication));
}

// ---- In depth

function reportFacts(report) {
  if (!report) return null;
  return el("div", {}, el("h4", {}, "Report"), el("p", {}, report.action, report.reporter && ` by ${report.reporter}`, report.status && `, ${report.status}`,
    report.text && el("span", { class: "mono" }, ` ${report.text}`)));
}

function messageDetails(message) {
  return unfolding(`message/${message.token}`, [messageBadge(message), " ", moment(message.begun_at), " ", placeOfMessage(message)],
    el("p", { class: "quiet" }, el("span", { class: "mono" }, message.token), `, ${counted(message.attempts, "attempt", "attempts")}`,
      message.handed_at && [", handed over ", moment(message.handed_at)], message.retry_at && [", tried again ", moment(message.retry_at)],
      message.greylisted && ", greylisted at first", message.copies > 1 && `, ${message.copies} copies`),
    message.reply && el("p", {}, el("span", { class: "quiet" }, "Reply "), el("span", { class: "mono" }, message.reply)),
    reportFacts(message.report), message.hops && el("div", {}, el("h4", {}, "Way"), hopList(message)), authenticationFacts(message.authentication));
}

function handingDetails(handing) {
  if (!handing) return null;
  return unfolding("handing", ["The last handing over, to ", placeOfMessage(handing)],
    el("p", { class: "quiet" }, handing.outcome.replaceAll("_", " "), " ", moment(handing.at), handing.dsn_requested && ", with a report asked for"),
    handing.failure && el("p", { class: "failure" }, failureWords(handing.failure)),
    tlsFacts(handing.tls), el("h4", {}, "Session"), transcriptList(handing.transcript));
}

function showFlow(view, { flow }) {
  let parts = view.querySelector(".domain");
  if (!parts || parts.dataset.flow !== flow.name) {
    parts = el("div", { class: "domain", "data-flow": flow.name });
    view.replaceChildren(parts);
  }
  const messages = [...flow.messages].reverse();
  replaceKeeping(parts, flowHead(flow), flowFindings(flow), messagesPanel(flow, messages), wayPanel(messages),
    (messages.length > 0 || flow.last_handing) && el("section", { class: "panel servers", "aria-labelledby": "said-title" },
      el("h2", { id: "said-title" }, "In depth"), handingDetails(flow.last_handing), messages.map(messageDetails)));
  document.title = `${flow.name}: ${flow.verdict}, mxfleet`;
  return `${flow.name}, ${verdictWords[flow.verdict]}, ${counted(flow.findings.length, "finding", "findings")}`;
}
