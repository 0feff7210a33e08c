// The processor time that processes use up, by Linux's own accounts. Rates say what a machine does while others may be
// at work on it; this says what a message costs, and hardly depends on them.
import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel's own tick (proc(5), sysconf(_SC_CLK_TCK)). */
const TICK_MS = 10;

/** User and system time of a process so far, in ms (in steps of 10); null where there is no /proc. */
export function cpuMsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name in parentheses, may hold anything; the 14th and 15th are what is wanted.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}

/** Measures what processes use from now on; call the result for the µs per message of each, 0 where unknown. */
export function watchCpu<Name extends string>(pids: Readonly<Record<Name, number>>) {
  const names = Object.keys(pids) as Name[];
  const before = names.map((name) => cpuMsOf(pids[name]) ?? 0);
  return (messages: number): Record<Name, number> => {
    const perMessage = names.map((name, at): [Name, number] => {
      const usedMs = (cpuMsOf(pids[name]) ?? 0) - (before[at] ?? 0);
      return [name, Math.round((usedMs * 1_000) / messages)];
    });
    return Object.fromEntries(perMessage) as Record<Name, number>;
  };
}
