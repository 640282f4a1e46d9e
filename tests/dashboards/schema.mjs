// Holds the dashboards against what Grafana publishes of them: the types of @grafana/schema, made into a JSON schema.
// usage: node schema.mjs FILE…
import fs from "node:fs";
import path from "node:path";
import Ajv from "ajv";
import { createGenerator } from "ts-json-schema-generator";

const here = import.meta.dirname;
const published = path.join(here, "node_modules/@grafana/schema/dist/esm/raw");
const kinds = { stat: "Stat", bargauge: "BarGauge", timeseries: "TimeSeries", table: "Table" };

/// What Grafana reads and writes though its own types leave it to the data source.
const further = {
  annotations: ["expr", "step", "titleFormat", "textFormat", "tagKeys", "useValueForTime"],
  variables: ["definition"],
};

/// Writes one file that names all types wanted, as they share most of what they are made of, and reading that takes
/// seconds. Each kind of panel calls its own `Options`, so that these get names of their own first.
function write_types() {
  const folder = path.join(here, "node_modules", ".wanted");
  fs.mkdirSync(folder, { recursive: true });
  for (const [kind, name] of Object.entries(kinds)) {
    const text = fs.readFileSync(path.join(published, `composable/${kind}/panelcfg/x/${name}PanelCfg_types.gen.d.ts`), "utf8");
    fs.writeFileSync(path.join(folder, `${name}.ts`), text.replace(/\b(Options|FieldConfig)\b/g, `${name}$1`));
  }
  const entry = path.join(folder, "entry.ts");
  fs.writeFileSync(entry, [`import type { Dashboard } from "${published}/dashboard/x/dashboard_types.gen";`,
    `import type { GraphFieldConfig, TableFieldOptions } from "@grafana/schema";`,
    ...Object.values(kinds).map((name) => `import type { ${name}Options } from "./${name}";`),
    "export interface Wanted {", "  dashboard: Dashboard;", "  lines: GraphFieldConfig;", "  cells: TableFieldOptions;",
    ...Object.entries(kinds).map(([kind, name]) => `  ${kind}: ${name}Options;`), "}"].join("\n"));
  return entry;
}

function without(names, value) {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function shorn(dashboard) {
  return { ...dashboard,
    annotations: { list: dashboard.annotations.list.map((each) => without(further.annotations, each)) },
    templating: { list: dashboard.templating.list.map((each) => without(further.variables, each)) } };
}

const schema = createGenerator({ path: write_types(), type: "Wanted", skipTypeCheck: true }).createSchema("Wanted");
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(schema, "all");
const parts = schema.definitions.Wanted.properties;
const checks = Object.fromEntries(Object.keys(parts).map((part) =>
  [part, ajv.compile({ $ref: `all#/definitions/Wanted/properties/${part}` })]));

let faults = 0;
function hold(part, value, where) {
  if (checks[part](value)) return;
  for (const error of checks[part].errors) console.error(`${where}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
  faults += 1;
}

for (const file of process.argv.slice(2)) {
  const dashboard = JSON.parse(fs.readFileSync(file, "utf8"));
  hold("dashboard", shorn(dashboard), path.basename(file));
  for (const panel of dashboard.panels.filter((each) => each.type !== "row")) {
    const where = `${path.basename(file)} "${panel.title}"`;
    hold(panel.type, panel.options, where);
    const { custom } = panel.fieldConfig.defaults;
    if (custom) hold(panel.type === "table" ? "cells" : "lines", custom, where);
  }
}
process.exit(faults === 0 ? 0 : 1);
