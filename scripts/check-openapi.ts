// Refuses changes of docs/openapi.json that would break callers: it is compared with docs/openapi.baseline.json, the
// description that callers were last promised, without its words. docs/api-changes.md says what counts as a break.
//
//   node scripts/check-openapi.ts            exit code 1 if something breaks and the major version is the same
//   node scripts/check-openapi.ts --accept   makes the present description the promise; refuses breaks as above
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { breaksBetween, type Json, withoutWords } from "./openapi/compare.ts";
import { count, print } from "./terminal.ts";
import { root } from "./workspace.ts";

const BASELINE = join(root, "docs", "openapi.baseline.json");

const present = read(join(root, "docs", "openapi.json"));
const promised = existsSync(BASELINE) ? read(BASELINE) : present;
const breaks = breaksBetween(promised, present);
const isNewMajor = majorOf(present) > majorOf(promised);

for (const { where, what } of breaks) print(`${where}: ${what}`);
if (breaks.length > 0 && !isNewMajor) {
  print(`${count(breaks.length, "break")} of what callers rely on: mend it, or see docs/api-changes.md`);
  process.exitCode = 1;
} else if (process.argv.includes("--accept")) {
  writeFileSync(BASELINE, `${JSON.stringify(withoutWords(present), null, 1)}\n`);
  print("docs/openapi.baseline.json written: this is what callers are promised now");
} else if (!existsSync(BASELINE)) {
  print("there is no docs/openapi.baseline.json: node scripts/check-openapi.ts --accept");
  process.exitCode = 1;
} else {
  print(
    breaks.length === 0
      ? "nothing that callers rely on has changed"
      : "a new major version: node scripts/check-openapi.ts --accept",
  );
}

function read(file: string): Json {
  return JSON.parse(readFileSync(file, "utf8"));
}

function majorOf({ info }: Json): number {
  return Number.parseInt(String((info as Json | undefined)?.version), 10);
}
