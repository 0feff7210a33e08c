import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "@jest/globals";
import { findPrometheus } from "@tern/devkit";
import { parse } from "yaml";
import { metricNames } from "../promql.ts";
import { alertGroups } from "../rules/render.ts";
import { readRuleSettings } from "../rules/settings.ts";
import { type CommittedPanel, committedDashboards, filledIn, queriesOf, ROOT } from "./testing/committed.ts";

const DATASOURCE = { type: "prometheus", uid: "$" + "{datasource}" };
/** Made by Prometheus itself. */
const OF_PROMETHEUS = new Set(["up"]);

const dashboards = committedDashboards();
const queries = dashboards.flatMap(queriesOf);
const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels.filter(({ type }) => type !== "row").map((panel) => ({ uid: dashboard.uid, panel })),
);
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const folder = mkdtempSync(join(tmpdir(), "tern-dashboards-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("each dashboard is in the file of its own uid, and every alert links to one of them", () => {
  expect(dashboards.map(({ file }) => file)).toEqual(dashboards.map(({ uid }) => `${uid}.json`));
  const uids = dashboards.map(({ uid }) => uid);
  const linked = alertGroups(1).flatMap(({ rules }) => rules.map(({ dashboard }) => dashboard.split("?")[0]));
  expect(linked.filter((uid) => !uids.includes(uid ?? ""))).toEqual([]);
});

test("a variable that an alert's link sets is a variable of that dashboard", () => {
  const links = alertGroups(1).flatMap(({ rules }) =>
    rules.map(({ dashboard }) => new URL(dashboard, "http://grafana/d/")),
  );
  const missing = links.flatMap(({ pathname, searchParams }) => {
    const dashboard = dashboards.find(({ uid }) => pathname.endsWith(`/${uid}`));
    const names = dashboard?.templating.list.map(({ name }) => `var-${name}`);
    return [...searchParams.keys()].filter((name) => !names?.includes(name)).map((name) => `${pathname} ${name}`);
  });
  expect(missing).toEqual([]);
});

test("everything asks the Prometheus that is chosen above", () => {
  for (const { panel } of panels) {
    if (panel.type === "text") continue;
    expect(panel.datasource).toEqual(DATASOURCE);
    for (const target of panel.targets ?? []) expect(target.datasource).toEqual(DATASOURCE);
  }
  for (const { templating } of dashboards) {
    const [first, ...others] = templating.list;
    expect(first).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    for (const variable of others) expect(variable.datasource).toEqual(DATASOURCE);
  }
});

test("every metric in a query or a variable is one of docs/metrics.md", () => {
  const documented = new Set([...read("docs/metrics.md").matchAll(/`([a-z][a-z0-9_]+)/g)].map(([, name]) => name));
  const isKnown = (name: string) =>
    OF_PROMETHEUS.has(name) || documented.has(name) || documented.has(name.replace(/_(bucket|count|sum)$/, ""));
  const asked = dashboards.flatMap(({ uid, templating }) =>
    templating.list.flatMap(({ query }) => {
      const { query: text = "" } = query as { query?: string };
      return text === "" ? [] : [{ where: `${uid}, variable`, expr: text.replace(/^label_values\((\w+),.*$/, "$1") }];
    }),
  );
  const unknown = [...queries, ...asked].flatMap(({ where, expr }) =>
    metricNames(expr)
      .filter((name) => !isKnown(name))
      .map((name) => `${where}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test("every query is PromQL in promtool's eyes, and uses only variables that its dashboard has", async () => {
  const values = { __rate_interval: "1m", __range: "1h", sender: "demo", portfolio: "test" };
  const rules = queries.map(({ expr }, at) => ({ record: `tern:query_${at}`, expr: filledIn(expr, values) }));
  expect(rules.filter(({ expr }) => expr.includes("$"))).toEqual([]);
  const file = join(folder, "queries.json");
  writeFileSync(file, JSON.stringify({ groups: [{ name: "queries", rules }] }));
  const { promtool } = await findPrometheus();
  const { stdout } = await promisify(execFile)(promtool, ["check", "rules", file]);
  expect(stdout).toContain(`SUCCESS: ${queries.length} rules found`);
  for (const dashboard of dashboards) {
    const names = dashboard.templating.list.map(({ name }) => name);
    for (const { expr } of queriesOf(dashboard)) {
      const used = [...expr.matchAll(/\$([a-z]\w*)/g)].map(([, name]) => name);
      expect(names).toEqual(expect.arrayContaining(used));
    }
  }
}, 120_000);

test("panels have numbers of their own, lie side by side and within the 24 columns", () => {
  for (const { panels: all } of dashboards) {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const [at, panel] of all.entries()) {
      expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
      for (const other of all.slice(at + 1)) expect([panel.title, other.title, overlap(panel, other)]).toContain(false);
    }
  }
});

function overlap({ gridPos: a }: CommittedPanel, { gridPos: b }: CommittedPanel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

test("every panel says what it shows and what to do, in which unit, and where the runbook goes on", () => {
  const anchors = [...read("docs/runbook.md").matchAll(/^#+ (Tern\w+)$/gm)].map(([, name = ""]) => name.toLowerCase());
  const { runbookUrl } = readRuleSettings();
  for (const { uid, panel } of panels) {
    const where = `${uid}, ${panel.title}`;
    expect(`${where}: ${panel.description ?? ""}`.length).toBeGreaterThan(where.length + 40);
    if (panel.type === "text") continue;
    expect([where, panel.fieldConfig?.defaults.unit]).toEqual([where, expect.stringMatching(/^[a-z]+$/)]);
    const urls = (panel.links ?? []).map(({ url }) => url.split("#"));
    expect([where, urls.length]).not.toEqual([where, 0]);
    for (const [address, anchor] of urls) {
      expect(address).toBe(runbookUrl);
      expect([where, anchors.includes(anchor ?? "") ? "" : anchor]).toEqual([where, ""]);
    }
  }
});

test("the hints on the page of failures are those of docs/errors.md", () => {
  const page = read("docs/errors.md");
  const text = panels.find(({ panel }) => panel.title === "Codes")?.panel.options?.content ?? "";
  const lines = text.split("\n").slice(2);
  expect(lines.length).toBeGreaterThan(50);
  for (const line of lines) {
    const [code = "", , meaning = "", hint = ""] = line.slice(2, -2).split(" | ");
    const row = page.split("\n").find((other) => other.startsWith(`| ${code} |`));
    expect(row).toContain(` | ${meaning} | ${hint} | `);
  }
});

test("the provisioned data source waits four of Prometheus' own scrape intervals for a rate", () => {
  const source = parse(read("deploy/grafana/provisioning/datasources/prometheus.yaml")) as {
    datasources: { jsonData: { timeInterval: string } }[];
  };
  const prometheus = parse(read("deploy/prometheus/prometheus.yml")) as { global: { scrape_interval: string } };
  expect(source.datasources[0]?.jsonData.timeInterval).toBe(prometheus.global.scrape_interval);
});
