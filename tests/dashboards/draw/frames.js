// What Prometheus answered, as Grafana's data frames, with names, units, colours and columns as the panel has them.
import {
  applyFieldOverrides, FieldConfigOptionsRegistry, FieldType, standardTransformers, standardTransformersRegistry,
  toDataFrame, transformDataFrame,
} from "@grafana/data";

const { mergeTransformer, filterFieldsByNameTransformer, organizeFieldsTransformer } = standardTransformers;
standardTransformersRegistry.setInit(() => [mergeTransformer, filterFieldsByNameTransformer, organizeFieldsTransformer]
  .map((transformation) => ({ id: transformation.id, name: transformation.name, transformation, editor: () => null })));

/// The properties that our overrides set; each is taken as it stands.
const registry = new FieldConfigOptionsRegistry();
for (const path of ["unit", "decimals", "min", "max", "color", "mappings", "links", "thresholds"]) {
  registry.register({ id: path, path, name: path, shouldApply: () => true, process: (value) => value });
}
registry.register({ id: "custom.cellOptions", path: "cellOptions", name: "cellOptions", isCustom: true,
  shouldApply: () => true, process: (value) => value });

const number = (text) => ({ "+Inf": Infinity, "-Inf": -Infinity }[text] ?? Number(text));
const named = (legend, labels) => legend.replace(/\{\{(\w+)\}\}/g, (_, name) => labels[name] ?? "").replace(/ +/g, " ").trim();

function series(target, { metric, values, value }) {
  const points = values ?? [value];
  return toDataFrame({ refId: target.refId, fields: [
    { name: "Time", type: FieldType.time, values: points.map(([at]) => at * 1000) },
    { name: "Value", type: FieldType.number, labels: metric, values: points.map(([, text]) => number(text)),
      config: { displayNameFromDS: named(target.legendFormat, metric) } }] });
}

function table(target, result, only) {
  const labels = [...new Set(result.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return toDataFrame({ refId: target.refId, fields: [
    { name: "Time", type: FieldType.time, values: result.map(({ value }) => value[0] * 1000) },
    ...labels.map((name) => ({ name, type: FieldType.string, values: result.map(({ metric }) => metric[name]) })),
    { name: only ? "Value" : `Value #${target.refId}`, type: FieldType.number,
      values: result.map(({ value }) => number(value[1])) }] });
}

function transformed(panel, frames) {
  let after = frames;
  transformDataFrame(panel.transformations, frames).subscribe((data) => { after = data; });
  return after;
}

export function frames_of(panel, results, theme) {
  let frames = panel.targets.flatMap((target) => panel.type === "table"
    ? [table(target, results[target.refId], panel.targets.length === 1)]
    : results[target.refId].map((each) => series(target, each)));
  frames = transformed(panel, frames);
  const custom = panel.fieldConfig.defaults.custom ?? {};
  for (const field of frames.flatMap((frame) => frame.fields)) field.config = { ...field.config, custom: { ...custom } };
  return applyFieldOverrides({ data: frames, fieldConfig: panel.fieldConfig, theme, timeZone: "utc",
    replaceVariables: (text) => text, fieldConfigRegistry: registry });
}
