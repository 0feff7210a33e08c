// Writes Grafana's dashboards, deploy/grafana/dashboards/*.json, from packages/monitoring/src/dashboards; the hints on the
// page of failures come from the tables that judge the provider's answers.
//
//   node scripts/generate-dashboards.ts            writes them, and removes those that are no longer there
//   node scripts/generate-dashboards.ts --check    compares only; exits with 1 and one line when one is stale

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_CODES } from "@tern/dialog360";
import { type FailureHints, renderDashboards } from "../packages/monitoring/src/dashboards/index.ts";
import { readRuleSettings } from "../packages/monitoring/src/rules/settings.ts";
import { FAILURE_CLASSES } from "./failure-classes.ts";
import { print } from "./terminal.ts";
import { root } from "./workspace.ts";

const FOLDER = "deploy/grafana/dashboards";

const hints: FailureHints = {
  classes: Object.entries(FAILURE_CLASSES).map(([name, [meaning, does]]) => [`\`${name}\``, meaning, does]),
  codes: [...ERROR_CODES]
    .sort((a, b) => a.code - b.code)
    .map((row) => [
      row.codeEnd === undefined ? String(row.code) : `${row.code} to ${row.codeEnd}`,
      `\`${row.class}\``,
      row.meaning,
      row.hint,
    ]),
};

const folder = join(root, FOLDER);
mkdirSync(folder, { recursive: true });
const dashboards = renderDashboards(hints, readRuleSettings());
const wanted = new Map(
  Object.entries(dashboards).map(([uid, json]) => [`${uid}.json`, `${JSON.stringify(json, null, 2)}\n`]),
);
const present = readdirSync(folder);
const gone = present.filter((file) => !wanted.has(file));
const stale = [...wanted].filter(
  ([file, text]) => !present.includes(file) || readFileSync(join(folder, file), "utf8") !== text,
);
if (process.argv.includes("--check")) {
  const names = [...gone, ...stale.map(([file]) => file)];
  if (names.length > 0) {
    print(
      `stale: ${names.join(", ")} in ${FOLDER}. Run node scripts/generate-dashboards.ts and commit what it writes.`,
    );
    process.exitCode = 1;
  }
} else {
  for (const file of gone) rmSync(join(folder, file));
  for (const [file, text] of stale) writeFileSync(join(folder, file), text);
}
