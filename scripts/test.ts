// `pnpm test`: every package's tests, one package after the other, and one line at the end that says how it went.
//
//   pnpm test                              everything
//   pnpm test --filter @tern/store         one package (any turbo filter, repeatable)
//   pnpm test --filter @tern/core -- decide    arguments after -- go to jest
//   pnpm test --concurrency 2              more packages at a time; the suites are heavy, so the default is 1
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bold, count, duration, green, print, red } from "./terminal.ts";
import { countLine, RESULTS_VARIABLE, type RunResult, readResults, sumUp } from "./test/results.ts";
import { createTurboOutput } from "./test/turbo-output.ts";
import { type RunningCommand, root, runCommand, turboCommand } from "./workspace.ts";

interface Request {
  filters: string[];
  concurrency: string;
  jestArgs: string[];
}

interface Package {
  name: string;
  folder: string;
}

let running: RunningCommand | undefined;
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    isInterrupted = true;
    running?.kill("SIGTERM");
  });
}

process.exitCode = await main(readRequest(process.argv.slice(2)));

async function main(request: Request): Promise<number> {
  const startedMs = performance.now();
  const packages = await listPackages(request);
  const resultsFolder = await mkdtemp(join(tmpdir(), "tern-test-results-"));
  try {
    const expected = packages.map((each) => each.folder);
    if (request.filters.length === 0) {
      expected.push(root);
      await runScriptTests(request, resultsFolder);
    }
    const remarks = packages.length > 0 && !isInterrupted ? await runPackages(request, resultsFolder) : [];
    return report({ results: readResults(resultsFolder), expected, packages, remarks, startedMs });
  } finally {
    await rm(resultsFolder, { recursive: true, force: true });
  }
}

function readRequest(args: string[]): Request {
  const split = args.indexOf("--");
  const [own, jestArgs] = split === -1 ? [args, []] : [args.slice(0, split), args.slice(split + 1)];
  try {
    const { values } = parseArgs({
      args: own,
      options: {
        filter: { type: "string", multiple: true, short: "F", default: [] },
        concurrency: { type: "string", default: "1" },
      },
    });
    return { filters: values.filter, concurrency: values.concurrency, jestArgs };
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    print("usage: pnpm test [--filter <package>]... [--concurrency <n>] [-- <arguments of jest>]");
    process.exit(2);
  }
}

/** The packages that have tests to run, as turbo understands the filters. */
async function listPackages(request: Request): Promise<Package[]> {
  const lines: string[] = [];
  const command = turboCommand(["run", "test", "--dry-run=json", ...filterArgs(request)]);
  running = runCommand(command, { onLine: (line) => lines.push(line) });
  const end = await running.ended;
  const text = lines.join("\n");
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  if (end.code !== 0 || json === "") {
    print(red(`turbo could not list the packages to test:\n${text}`));
    process.exit(1);
  }
  const plan = JSON.parse(json) as { tasks: { package: string; directory: string; command: string }[] };
  return plan.tasks
    .filter((task) => task.command !== "<NONEXISTENT>")
    .map((task) => ({ name: task.package, folder: join(root, task.directory) }));
}

/** The tests of these scripts themselves, which belong to no package. */
async function runScriptTests(request: Request, resultsFolder: string): Promise<void> {
  print(bold("scripts"));
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  const jest = ["node", ...flags, "node_modules/jest/bin/jest.js", "--config", "jest.config.ts", "--rootDir", "."];
  const scope = ["--roots", "<rootDir>/scripts", "--testMatch", "<rootDir>/scripts/**/*.test.ts"];
  running = runCommand([...jest, ...scope, ...request.jestArgs], {
    onLine: (line) => print(`  ${paintOutcome(line)}`),
    env: { [RESULTS_VARIABLE]: resultsFolder },
  });
  await running.ended;
}

async function runPackages(request: Request, resultsFolder: string): Promise<string[]> {
  const output = createTurboOutput({
    heading: (name) => print(bold(name)),
    line: (text) => print(`  ${paintOutcome(text)}`),
  });
  const flags = [
    "--continue=always",
    `--concurrency=${request.concurrency}`,
    "--log-order=stream",
    "--log-prefix=task",
  ];
  const jestArgs = request.jestArgs.length === 0 ? [] : ["--", ...request.jestArgs];
  const command = turboCommand(["run", "test", "--ui=stream", ...flags, ...filterArgs(request), ...jestArgs]);
  running = runCommand(command, { onLine: output.take, env: { [RESULTS_VARIABLE]: resultsFolder } });
  const end = await running.ended;
  return end.code === 0 ? [] : output.remarks();
}

function filterArgs(request: Request): string[] {
  return request.filters.map((filter) => `--filter=${filter}`);
}

function report(run: {
  results: RunResult[];
  expected: string[];
  packages: Package[];
  remarks: string[];
  startedMs: number;
}): number {
  const nameOf = (folder: string) => run.packages.find((each) => each.folder === folder)?.name ?? "scripts";
  const totals = sumUp(run.results, run.expected);
  const failures = run.results.flatMap((each) => each.failures.map((failure) => `${nameOf(each.folder)}  ${failure}`));
  failures.push(...totals.missing.map((folder) => `${nameOf(folder)}  ended without a result`));
  print();
  if (totals.missing.length > 0) for (const remark of run.remarks) print(`  ${remark}`);
  if (failures.length > 0) print(red(bold("Failed")));
  for (const failure of failures) print(`  ${failure}`);
  if (isInterrupted) print(red("Interrupted: not everything was run."));
  if (totals.passed + totals.failed === 0) print(red("No test was run."));
  const files = run.results.reduce((sum, each) => sum + each.files, 0);
  print(
    `${count(run.expected.length, "suite")}, ${count(files, "file")}, ${duration(performance.now() - run.startedMs)}`,
  );
  print();
  print(countLine(totals));
  return totals.failed === 0 && totals.passed > 0 && !isInterrupted ? 0 : 1;
}

function paintOutcome(line: string): string {
  if (line.startsWith("ok ")) return green("ok ") + line.slice("ok ".length);
  return line.startsWith("FAILED") ? red(bold("FAILED")) + line.slice("FAILED".length) : line;
}
