// A process of ours (a service, the simulator) run as it would be in production, seen from outside: its lines, its ready
// line, its signals and its end. Used by the demo and by the tests that kill things.
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { spawnBound } from "./die-with-parent.ts";

export interface StartProcessOptions {
  /** For messages: "api", "worker-2". */
  name: string;
  /** The script that this very Node.js runs. */
  file: string;
  args?: readonly string[];
  /** All the child sees, besides PATH and HOME. */
  env?: Record<string, string>;
  cwd?: string;
  /** The line on standard output that says it is ready. */
  readyPattern?: RegExp;
  /** Default 30,000 ms. */
  readyTimeoutMs?: number;
  onLine?: (line: string, stream: "stdout" | "stderr") => void;
}

/** The JSON of the ready line; empty if the line was not JSON. */
export interface ReadyLine {
  port?: number;
  metricsPort?: number;
  [field: string]: unknown;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly ready: ReadyLine;
  /** The last 1,000 lines of both outputs, oldest first. */
  readonly lines: readonly string[];
  /** Settles when the process has ended and its last lines are in. Never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** SIGTERM, and SIGKILL after `graceMs` (default 10,000). Returns how it ended. Twice is safe. */
  stop(graceMs?: number): Promise<ProcessEnd>;
  /** SIGKILL; returns when the process is gone. */
  kill(): Promise<ProcessEnd>;
  /** Sends any signal (SIGSTOP freezes it) without waiting. */
  signal(signal: NodeJS.Signals): void;
}

const LINES_MAX = 1_000;
const LINES_IN_ERROR = 20;

/**
 * Starts a process and returns once it has printed its ready line.
 *
 * throws  an Error with the last lines if it ends before, cannot be started, or is not ready in time (it is killed then)
 */
export async function startProcess(options: StartProcessOptions): Promise<ManagedProcess> {
  const { name, file, args = [], env = {}, readyPattern = /"msg":\s*"ready"/, readyTimeoutMs = 30_000 } = options;
  const child = spawnBound(process.execPath, [file, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const lines: string[] = [];
  const exited = endOf(child, lines);

  const ready = await new Promise<ReadyLine>((resolve, reject) => {
    const fail = (what: string) => reject(new Error([`${name} ${what}`, ...lines.slice(-LINES_IN_ERROR)].join("\n  ")));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`was not ready within ${readyTimeoutMs} ms; its last lines:`);
    }, readyTimeoutMs);
    eachLine(child, (line, stream) => {
      lines.push(line);
      if (lines.length > LINES_MAX) lines.shift();
      options.onLine?.(line, stream);
      if (stream === "stdout" && readyPattern.test(line)) {
        clearTimeout(timer);
        resolve(parseReady(line));
      }
    });
    void exited.then((end) => {
      clearTimeout(timer);
      fail(`ended before it was ready (${describeEnd(end)}); its last lines:`);
    });
  });

  const endWith = async (signal: NodeJS.Signals, graceMs: number): Promise<ProcessEnd> => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    const end = await exited;
    clearTimeout(timer);
    return end;
  };

  return {
    name,
    pid: child.pid ?? 0,
    ready,
    lines,
    exited,
    stop: (graceMs = 10_000) => endWith("SIGTERM", graceMs),
    kill: () => endWith("SIGKILL", 0),
    signal: (signal) => void child.kill(signal),
  };
}

/** "exit code 1" or "signal SIGKILL". */
export function describeEnd(end: ProcessEnd): string {
  return end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
}

function endOf(child: ChildProcess, lines: string[]): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("error", (error) => {
      lines.push(error.message);
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
}

function eachLine(child: ChildProcess, onLine: (line: string, stream: "stdout" | "stderr") => void): void {
  for (const stream of ["stdout", "stderr"] as const) {
    const input = child[stream];
    if (input !== null) createInterface({ input }).on("line", (line) => onLine(line, stream));
  }
}

function parseReady(line: string): ReadyLine {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
