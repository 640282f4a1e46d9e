// One dashboard drawn with Grafana's own components, from window.drawing: {dashboard, results, time, dark}.
import { createTheme, dateTime, getDisplayValueAlignmentFactors, getFieldDisplayValues, ThemeContext, VizOrientation } from "@grafana/data";
import { BarGauge, BigValue, GlobalStyles, PanelChrome, Table, TimeSeries, VizRepeater } from "@grafana/ui";
import { createRoot } from "react-dom/client";
import { frames_of } from "./frames.js";

const { dashboard, results, time, dark } = window.drawing;
const theme = createTheme({ colors: { mode: dark ? "dark" : "light" } });
const COLUMN = 58, ROW = 30, GAP = 8;
const range = { from: dateTime(time.from), to: dateTime(time.to), raw: { from: "now-3m", to: "now" } };

function values_of(panel, frames) {
  return getFieldDisplayValues({ data: frames, fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions,
    replaceVariables: (text) => text, theme, timeZone: "utc" });
}

/// One or many values side by side, each drawn by `draw`.
const repeated = (panel, frames, orientation, draw) => (width, height) =>
  <VizRepeater width={width} height={height} getValues={() => values_of(panel, frames)}
    getAlignmentFactors={getDisplayValueAlignmentFactors} source={frames} theme={theme}
    itemSpacing={8} orientation={orientation} renderCounter={0} autoGrid={panel.type === "stat"}
    maxVizHeight={panel.options.maxVizHeight} minVizHeight={panel.options.minVizHeight} minVizWidth={8} renderValue={draw} />;

const KINDS = {
  stat: (panel, frames) => repeated(panel, frames, VizOrientation.Auto, ({ value, width, height, count }) =>
    <BigValue value={value.display} width={width} height={height} count={count} theme={theme}
      colorMode={panel.options.colorMode} textMode={panel.options.textMode} graphMode="none" justifyMode="auto" wideLayout />),
  bargauge: (panel, frames) => repeated(panel, frames, VizOrientation.Horizontal, ({ value, width, height, alignmentFactors }) =>
    <BarGauge value={value.display} width={width} height={height} field={value.field} theme={theme} display={value.view?.getFieldDisplayProcessor(value.colIndex)}
      orientation={VizOrientation.Horizontal} displayMode={panel.options.displayMode} showUnfilled namePlacement="left"
      alignmentFactors={alignmentFactors} itemSpacing={8} valueDisplayMode="color" isOverflow={false} />),
  table: (panel, frames) => (width, height) =>
    <Table data={frames[0]} width={width} height={height} initialSortBy={panel.options.sortBy} cellHeight="sm" columnMinWidth={80} />,
  timeseries: (panel, frames) => (width, height) =>
    <TimeSeries frames={frames} width={width} height={height} timeRange={range} timeZone="utc" legend={panel.options.legend}
      options={panel.options} />,
};

function Panel({ panel }) {
  const { x, y, w, h } = panel.gridPos;
  const place = { position: "absolute", left: x * COLUMN + GAP / 2, top: y * ROW + GAP / 2 };
  if (panel.type === "row") return <h4 style={{ ...place, margin: 0, lineHeight: `${ROW}px` }}>{panel.title.replace(/\$(\w+)/, (_, name) => window.drawing.values[name])}</h4>;
  const frames = frames_of(panel, results[panel.id], theme);
  const empty = frames.every((frame) => frame.length === 0) || frames.length === 0;
  return <div style={place} data-panel={panel.title} data-empty={empty}>
    <PanelChrome title={panel.title} description={panel.description} width={w * COLUMN - GAP} height={h * ROW - GAP}>
      {empty ? () => <p style={{ opacity: 0.6, textAlign: "center" }}>No data</p> : KINDS[panel.type](panel, frames)}
    </PanelChrome>
  </div>;
}

const bottom = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
createRoot(document.getElementById("root")).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <h3 style={{ padding: "12px 8px 0" }}>{dashboard.title}</h3>
    <div id="drawn" style={{ position: "relative", width: 24 * COLUMN, height: bottom * ROW + GAP }}>
      {dashboard.panels.map((panel) => <Panel key={panel.id} panel={panel} />)}
    </div>
  </ThemeContext.Provider>);
