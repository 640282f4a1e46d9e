// The status page in a real Chromium, as somebody sees it. Started by `run`, which says where the agent is.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";

const origin = process.env.MXFLEET_URL;
const pictures = process.env.MXFLEET_PICTURES;
let browser;
let page;
let complaints = [];
let foreign = [];

async function open(address = "/", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => { complaints.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) foreign.push(url);
  });
  await page.goto(origin + address);
  await page.locator("h1").first().waitFor();
}

const api = async (path) => (await fetch(origin + path)).json();
const rows = () => page.locator("#domains .row");
const names = () => page.locator("#domains .row-name").allTextContents();
/// The page's policy lets no test evaluate text in it, so that what is waited for is always an element.
const onlyRow = (domain) => page.locator("#domains:not(:has(li + li)) .row", { hasText: domain }).waitFor();

/// What a screen reader was last told.
async function heard(words) {
  const said = page.locator("#said", { hasText: words });
  await said.waitFor({ state: "attached" });
  return said;
}

const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function opened(domain, options) {
  await open(`/#/domain/${domain}.lab.test`, options);
  await page.getByRole("heading", { level: 1, name: `${domain}.lab.test` }).waitFor();
}

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.MXFLEET_CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
});

after(() => browser.close());

beforeEach(async () => {
  complaints = [];
  foreign = [];
});

/// A test that also fails on anything the console complains of, and on a request to anywhere else.
function looksAt(name, look) {
  test(name, async () => {
    await look();
    await page.context().close();
    assert.deepEqual(complaints, []);
    assert.deepEqual(foreign, []);
  });
}

looksAt("shows the fleet, worst first", async () => {
  await open();
  const { domains } = await api("/api/v1/fleet");
  for (const [verdict, word] of [["critical", "Critical"], ["warning", "Warning"], ["ok", "OK"]]) {
    assert.equal(await page.locator(`.tile.tone-${verdict}`).innerText(), `${domains[verdict]}\n${word}`);
  }
  const list = await api("/api/v1/domains?order=worst&limit=50");
  assert.deepEqual(await names(), list.items.map((each) => each.domain));
  assert.match(await rows().first().innerText(), /Critical/);
  for (const landmark of ["banner", "main", "search", "contentinfo", "complementary"]) {
    assert.equal(await page.getByRole(landmark).count(), 1, landmark);
  }
});

looksAt("filters by verdict, finding and words", async () => {
  await open();
  await page.locator(".tile.tone-warning").click();
  await page.waitForURL(/verdict=warning/);
  await page.locator(".tile.tone-warning[aria-current]").waitFor();
  for (const verdict of await page.locator(".row-verdict").allTextContents()) assert.equal(verdict, "Warning");
  await page.locator(".tile.tone-warning").click();
  await page.locator(".code", { hasText: "cert.expired" }).first().click();
  await onlyRow("cert-expired.lab.test");
  await page.getByRole("link", { name: /Remove the filter/ }).click();
  await page.getByRole("searchbox").fill("MX1.healthy.lab");
  await onlyRow("healthy.lab.test");
  await heard(/^1 domain$/);
});

looksAt("works with the keyboard alone", async () => {
  await open();
  await page.keyboard.press("/");
  await page.keyboard.type("primary-down");
  await onlyRow("primary-down.lab.test");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "primary-down.lab.test" }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL(/#\/\?q=primary-down/);
  await onlyRow("primary-down.lab.test");  // the filter is still there
});

looksAt("shows one domain in depth", async () => {
  await opened("primary-down");
  const cells = page.getByRole("row", { name: /127\./ });
  assert.equal(await cells.count(), 2);
  assert.match(await cells.nth(0).innerText(), /down[^]*✕ connection refused/);
  assert.match(await cells.nth(1).innerText(), /up[^]*[µm]s/);
  const finding = page.locator(".finding", { hasText: "smtp.connect_refused" });
  assert.match(await finding.innerText(), /What to do: /);
  await finding.getByText("Why it matters").click();
  assert.equal(await finding.locator("details").getAttribute("open"), "");
  await page.locator(".servers summary", { hasText: "mx2." }).click();
  const said = await page.locator(".transcript").last().innerText();
  assert.match(said, /220[^]*service ready[^]*EHLO[^]*221[^]*goodbye/);
  const responses = ["/api/v1/fleet", "/api/v1/domains/"].map((path) => page.waitForResponse((each) => each.url().includes(path)));
  await Promise.all(responses);
  assert.equal(await finding.locator("details").getAttribute("open"), "", "what was unfolded stays so when the page updates itself");
});

looksAt("shows the services, worst first, and one in depth without a mouse", async () => {
  await open();
  const links = page.locator("#services a");
  await page.locator("#services .tone-critical").first().waitFor();
  assert.match(await links.first().innerText(), /lab-mailbox[^]*imaps at mx1.healthy.lab.test[^]*Critical/);
  await links.first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "lab-mailbox" }).waitFor();
  await page.locator(".finding", { hasText: "service.down" }).waitFor();
  const address = page.getByRole("row", { name: /127\./ });
  assert.match(await address.innerText(), /down[^]*connection refused[^]*not tried/);
  await heard(/^lab-mailbox, Critical, 1 finding$/);
  await page.keyboard.press("Escape");
  await page.locator("#services").waitFor();
  await links.last().click();
  await page.getByRole("heading", { level: 1, name: "lab-submission" }).waitFor();
  assert.match(await page.locator(".transcript").first().innerText(), /220[^]*EHLO[^]*STARTTLS[^]*QUIT/);
  await page.goto(`${origin}/#/service/none-of-that-name`);
  await page.getByRole("heading", { level: 1, name: "Not here" }).waitFor();
  complaints = complaints.filter((each) => !each.includes("404"));  // Chromium's own note of the answer
});

const markup = "<img src=x onerror=alert(1)>";

/// The agent's answer about a flow of the lab, as if its message had arrived over three hosts: one of them with a clock that
/// is wrong, one that says markup. The lab has no mailbox where it would.
async function arrives(flow) {
  await page.route(`**/api/v1/flows/${flow}`, async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    const at = (second) => new Date(Date.parse("2026-01-01T00:00:00Z") + second * 1000).toISOString();
    Object.assign(told.messages[0], { state: "late", late: true, begun_at: at(0), handed_at: at(1), arrived_at: at(400), seconds: 400,
      hops: [{ from: null, by: "first.test", with: "ESMTPS", at: at(2), seconds: 2 },
        { from: "first.test", by: "second.test", with: null, at: at(-5), seconds: -7 },
        { from: markup, by: markup, with: markup, at: null, seconds: null }],
      authentication: { server: markup, spf: "pass", dkim: "fail", dmarc: null },
      report: { action: "delivered", reporter: markup, status: "2.0.0", text: markup } });
    await route.fulfill({ response: answer, json: told });
  });
}

looksAt("shows test mail, worst first, and one flow in depth without a mouse", async () => {
  await open();
  await page.route(/flows[?]/, async (route) => {  // as if mail of the second had been lost
    const answer = await route.fetch();
    const list = await answer.json();
    list.items[1].verdict = "critical";
    await route.fulfill({ response: answer, json: list });
  });
  await page.reload();
  const links = page.locator("#flows a");
  await page.locator("#flows .tone-critical").first().waitFor();
  assert.match(await links.first().innerText(), /lab-refused[^]*probe@healthy.lab.test → nobody@hostile-text.lab.test[^]*Critical/);
  assert.match(await links.last().innerText(), /lab-inbound[^]*Unknown/);
  await links.first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "lab-refused" }).waitFor();
  const finding = await page.locator(".finding", { hasText: "flow.refused" }).innerText();
  assert.match(finding, /No such mailbox here[^]*What to do: /);
  assert.ok(!finding.includes("this agent"));
  assert.match(await page.getByRole("row", { name: /mx1.hostile-text/ }).innerText(), /refused[^]*mx1[.]hostile-text[.]lab[.]test 127[.][\d.]+:\d+[^]*–/);
  await heard(/^lab-refused, Unknown, 1 finding$/);
  await page.getByText("The last handing over").focus();
  await page.keyboard.press("Enter");
  const said = await page.locator(".transcript").innerText();
  assert.match(said, /RCPT TO[^]*550 5.1.1 No such mailbox here/);
  assert.ok(said.includes("<script>alert(1)</script>"));
  await page.keyboard.press("Escape");
  await page.locator("#flows").waitFor();
  await page.goto(`${origin}/#/flow/none-of-that-name`);
  await page.getByRole("heading", { level: 1, name: "Not here" }).waitFor();
  complaints = complaints.filter((each) => !each.includes("404"));  // Chromium's own note of the answer
});

looksAt("shows the way of test mail, clocks that differ and hostile words as they are", async () => {
  await open();
  await arrives("lab-inbound");
  await page.goto(`${origin}/#/flow/lab-inbound`);
  const way = page.locator("section", { hasText: "The way of the last that arrived" });
  assert.match(await way.innerText(), /late[^]*after 6.7 min[^]*first.test[^]*2 s[^]*second.test[^]*-7 s: clocks differ[^]*no time told[^]*SPF pass[^]*DKIM fail/);
  assert.match(await page.getByRole("row", { name: /mx1.healthy/ }).innerText(), /late[^]*mx1[.]healthy[.]lab[.]test[^]*6.7 min/);
  await page.locator(".servers summary", { hasText: "late" }).click();
  assert.match(await page.locator(".servers details[open]").innerText(), /250 2.0.0 Taken[^]*<img[^]*clocks differ/);
  assert.equal(await page.locator("main img").count(), 0);
  assert.equal((await way.innerText()).split("<img src=x").length, 5);
});

looksAt("tells what changed lately", async () => {
  await opened("primary-down");
  const change = page.locator(".history .change", { hasText: "smtp.connect_refused" });
  assert.match(await change.innerText(), /(ago|now)[^]*mx1[.]primary-down[.]lab[.]test \[127[.][\d.]+\][^]*down[^]*[+][^]*came:[^]*smtp[.]connect_refused/);
  await open();
  await page.locator(".history .change", { hasText: "mx1.primary-down" }).waitFor();
});

looksAt("keeps a server's words what they are: text", async () => {
  await opened("hostile-text");
  const said = await page.locator(".servers").innerText();
  assert.ok(said.includes("<script>alert(1)</script>"));
  assert.equal(await page.locator("script").count(), 1);
  for (const bad of ["\u001b", "\u202e", "\u0007"]) assert.ok(!said.includes(bad));
  assert.equal(await page.locator(".servers img, .servers iframe, .servers a").count(), 0);
});

looksAt("checks now where that is allowed", async () => {
  await opened("healthy");
  await page.getByRole("button", { name: "Check now" }).click();
  const said = await heard(/A check has begun|Not yet|Not now: a check of this domain is running/);
  assert.equal(await page.locator("#check-said").innerText(), await said.textContent());
  complaints = complaints.filter((each) => !each.includes("429") && !each.includes("409"));  // Chromium's own note of the answer
});

for (const colorScheme of ["light", "dark"]) {
  looksAt(`fits 360 pixels, ${colorScheme}`, async () => {
    const options = { viewport: { width: 360, height: 740 }, colorScheme };
    await open("/", options);
    assert.equal(await overflow(), 0);
    for (const domain of ["primary-down", "hostile-text"]) {
      await page.goto(`${origin}/#/domain/${domain}.lab.test`);
      await page.getByRole("heading", { level: 1, name: `${domain}.lab.test` }).waitFor();
      await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
      assert.equal(await overflow(), 0, domain);
    }
    await page.goto(`${origin}/#/service/lab-submission`);
    await page.getByRole("heading", { level: 1, name: "lab-submission" }).waitFor();
    await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
    assert.equal(await overflow(), 0, "a service");
    await arrives("lab-inbound");
    for (const flow of ["lab-inbound", "lab-refused"]) {
      await page.goto(`${origin}/#/flow/${flow}`);
      await page.getByRole("heading", { level: 1, name: flow }).waitFor();
      await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
      assert.equal(await overflow(), 0, flow);
    }
  });

  looksAt(`has enough contrast, ${colorScheme}`, async () => {
    await open("/", { colorScheme });
    assert.deepEqual(await page.evaluate(faint), []);
    await page.goto(`${origin}/#/domain/primary-down.lab.test`);
    await page.locator(".matrix").waitFor();
    assert.deepEqual(await page.evaluate(faint), []);
    await page.goto(`${origin}/#/service/lab-mailbox`);
    await page.getByRole("heading", { level: 1, name: "lab-mailbox" }).waitFor();
    assert.deepEqual(await page.evaluate(faint), []);
    await arrives("lab-inbound");
    for (const flow of ["lab-inbound", "lab-refused"]) {
      await page.goto(`${origin}/#/flow/${flow}`);
      await page.getByRole("heading", { level: 1, name: flow }).waitFor();
      await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
      assert.deepEqual(await page.evaluate(faint), [], flow);
    }
  });
}

/// Texts that stand out from what is behind them by less than WCAG 2.2 AA wants of small text. Runs in the page.
function faint() {
  const parse = (colour) => (colour.match(/^rgba?\(([^)]+)\)$/) || ["", ""])[1].split(/[, /]+/).map(Number);
  const luminance = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
    const part = rgb[at] / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length >= 3 && (colour[3] === undefined || colour[3] === 1)) return colour;
    }
    return null;
  };
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.textContent.trim());
    if (!own || !element.checkVisibility() || element.matches(".heard, .skip, script, noscript *")) continue;
    const ground = behind(element);
    if (!ground) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(ground)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.add(`${element.className || element.tagName}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  return [...found];
}

test("pictures for the README", { skip: !pictures }, async () => {
  await open("/");
  await page.screenshot({ path: `${pictures}/fleet.png` });
  await opened("primary-down", { colorScheme: "dark" });
  await page.screenshot({ path: `${pictures}/domain.png` });
});
