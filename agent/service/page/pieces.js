// Elements, times and numbers. Text only ever becomes text: nothing here, or anywhere, reads markup.

/// An element. Properties: `on…` listeners, `class`, `data-…` and attributes; null and false are left out.
function el(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

function badge(tone, text) {
  return el("span", { class: `badge tone-${tone}` }, el("span", { class: "dot", "aria-hidden": "true" }), text);
}

const numbers = new Intl.NumberFormat("en");
const count = (number) => numbers.format(number);
const counted = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

/// "40 µs", "0.4 ms", "12 ms", "1.2 s"
function duration(seconds) {
  if (seconds < 0.000095) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 0.00995) return `${(seconds * 1000).toFixed(1)} ms`;
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(0)} ms`;
  return `${seconds.toFixed(1)} s`;
}

function ago(date, now) {
  const seconds = Math.round((now - date) / 1000);
  const steps = [[86400, "d"], [3600, "h"], [60, "min"]];
  for (const [size, unit] of steps) {
    if (Math.abs(seconds) >= size) return seconds > 0 ? `${Math.floor(seconds / size)} ${unit} ago` : `in ${Math.floor(-seconds / size)} ${unit}`;
  }
  return seconds > 0 ? `${seconds} s ago` : "now";
}

/// A moment as its distance from now, which `tellTimes` keeps right; the exact one on hover.
function moment(text) {
  if (!text) return document.createTextNode("never");
  const time = el("time", { datetime: text, title: text.replace("T", " ").replace("Z", " UTC") });
  tellTime(time, Date.now());
  return time;
}

function tellTime(time, now) {
  const words = ago(Date.parse(time.dateTime), now);
  if (time.textContent !== words) time.textContent = words;
}

function tellTimes() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time")) tellTime(time, now);
}

/// What has a verdict each, in an order that was right before among those of one verdict.
function worstFirst(all) {
  const order = Object.keys(verdictWords);
  return [...all].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

/// Our own texts have code between backticks.
function withCode(text) {
  return text.split("`").map((part, at) => (at % 2 ? el("code", {}, part) : part));
}

/// A details element that stays as it is, open or not, when what is around it is made anew.
function unfolding(key, summary, ...children) {
  return el("details", { "data-key": key }, el("summary", { "data-key": `${key}/summary` }, summary), ...children);
}

/// Puts `children` in the place of what `parent` holds. What was unfolded stays so, and the focus where it was.
function replaceKeeping(parent, ...children) {
  const keyed = () => [...parent.querySelectorAll("[data-key]")];
  const open = new Map(keyed().map((each) => [each.dataset.key, each.open]));
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...children.flat().filter(Boolean));
  for (const each of keyed()) {
    if (open.get(each.dataset.key) !== undefined) each.open = open.get(each.dataset.key);
    if (focused !== undefined && each.dataset.key === focused) each.focus({ preventScroll: true });
  }
}

function say(text) {
  document.getElementById("said").textContent = text;
}

/// A document of the API. Throws what is wrong as an Error, with the status where there was an answer.
async function ask(path, method = "GET") {
  const stop = AbortSignal.timeout(15000);
  const response = await fetch(path, { method, signal: stop, credentials: "same-origin", cache: "no-store" });
  const type = response.headers.get("content-type") || "";
  const document = type.startsWith("application/json") ? await response.json() : {};
  if (response.ok) return document;
  const error = new Error(document.error || `the agent answered ${response.status}`);
  error.status = response.status;
  error.wait = Number(response.headers.get("retry-after")) || 0;
  throw error;
}
