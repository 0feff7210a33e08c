// A clock that tests move by hand: nothing happens until advance() is called.
import type { Clock } from "@tern/core";

export interface TestClock extends Clock {
  /** Moves time and runs what falls due on the way, in order; then lets promises settle. */
  advance(ms: number): Promise<void>;
  /** Timers that have neither run nor been cancelled. */
  pending(): number;
}

export function createTestClock(): TestClock {
  const timers = new Set<{ dueMs: number; task: () => void }>();
  let nowMs = 1_700_000_000_000;

  async function advance(ms: number): Promise<void> {
    const endMs = nowMs + ms;
    for (;;) {
      const [next] = [...timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
      if (!next) break;
      timers.delete(next);
      nowMs = next.dueMs;
      next.task();
    }
    nowMs = endMs;
    await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(ms, task) {
      const timer = { dueMs: nowMs + ms, task };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance,
    pending: () => timers.size,
  };
}
