// Writes the files that Prometheus reads from the rules in packages/monitoring/src/rules and deploy/prometheus/settings.json.
//
//   node scripts/generate-alerts.ts            writes deploy/prometheus/rules/*.yaml
//   node scripts/generate-alerts.ts --check    exit code 1 if they differ from what stands there
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderRules } from "../packages/monitoring/src/rules/render.ts";
import { readRuleSettings } from "../packages/monitoring/src/rules/settings.ts";
import { print } from "./terminal.ts";
import { root } from "./workspace.ts";

const FOLDER = "deploy/prometheus/rules";

mkdirSync(join(root, FOLDER), { recursive: true });
const stale = Object.entries(renderRules(readRuleSettings())).filter(([name, text]) => {
  const file = join(root, FOLDER, name);
  return !existsSync(file) || readFileSync(file, "utf8") !== text;
});
if (!process.argv.includes("--check")) {
  for (const [name, text] of stale) writeFileSync(join(root, FOLDER, name), text);
} else if (stale.length > 0) {
  const files = stale.map(([name]) => join(FOLDER, name)).join(", ");
  print(`not what the rules say: ${files}: run node scripts/generate-alerts.ts`);
  process.exitCode = 1;
}
