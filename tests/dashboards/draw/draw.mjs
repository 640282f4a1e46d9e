// Draws what `draw` left in the folder: DATA.json becomes DATA.png. Fails on what the console complains of, and prints which
// panels had nothing to show.
// usage: node draw.mjs FOLDER
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const [folder] = process.argv.slice(2);
const cjs = (name) => path.join(import.meta.dirname, `node_modules/@grafana/${name}/dist/cjs/index.cjs`);
const bundle = await build({ alias: { "@grafana/ui": cjs("ui"), "@grafana/data": cjs("data"), "@grafana/schema": cjs("schema") }, entryPoints: [path.join(import.meta.dirname, "main.jsx")], bundle: true, write: false, outdir: folder,
  minify: false, format: "iife", jsx: "automatic", logLevel: "error", define: { "process.env.NODE_ENV": '"production"', global: "window" },
  loader: { ".svg": "text", ".woff": "empty", ".woff2": "empty", ".ttf": "empty" } });
const script = bundle.outputFiles.find((file) => file.path.endsWith(".js")).text;
const style = bundle.outputFiles.find((file) => file.path.endsWith(".css"))?.text ?? "";

const browser = await chromium.launch({ executablePath: process.env.MXFLEET_CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
let complaints = 0;
const empty = [];
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
  const page = await browser.newPage({ viewport: { width: 1410, height: 900 }, deviceScaleFactor: 1 });
  page.on("pageerror", (error) => { complaints += 1; console.error(`${file}: ${error}`); });
  const data = fs.readFileSync(path.join(folder, file), "utf8").replaceAll("<", "\\u003c");
  const body = `<!doctype html><meta charset="utf-8"><style>${style}</style><div id="root"></div>`;
  await page.route("http://drawn.test/", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto("http://drawn.test/");  // a place of its own: Grafana's components remember things there
  await page.addScriptTag({ content: `window.drawing = ${data};` });
  await page.addScriptTag({ content: script });
  await page.locator("#drawn").waitFor({ timeout: complaints ? 1 : 30000 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.waitForTimeout(500);
  empty.push(...await page.locator("[data-empty=true]").evaluateAll((all) => all.map((each) => each.dataset.panel)));
  await page.screenshot({ path: path.join(folder, file.replace(/json$/, "png")), fullPage: true });
  await page.close();
}
await browser.close();
console.log(JSON.stringify(empty));
process.exit(complaints === 0 ? 0 : 1);
