// A clock that moves only when a test moves it. Its two times differ, so that taking one for the other shows.

import type { Clock } from "@tern/core";

export interface HandClock extends Clock {
  /** Time passes: whatever falls due on the way runs, in order, and what it sets off settles. */
  pass(ms: number): Promise<void>;
  /** Time passes while the process is frozen: nothing runs. */
  freeze(ms: number): void;
  /** Timers that have neither run nor been cancelled, by the ms until they do. */
  pending(): number[];
}

export function createHandClock(): HandClock {
  const epochMs = 1_700_000_000_000;
  const timers = new Set<{ readonly atMs: number; readonly task: () => void }>();
  let atMs = 5_000;

  async function pass(ms: number): Promise<void> {
    await settle();
    const endMs = atMs + ms;
    for (;;) {
      const [next] = [...timers].filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      timers.delete(next);
      atMs = Math.max(atMs, next.atMs);
      next.task();
      await settle();
    }
    atMs = Math.max(atMs, endMs);
    await settle();
  }

  return {
    nowMs: () => epochMs + atMs,
    monotonicMs: () => atMs,
    after(ms, task) {
      const timer = { atMs: atMs + ms, task };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    pass,
    freeze(ms) {
      atMs += ms;
    },
    pending: () => [...timers].map((timer) => timer.atMs - atMs).sort((a, b) => a - b),
  };
}

/** Lets promises run as far as they can without time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
