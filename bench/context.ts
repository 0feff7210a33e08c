// What every row gets: how large to measure, a place to say what goes on, a Redis of its own, and the promise that
// whatever it starts is stopped when it ends, however it ends.
import { type RedisServer, startRedis } from "@tern/devkit";
import { dim, print } from "../scripts/terminal.ts";
import type { Measurement } from "./table.ts";

export type Row = (context: BenchContext) => Promise<Measurement[]>;

export interface BenchContext {
  /** Small counts, one round: shows that everything runs, and proves nothing. */
  readonly isQuick: boolean;
  /** Environment for processes that are to leave a CPU profile behind; empty when none is wanted. */
  readonly profileEnv: Readonly<Record<string, string>>;
  say(line: string): void;
  /** Registers what must be stopped at the end; the last one first. */
  stopAtEnd(stop: () => Promise<unknown>): void;
  /** A server of the row's own, nothing written to disk. */
  startRedis(): Promise<RedisServer>;
}

export interface OwnedContext extends BenchContext {
  /** Stops everything registered; a second call joins the first. */
  close(): Promise<void>;
}

export function createContext(row: string, options: { isQuick: boolean; profileFolder: string | null }): OwnedContext {
  const stops: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;
  const { isQuick, profileFolder } = options;

  async function stopAll(): Promise<void> {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
      await stop().catch((error: unknown) => print(dim(`  ${row}: while stopping: ${error}`)));
    }
  }

  return {
    isQuick,
    profileEnv: profileFolder === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileFolder}` },
    say: (line) => print(dim(`  ${row}: ${line}`)),
    stopAtEnd: (stop) => void stops.push(stop),
    async startRedis() {
      const server = await startRedis();
      stops.push(() => server.stop());
      return server;
    },
    close() {
      closing ??= stopAll();
      return closing;
    },
  };
}
