// The jest reporter of `pnpm test`: one line for each test file, everything about a failure, and a result file with the
// counts. A run of a single package by hand keeps jest's own reporter.
import { relative } from "node:path";
import { count, duration } from "../terminal.ts";
import { RESULTS_VARIABLE, type RunResult, writeResult } from "./results.ts";

// The parts of jest's types that are used here.
interface FileResult {
  testFilePath: string;
  numPassingTests: number;
  numFailingTests: number;
  numPendingTests: number;
  numTodoTests: number;
  failureMessage?: string | null;
  testExecError?: unknown;
  console?: { message: string }[] | null;
  perfStats: { runtime: number };
  testResults: { status: string; fullName: string }[];
}

interface RunTotals {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: FileResult[];
}

/** Enough to understand a failure; the run of the single package shows all. */
const FAILURE_LINES_MAX = 120;
const CONSOLE_LINES_MAX = 40;
/** From the last test to the end of the process, teardown of the shared Redis included: it takes well under 1 s. */
const EXIT_TIMEOUT_MS = 20_000;

export default class TernReporter {
  readonly #folder: string;
  readonly #resultsFolder: string;

  constructor(globalConfig: { rootDir: string }) {
    this.#folder = globalConfig.rootDir;
    this.#resultsFolder = process.env[RESULTS_VARIABLE] ?? "";
  }

  onTestResult(_test: unknown, file: FileResult): void {
    const path = relative(this.#folder, file.testFilePath).padEnd(48);
    const isFailed = file.numFailingTests > 0 || Boolean(file.testExecError);
    const tests = count(file.numPassingTests + file.numFailingTests, "test").padStart(11);
    process.stdout.write(`${isFailed ? "FAILED" : "ok    "} ${path} ${tests}  ${duration(file.perfStats.runtime)}\n`);
    if (!isFailed) return;
    process.stdout.write(`${firstLines(file.failureMessage ?? "", FAILURE_LINES_MAX)}\n`);
    const printed = (file.console ?? []).map((entry) => entry.message).join("\n");
    if (printed !== "") process.stdout.write(`What it printed:\n${firstLines(printed, CONSOLE_LINES_MAX)}\n`);
  }

  onRunComplete(_contexts: unknown, run: RunTotals): void {
    const result: RunResult = {
      folder: this.#folder,
      passed: run.numPassedTests,
      failed: run.numFailedTests + run.numRuntimeErrorTestSuites,
      skipped: run.numPendingTests + run.numTodoTests,
      files: run.testResults.length,
      failures: run.testResults.flatMap((file) => this.#failuresOf(file)),
    };
    writeResult(this.#resultsFolder, result);

    // The timer holds nothing: it comes to pass only if something else keeps the process from ending.
    setTimeout(() => {
      const failure = "the test process did not end: a server, connection or timer was left open";
      process.stdout.write(`FAILED ${failure}\n`);
      writeResult(this.#resultsFolder, {
        ...result,
        failed: result.failed + 1,
        failures: [...result.failures, failure],
      });
      process.exit(1);
    }, EXIT_TIMEOUT_MS).unref();
  }

  #failuresOf(file: FileResult): string[] {
    const path = relative(this.#folder, file.testFilePath);
    if (file.testExecError) return [`${path} could not be run`];
    return file.testResults.filter((each) => each.status === "failed").map((each) => `${path}: ${each.fullName}`);
  }
}

function firstLines(text: string, linesMax: number): string {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= linesMax) return lines.join("\n");
  return [...lines.slice(0, linesMax), `... and ${lines.length - linesMax} lines more`].join("\n");
}
