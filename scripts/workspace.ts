// Where things are in this repository, and how its own command-line tools are run.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { spawnBound } from "@tern/devkit";

/** The repository's folder. */
export const root: string = join(import.meta.dirname, "..");

/** The environment for tools: those of the repository come first on PATH. */
export function toolEnv(): NodeJS.ProcessEnv {
  const path = [join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
  return { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };
}

/** turbo runs each task through pnpm and stops without it; where pnpm is not on PATH (npm test), npx brings it. */
export function turboCommand(args: readonly string[]): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const isPnpmThere = folders.some((folder) => canRun(join(folder, "pnpm")));
  return [...(isPnpmThere ? [] : ["npx", "-y", "pnpm@12", "exec"]), "turbo", ...args];
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface CommandEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningCommand {
  ended: Promise<CommandEnd>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a tool in the repository's folder and hands over each line it prints, of both outputs. It ends with this process. */
export function runCommand(
  command: readonly string[],
  options: { onLine: (line: string) => void; env?: Record<string, string> },
): RunningCommand {
  const [program = "", ...args] = command;
  const child = spawnBound(program, args, { cwd: root, env: { ...toolEnv(), ...options.env } });
  for (const stream of [child.stdout, child.stderr]) forEachLine(stream, options.onLine);
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("error", (error) => {
      options.onLine(`${program}: ${error.message}`);
      if (child.pid === undefined) resolve({ code: 127, signal: null });
    });
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}

function forEachLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  });
  stream?.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}
