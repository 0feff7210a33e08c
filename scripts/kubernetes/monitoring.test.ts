import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { dashboardList, prometheusRules } from "./monitoring.ts";

const rules = (path: string, group: string) => ({ path, text: `groups: [{ name: ${group}, rules: [{ alert: A }] }]` });

test("the groups of all rule files become one PrometheusRule, as they are", () => {
  const manifest = parse(prometheusRules([rules("one.yml", "first"), rules("two.yml", "second")]));
  expect(manifest).toMatchObject({ kind: "PrometheusRule", metadata: { name: "tern" } });
  expect(manifest.spec.groups).toEqual([
    { name: "first", rules: [{ alert: "A" }] },
    { name: "second", rules: [{ alert: "A" }] },
  ]);
});

test("two groups of one name, of which the operator would keep one, are refused", () => {
  expect(() => prometheusRules([rules("one.yml", "same"), rules("two.yml", "same")])).toThrow(
    /one\.yml and in two\.yml/,
  );
});

test("each dashboard becomes a ConfigMap that Grafana's sidecar looks for", () => {
  const list = parse(dashboardList(["dashboards/overview.json", "dashboards/tern-sender.json"]));
  expect(list.generatorOptions.labels).toEqual({ grafana_dashboard: "1" });
  expect(list.configMapGenerator).toEqual([
    { name: "dashboard-tern-overview", files: ["dashboards/overview.json"] },
    { name: "dashboard-tern-sender", files: ["dashboards/tern-sender.json"] },
  ]);
});
