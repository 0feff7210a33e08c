// What one jest run (of one package) leaves behind for the script that started it: a small JSON file in a folder that the
// environment names. The counts at the end are summed from these, not read from output.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where the reporter leaves its file. Turbo lets variables that begin with TERN_ through to its tasks. */
export const RESULTS_VARIABLE = "TERN_TEST_RESULTS";

export interface RunResult {
  /** The package's folder, absolute. */
  folder: string;
  passed: number;
  /** Failed tests, and test files that could not be run at all. */
  failed: number;
  skipped: number;
  files: number;
  /** Full names of what failed. */
  failures: string[];
}

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

export function writeResult(resultsFolder: string, result: RunResult): void {
  mkdirSync(resultsFolder, { recursive: true });
  const name = `${result.folder.replaceAll(/[^\w-]+/g, "_")}.json`;
  writeFileSync(join(resultsFolder, name), JSON.stringify(result));
}

export function readResults(resultsFolder: string): RunResult[] {
  const files = readdirSync(resultsFolder).filter((file) => file.endsWith(".json"));
  return files.map((file) => JSON.parse(readFileSync(join(resultsFolder, file), "utf8")) as RunResult);
}

/**
 * Sums up the results of the runs that were asked for. A run that left no result (it crashed, or its tests were never
 * found) counts as one failure, so that nothing that was to be tested can go missing unnoticed.
 */
export function sumUp(
  results: readonly RunResult[],
  expectedFolders: readonly string[],
): Totals & { missing: string[] } {
  const missing = expectedFolders.filter((folder) => !results.some((result) => result.folder === folder));
  const sum = (field: "passed" | "failed" | "skipped") => results.reduce((total, result) => total + result[field], 0);
  return { passed: sum("passed"), failed: sum("failed") + missing.length, skipped: sum("skipped"), missing };
}

/** The last line of a run: "1204 passed, 0 failed", with the skipped ones only if there are any. */
export function countLine(totals: Totals): string {
  const skipped = totals.skipped === 0 ? "" : `, ${totals.skipped} skipped`;
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}
