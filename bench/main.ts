// The benchmarks of Tern's performance budget, each beside its baseline in the same run.
//
//   node bench/main.ts [rows…] [--quick] [--profile]
//
// Prints a table and writes it, with every round, to bench/results/. Exit code 1 when a row failed or, in a full run,
// missed its bar. What the rows mean: README.md.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bold, count, duration, print, red } from "../scripts/terminal.ts";
import { createContext, type OwnedContext, type Row } from "./context.ts";
import { machineFacts, saveResults } from "./results.ts";
import { accept } from "./rows/accept.ts";
import { batch } from "./rows/batch.ts";
import { drain } from "./rows/drain.ts";
import { endtoend } from "./rows/endtoend.ts";
import { fair } from "./rows/fair.ts";
import { growth } from "./rows/growth.ts";
import { memory } from "./rows/memory.ts";
import { pace } from "./rows/pace.ts";
import { urgent } from "./rows/urgent.ts";
import { webhooks } from "./rows/webhooks.ts";
import { drawTable, type Measurement } from "./table.ts";

const rows: Readonly<Record<string, Row>> = {
  accept,
  batch,
  drain,
  pace,
  urgent,
  fair,
  webhooks,
  endtoend,
  growth,
  memory,
};
/** No row takes half as long on the slowest machine it is meant for. */
const ROW_WITHIN_MS = 15 * 60_000;
const resultsFolder = join(import.meta.dirname, "results");

const { values: options, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, profile: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in rows));
if (unknown.length > 0) {
  print(`There is no row ${unknown.join(", ")}. The rows: ${Object.keys(rows).join(", ")}.`);
  process.exit(2);
}

let current: OwnedContext | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    print(`\n${signal}: stopping what was started`);
    void (current?.close() ?? Promise.resolve()).finally(() => process.exit(130));
  });
}

const startedAt = new Date();
const facts = await machineFacts();
print(bold(`${facts.cores} cores, ${facts.cpu}, Node.js ${facts.node}, Redis ${facts.redis}, load ${facts.load}`));
if (options.profile) await mkdir(resultsFolder, { recursive: true });

const measurements: Measurement[] = [];
const failures: string[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(rows)) {
  const row = rows[name];
  if (row === undefined) continue;
  const sinceMs = performance.now();
  current = createContext(name, {
    isQuick: options.quick,
    profileFolder: options.profile ? resultsFolder : null,
  });
  try {
    measurements.push(...(await within(row(current), name)));
    print(`  ${name}: measured in ${duration(performance.now() - sinceMs)}`);
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    print(red(`  ${failures.at(-1)}`));
  } finally {
    await current.close();
  }
}

if (measurements.length > 0) print(`\n${drawTable(measurements)}`);
for (const failure of failures) print(red(failure));
const file = await saveResults(resultsFolder, startedAt, { facts, quick: options.quick, measurements, failures });
const missed = measurements.filter(({ isOk }) => isOk === false).length;
print(`\n${count(missed, "bar")} missed${options.quick ? " (a quick run proves nothing)" : ""}; every round: ${file}`);
process.exit(failures.length > 0 || (missed > 0 && !options.quick) ? 1 : 0);

function within(row: Promise<Measurement[]>, name: string): Promise<Measurement[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${name} was given up after ${duration(ROW_WITHIN_MS)}`)),
      ROW_WITHIN_MS,
    );
    row.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
