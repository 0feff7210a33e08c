import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { countLine, type RunResult, readResults, sumUp, writeResult } from "./results.ts";

function aResult(fields: Partial<RunResult>): RunResult {
  return { folder: "/repo/packages/core", passed: 0, failed: 0, skipped: 0, files: 1, failures: [], ...fields };
}

test("the counts of all runs are added up", () => {
  const results = [aResult({ folder: "/repo/a", passed: 3 }), aResult({ folder: "/repo/b", passed: 4, failed: 1 })];
  expect(sumUp(results, ["/repo/a", "/repo/b"])).toEqual({ passed: 7, failed: 1, skipped: 0, missing: [] });
});

// A package whose test process crashed has no failed test; without this the run would look green.
test("a run that left no result is a failure", () => {
  const totals = sumUp([aResult({ folder: "/repo/a", passed: 3 })], ["/repo/a", "/repo/b"]);
  expect(totals).toEqual({ passed: 3, failed: 1, skipped: 0, missing: ["/repo/b"] });
});

test("the closing line has the form that other tools read", () => {
  expect(countLine({ passed: 1204, failed: 0, skipped: 0 })).toBe("1204 passed, 0 failed");
  expect(countLine({ passed: 1204, failed: 2, skipped: 3 })).toBe("1204 passed, 2 failed, 3 skipped");
});

test("results of several packages do not overwrite each other", () => {
  const folder = mkdtempSync(join(tmpdir(), "tern-results-test-"));
  const results = [aResult({ folder: "/repo/a", passed: 1 }), aResult({ folder: "/repo/b", passed: 2 })];
  for (const result of results) writeResult(folder, result);
  expect(readResults(folder)).toEqual(expect.arrayContaining(results));
  rmSync(folder, { recursive: true });
});
