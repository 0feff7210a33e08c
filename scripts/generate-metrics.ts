// Writes docs/metrics.md: every metric that the services register, with its type, its labels, what it says and what it is for.
//
//   node scripts/generate-metrics.ts            writes it
//   node scripts/generate-metrics.ts --check    exit code 1 if it is not what would be written
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { metricsPage } from "./metrics/page.ts";
import { readRegistries } from "./metrics/registries.ts";
import { print } from "./terminal.ts";
import { root } from "./workspace.ts";

const path = join("docs", "metrics.md");
const file = join(root, path);
const text = metricsPage(readRegistries());

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
  print(`${path} written`);
} else if (existsSync(file) && readFileSync(file, "utf8") === text) {
  print(`${path} is current`);
} else {
  print(`${path} is not what the services register: node scripts/generate-metrics.ts`);
  process.exitCode = 1;
}
