// A clock for tests that moves only when told to.

import type { Clock } from "@tern/core";

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due on the way, in its order. */
  advance(ms: number): void;
  /** How many timers wait. */
  waiting(): number;
}

export function createManualClock(startMs = Date.UTC(2026, 10, 22)): ManualClock {
  const timers = new Set<{ readonly atMs: number; readonly task: () => void }>();
  let passedMs = 0;

  function next(untilMs: number) {
    const due = [...timers].filter(({ atMs }) => atMs <= untilMs);
    return due.sort((a, b) => a.atMs - b.atMs)[0];
  }

  return {
    nowMs: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    after(ms, task) {
      const timer = { atMs: passedMs + ms, task };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance(ms) {
      const untilMs = passedMs + ms;
      for (let timer = next(untilMs); timer !== undefined; timer = next(untilMs)) {
        timers.delete(timer);
        passedMs = timer.atMs;
        timer.task();
      }
      passedMs = untilMs;
    },
    waiting: () => timers.size,
  };
}
