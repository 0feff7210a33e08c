// `pnpm check`: everything CI asks of the repository besides the tests, one check after the other, a line for each; the
// output of a check is shown only if it fails, except lines that begin with "notice:", which say what could not be checked.
//
//   pnpm check               all
//   pnpm check biome knip    only these
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bold, count, dim, duration, green, print, red } from "./terminal.ts";
import { type RunningCommand, root, runCommand, turboCommand } from "./workspace.ts";

interface Check {
  name: string;
  command: string[];
  /** What the check is about; without it the check fails rather than vanish. */
  needs?: string;
}

/** A check that takes longer than this hangs. `start --once` takes some 10 s, all type checks 30 s on two cores. */
const CHECK_TIMEOUT_MS = 5 * 60_000;

function listChecks(): Check[] {
  const generators = readdirSync(join(root, "scripts")).filter((file) => /^generate-.+\.ts$/.test(file));
  return [
    { name: "biome", command: ["biome", "check", "--error-on-warnings", "."] },
    { name: "types", command: turboCommand(["run", "typecheck", "--ui=stream", "--output-logs=errors-only"]) },
    { name: "types of scripts", command: ["tsc", "--noEmit"] },
    { name: "knip", command: ["knip", "--no-config-hints"] },
    ...generators.map((file) => ({
      name: file.replace(/^generate-(.+)\.ts$/, "generated $1"),
      command: ["node", join("scripts", file), "--check"],
    })),
    { name: "openapi lint", command: ["redocly", "lint", "docs/openapi.json"], needs: "docs/openapi.json" },
    { name: "openapi changes", command: ["node", "scripts/check-openapi.ts"], needs: "docs/openapi.baseline.json" },
    { name: "tidy", command: ["node", "scripts/tidy.ts"] },
    { name: "compose", command: ["dclint", "docker-compose.yml"], needs: "docker-compose.yml" },
    { name: "compose rules", command: ["node", "scripts/check-compose.ts"], needs: "docker-compose.yml" },
    { name: "kubernetes", command: ["node", "scripts/check-kubernetes.ts"], needs: "deploy/k8s/base" },
    { name: "dockerfile", command: ["dockerfile-utils", "lint", "deploy/Dockerfile"], needs: "deploy/Dockerfile" },
    { name: "start --once", command: ["node", "scripts/start.ts", "--once"] },
  ];
}

let running: RunningCommand | undefined;
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    isInterrupted = true;
    running?.kill("SIGTERM");
  });
}

process.exitCode = await main(process.argv.slice(2));

async function main(names: string[]): Promise<number> {
  const all = listChecks();
  const unknown = names.filter((name) => !all.some((check) => check.name === name));
  if (unknown.length > 0) {
    print(`no such check: ${unknown.join(", ")}; there are: ${all.map((check) => check.name).join(", ")}`);
    return 2;
  }
  const startedMs = performance.now();
  const chosen = all.filter((check) => names.length === 0 || names.includes(check.name));
  const failed: string[] = [];
  for (const check of chosen) {
    if (isInterrupted) break;
    if (!(await isPassed(check))) failed.push(check.name);
  }
  print();
  const time = duration(performance.now() - startedMs);
  if (isInterrupted) print(red("Interrupted: not everything was checked."));
  else if (failed.length === 0) print(green(`All ${count(chosen.length, "check")} passed in ${time}.`));
  else print(red(`${failed.length} of ${count(chosen.length, "check")} failed in ${time}: ${failed.join(", ")}.`));
  return failed.length === 0 && !isInterrupted ? 0 : 1;
}

async function isPassed(check: Check): Promise<boolean> {
  const startedMs = performance.now();
  const lines: string[] = [];
  const hasSubject = check.needs === undefined || existsSync(join(root, check.needs));
  const isOk = hasSubject
    ? await runToEnd(check.command, (line) => lines.push(line))
    : lines.push(`${check.needs} is not there`) === 0;
  const time = dim(duration(performance.now() - startedMs).padStart(12));
  print(`${isOk ? green("ok    ") : red(bold("FAILED"))} ${check.name.padEnd(24)} ${time}`);
  for (const line of lines) if (!isOk || line.startsWith("notice:")) print(`  ${line}`);
  return isOk;
}

async function runToEnd(command: string[], onLine: (line: string) => void): Promise<boolean> {
  running = runCommand(command, { onLine, env: { FORCE_COLOR: "0", NO_COLOR: "1" } });
  const timer = setTimeout(() => {
    onLine(`still running after ${duration(CHECK_TIMEOUT_MS)}: stopped`);
    running?.kill("SIGTERM");
  }, CHECK_TIMEOUT_MS);
  const end = await running.ended;
  clearTimeout(timer);
  return end.code === 0;
}
