// Which view there is, and when it is asked for again.

const interval = 10000;
let lastFilter = {};
let shown = { address: null, text: "" };
let timer = 0;
let asked = 0;
let hurriedUntil = 0;

/// What the address asks for: `#/domain/NAME`, `#/service/NAME`, `#/flow/NAME`, or the fleet with a filter.
function readAddress() {
  const hash = location.hash.replace(/^#/, "") || "/";
  const one = /^\/(domain|service|flow)\/([^?]+)$/.exec(hash);
  if (one) {
    try {
      return { [one[1]]: decodeURIComponent(one[2]) };
    } catch {
      return { filter: {} };
    }
  }
  const query = new URLSearchParams(hash.split("?")[1] || "");
  return { filter: Object.fromEntries(["verdict", "code", "q", "after"].map((key) => [key, query.get(key) || ""])) };
}

function notices(glance) {
  const all = glance.agent_findings.filter((each) => each.severity !== "info");
  const place = document.getElementById("notices");
  const words = all.map((each) => each.code).join();
  if (place.dataset.words === words) return;
  place.dataset.words = words;
  place.replaceChildren(...all.map((each) => el("p", { class: "notice", role: "alert" },
    el("strong", {}, "Our own view is impaired: "), each.summary, ". ", each.advice)));
}

function fresh(tone, words) {
  document.getElementById("fresh").dataset.tone = tone;
  document.getElementById("fresh-words").textContent = words;
}

function showFailure(error, address) {
  if (shown.address === address && error.status !== 404) return fresh("lost", `Not updated: ${error.message}`);
  document.getElementById("view").replaceChildren(el("div", { class: "panel" }, el("h1", {}, error.status === 404 ? "Not here" : "No answer"),
    el("p", {}, `${error.message}.`), el("p", {}, el("a", { href: "#/" }, "← All domains"))));
  shown = { address: null, text: "" };
  fresh("lost", "Not updated");
}

function load({ domain, service, flow, filter }) {
  if (domain !== undefined) return loadDomain(domain);
  if (flow !== undefined) return loadFlow(flow);
  return service !== undefined ? loadService(service) : loadFleet(filter);
}

function show(view, answer, { domain, service, flow, filter }) {
  if (domain !== undefined) return showDomain(view, answer);
  if (flow !== undefined) return showFlow(view, answer);
  return service !== undefined ? showService(view, answer) : showFleet(view, answer, filter);
}

/// Asks for what the address names and shows it, unless another address is asked for meanwhile.
async function update() {
  clearTimeout(timer);
  const mine = ++asked;
  const address = location.hash;
  const wanted = readAddress();
  if (wanted.filter) lastFilter = wanted.filter;
  const view = document.getElementById("view");
  try {
    const answer = await load(wanted);
    if (mine !== asked) return;
    const text = JSON.stringify(answer);
    const moved = shown.address !== address;
    if (moved || shown.text !== text) {
      const said = show(view, answer, wanted);
      if (moved) say(said);
      if (moved && shown.address !== null && isOtherView(shown.address, address)) arrive();
    }
    shown = { address, text };
    notices(answer.glance);
    document.getElementById("vantage").textContent = answer.glance.vantage;
    document.getElementById("version").textContent = `mxfleet ${answer.glance.version}`;
    fresh("live", answer.glance.ready ? "Live" : "Getting to know the domains…");
  } catch (error) {
    if (mine !== asked) return;
    showFailure(error, address);
  }
  view.setAttribute("aria-busy", "false");
  if (!document.hidden) timer = setTimeout(update, Date.now() < hurriedUntil ? 1000 : interval);
}

function isOtherView(before, now) {
  const path = (address) => (address.split("?")[0] || "#/");
  return path(before) !== path(now);
}

/// A new view begins at its top, and so does who reads it by ear or keyboard.
function arrive() {
  window.scrollTo(0, 0);
  document.getElementById("content").focus({ preventScroll: true });
}

function hurry() {
  hurriedUntil = Date.now() + 20000;
  clearTimeout(timer);
  timer = setTimeout(update, 500);
}

function onKey(event) {
  const typing = event.target.matches("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    const search = document.getElementById("search");
    if (search) search.focus();
    else location.hash = fleetAddress(lastFilter);
  } else if (event.key === "Escape" && !typing && !readAddress().filter) {
    location.hash = fleetAddress(lastFilter);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    stepRow(event, event.key === "ArrowDown" ? 1 : -1);
  }
}

/// Arrow keys go from row to row once one has the focus, or from the search to the first.
function stepRow(event, step) {
  const rows = [...document.querySelectorAll("#domains .row")];
  const at = rows.indexOf(document.activeElement);
  if (at < 0 && !(event.target.id === "search" && step > 0)) return;
  const next = rows[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

addEventListener("hashchange", update);
addEventListener("keydown", onKey);
addEventListener("visibilitychange", () => { if (!document.hidden) update(); });
setInterval(tellTimes, 1000);
update();
