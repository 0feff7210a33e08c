// Writes the parts of deploy/k8s that come from Prometheus's rules and Grafana's dashboards.
//
//   node scripts/generate-kubernetes.ts            writes them
//   node scripts/generate-kubernetes.ts --check    compares only; exit code 1 and one line when a file is stale
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { dashboardList, prometheusRules } from "./kubernetes/monitoring.ts";
import { print } from "./terminal.ts";
import { root } from "./workspace.ts";

const DASHBOARDS = "deploy/grafana";

const find = (pattern: string) => globSync(pattern, { cwd: root }).sort();
const read = (path: string) => readFileSync(join(root, path), "utf8");

const rules = find("deploy/prometheus/rules/*.{yml,yaml}").map((path) => ({ path, text: read(path) }));
const dashboards = find(`${DASHBOARDS}/**/*.json`).map((path) => relative(DASHBOARDS, path));
const files: Readonly<Record<string, string>> = {
  "deploy/k8s/components/monitoring/prometheus-rules.yaml": prometheusRules(rules),
  [`${DASHBOARDS}/kustomization.yaml`]: dashboardList(dashboards),
};

const stale = Object.entries(files).filter(([path, text]) => !existsSync(join(root, path)) || read(path) !== text);
const paths = stale.map(([path]) => path).join(", ");
if (process.argv.includes("--check") && stale.length > 0) {
  print(`stale: ${paths}. Run "node scripts/generate-kubernetes.ts" and commit what it writes.`);
  process.exitCode = 1;
} else {
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
  print(stale.length > 0 ? `written: ${paths}` : "the generated manifests are current");
}
