// From the data of a dashboard to the JSON that Grafana reads, by Grafana's own typed builders.

import { PanelBuilder as BarGaugeBuilder } from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  MappingType,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  SpecialValueMatch,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as HeatmapBuilder } from "@grafana/grafana-foundation-sdk/heatmap";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimelineBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TextBuilder, TextMode } from "@grafana/grafana-foundation-sdk/text";
import { PanelBuilder as GraphBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type {
  Bars,
  Choice,
  DashboardSpec,
  Graph,
  Heatmap,
  Limits,
  PanelSpec,
  Query,
  Row,
  Stat,
  States,
  Table,
  Text,
  Word,
} from "./dashboard.ts";

export interface RenderSettings {
  /** Where docs/runbook.md can be read; an alert's name in lower case is the anchor of its section. */
  readonly runbookUrl: string;
}

const GRID_COLUMNS = 24;
const TAG = "tern";
/** Which Prometheus is asked is chosen above each dashboard; with only one there is nothing to choose. */
const DATASOURCE = { type: "prometheus", uid: "$" + "{datasource}" };

export function renderDashboard(spec: DashboardSpec, settings: RenderSettings): Dashboard {
  const { uid, title, description, choices, rows } = spec;
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .editable()
    .timezone("browser")
    .time({ from: "now-1h", to: "now" })
    .refresh("10s")
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"))
    .link(
      new DashboardLinkBuilder("Tern")
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .icon("apps")
        .tooltip("The other dashboards")
        .asDropdown(true)
        .keepTime(true)
        .includeVars(false),
    )
    .link(linkTo("Runbook", settings.runbookUrl));
  for (const choice of choices) dashboard.withVariable(choiceVariable(choice));
  for (const row of rows) addRow(dashboard, row, settings);
  const built = dashboard.build();
  // Grafana numbers panels when a person saves; files must bring their numbers, or links to a panel would not hold.
  for (const [at, panel] of (built.panels ?? []).entries()) panel.id = at + 1;
  // The builders would hide every link in a menu.
  const ofPanels = (built.panels ?? []).flatMap((panel) => ("links" in panel ? (panel.links ?? []) : []));
  for (const link of [...(built.links ?? []), ...ofPanels]) delete link.placement;
  return built;
}

function addRow(dashboard: DashboardBuilder, { title, height, panels }: Row, settings: RenderSettings): void {
  dashboard.withRow(new RowBuilder(title));
  for (const panel of panels) {
    const span = panel.span ?? Math.floor(GRID_COLUMNS / panels.filter((other) => other.span === undefined).length);
    dashboard.withPanel(panelBuilder(panel, { span, height }, settings));
  }
}

function choiceVariable({ name, metric, isMulti }: Choice): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name)
    .label(name)
    .datasource(DATASOURCE)
    .query({ query: `label_values(${metric}, ${name})`, refId: name, qryType: 1 })
    .definition(`label_values(${metric}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .hide(VariableHide.DontHide)
    .multi(isMulti)
    .includeAll(isMulti);
  return isMulti ? variable.allValue(".*").current({ text: "All", value: "$__all", selected: true }) : variable;
}

interface Place {
  readonly span: number;
  readonly height: number;
}

function panelBuilder(spec: PanelSpec, place: Place, settings: RenderSettings): Builder<Panel> {
  const builder = builderOf(spec);
  builder.title(spec.title).description(spec.description).span(place.span).height(place.height);
  if (spec.kind !== "text") builder.datasource(DATASOURCE);
  const links = spec.alerts?.map((alert) =>
    linkTo(`What to do: ${alert}`, `${settings.runbookUrl}#${alert.toLowerCase()}`),
  );
  return links ? builder.links(links) : builder;
}

function builderOf(spec: PanelSpec) {
  switch (spec.kind) {
    case "stat":
      return statBuilder(spec);
    case "graph":
      return graphBuilder(spec);
    case "bars":
      return barsBuilder(spec);
    case "states":
      return statesBuilder(spec);
    case "heatmap":
      return heatmapBuilder(spec);
    case "table":
      return tableBuilder(spec);
    case "text":
      return textBuilder(spec);
  }
}

function statBuilder({ unit, limits, redBelow, words, none, queries }: Stat) {
  const builder = new StatBuilder()
    .unit(unit)
    .thresholds(thresholds(redBelow === undefined ? stepsOf(limits) : stepsFrom(redBelow)))
    .colorMode(limits || redBelow !== undefined || words ? BigValueColorMode.Background : BigValueColorMode.None)
    .graphMode(BigValueGraphMode.None)
    .textMode(queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false).fields(""));
  if (words) builder.mappings([mappingOf(words)]);
  else if (none !== undefined) builder.mappings([nothingIs(none)]);
  if (none !== undefined) builder.noValue(none);
  return builder.targets(queries.map((query, at) => targetOf(query, at).instant()));
}

function graphBuilder({ unit, limits, stacked, max, queries }: Graph) {
  const builder = new GraphBuilder()
    .unit(unit)
    .min(0)
    .lineWidth(1)
    .fillOpacity(stacked ? 30 : 10)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (max !== undefined) builder.axisSoftMax(max);
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  if (limits) {
    builder
      .thresholds(thresholds(stepsOf(limits)))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return builder.targets(queries.map((query, at) => targetOf(query, at).range()));
}

function barsBuilder({ unit, limits, max, queries }: Bars) {
  const builder = new BarGaugeBuilder()
    .unit(unit)
    .min(0)
    .thresholds(thresholds(stepsOf(limits)))
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false).fields(""));
  if (max !== undefined) builder.max(max);
  return builder.targets(queries.map((query, at) => targetOf(query, at).instant()));
}

function statesBuilder({ unit, words, queries }: States) {
  return new StateTimelineBuilder()
    .unit(unit)
    .mappings([mappingOf(words)])
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .fillOpacity(80)
    .targets(queries.map((query, at) => targetOf(query, at).range()));
}

function heatmapBuilder({ unit, queries }: Heatmap) {
  return new HeatmapBuilder()
    .unit(unit)
    .calculate(false)
    .targets(queries.map((query, at) => targetOf(query, at).range().format(PromQueryFormat.Heatmap)));
}

/** Every query gives a column "Value #<letter>"; merged, there is one line for each set of labels. */
function tableBuilder({ unit, labels, columns, sortBy }: Table) {
  const names = {
    ...labels,
    ...Object.fromEntries(columns.map(({ title }, at) => [columnName(at, columns.length), title])),
  };
  const order = Object.fromEntries(Object.keys(names).map((name, at) => [name, at]));
  const builder = new TableBuilder()
    .unit(unit)
    .filterable(true)
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(true)])
    .transformations([
      { id: "merge", options: {} },
      { id: "organize", options: { excludeByName: { Time: true }, indexByName: order, renameByName: names } },
    ]);
  for (const { title, unit: columnUnit, limits } of columns) {
    const colored = [
      { id: "thresholds", value: { mode: ThresholdsMode.Absolute, steps: stepsOf(limits) } },
      { id: "custom.cellOptions", value: { type: "color-background" } },
    ];
    builder.overrideByName(title, [{ id: "unit", value: columnUnit }, ...(limits ? colored : [])]);
  }
  if (labels.sender !== undefined) {
    const url = "/d/tern-sender?var-sender=$" + "{__value.text}&$" + "{__url_time_range}";
    builder.overrideByName(labels.sender, [{ id: "links", value: [{ title: "This sender", url }] }]);
  }
  return builder.targets(
    columns.map(({ expr }, at) => targetOf({ expr, legend: "" }, at).instant().format(PromQueryFormat.Table)),
  );
}

/** Grafana leaves the letter out when there is one query only. */
function columnName(at: number, count: number): string {
  return count === 1 ? "Value" : `Value #${letterOf(at)}`;
}

function textBuilder({ markdown }: Text) {
  return new TextBuilder().mode(TextMode.Markdown).content(markdown);
}

function targetOf({ expr, legend }: Query, at: number): DataqueryBuilder {
  return new DataqueryBuilder().refId(letterOf(at)).datasource(DATASOURCE).expr(expr).legendFormat(legend);
}

function letterOf(at: number): string {
  return String.fromCharCode("A".charCodeAt(0) + at);
}

function linkTo(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).icon("doc").targetBlank(true);
}

function thresholds(steps: Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

function stepsOf(limits: Limits | undefined): Threshold[] {
  const { amber, red } = limits ?? {};
  const steps: Threshold[] = [{ value: null, color: "green" }];
  if (amber !== undefined) steps.push({ value: amber, color: "orange" });
  if (red !== undefined) steps.push({ value: red, color: "red" });
  return steps;
}

function stepsFrom(redBelow: number): Threshold[] {
  return [
    { value: null, color: "red" },
    { value: redBelow, color: "green" },
  ];
}

function mappingOf(words: Readonly<Record<number, Word>>): ValueMapping {
  const options = Object.entries(words).map(([value, word], index) => [value, { ...word, index }]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

/** A quotient of nothing by nothing is no number; people read the reason instead. */
function nothingIs(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.NullAndNan, result: { text, color: "text" } },
  };
}
