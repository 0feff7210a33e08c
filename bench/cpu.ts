// The processor time that processes use up, by Linux's own accounts. Rates say what a machine does while others may be
// at work on it; this says what a message costs, and depends much less on them.
import { readFileSync } from "node:fs";
import { median } from "./rounds.ts";

/** Linux counts in hundredths of a second here, whatever the kernel's own tick (proc(5), _SC_CLK_TCK). */
const TICK_MS = 10;

export interface CpuLog {
  /** µs per message, by side and process, round by round; goes into the results. */
  readonly rounds: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>>;
  /** Runs one round of a side and notes what the processes used; `messagesOf` says how many messages it moved. */
  around<T>(
    side: string,
    pids: Readonly<Record<string, number>>,
    run: () => Promise<T>,
    messagesOf: (result: T) => number,
  ): Promise<T>;
  /** "ours: worker 152, redis 164; bare: …", medians of the rounds. */
  describe(): string;
  /** Forgets the rounds: what came before only warmed up. */
  reset(): void;
}

export function createCpuLog(): CpuLog {
  const rounds: Record<string, Record<string, number>[]> = {};
  return {
    rounds,
    async around(side, pids, run, messagesOf) {
      const before = usedMs(pids);
      const result = await run();
      const after = usedMs(pids);
      const perMessage = Object.keys(pids).map((name): [string, number] => {
        const ms = (after[name] ?? 0) - (before[name] ?? 0);
        return [name, Math.round((ms * 1_000) / messagesOf(result))];
      });
      rounds[side] ??= [];
      rounds[side].push(Object.fromEntries(perMessage));
      return result;
    },
    describe: () =>
      Object.entries(rounds)
        .map(([side, list]) => `${side}: ${describeSide(list)}`)
        .join("; "),
    reset() {
      for (const side of Object.keys(rounds)) delete rounds[side];
    },
  };
}

function describeSide(rounds: readonly Readonly<Record<string, number>>[]): string {
  const names = Object.keys(rounds[0] ?? {});
  return names.map((name) => `${name} ${Math.round(median(rounds.map((round) => round[name] ?? 0)))}`).join(" + ");
}

function usedMs(pids: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMsOf(pid)]));
}

/** User and system time of a process so far, in ms (in steps of 10); 0 where there is no /proc. */
function cpuMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name in parentheses, may hold anything; the 14th and 15th are what is wanted.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}
