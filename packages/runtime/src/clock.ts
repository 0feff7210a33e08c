// The real time and the real chance. Every other module takes them as arguments (@tern/core's Clock and Random).
import type { Clock, Random, Timer } from "@tern/core";

/** The longest delay setTimeout keeps; a longer one would fire at once (https://nodejs.org/api/timers.html). */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/**
 * The clock of a real process.
 *
 * after   any delay, also beyond 24.8 days; Infinity never fires; a negative delay fires as soon as possible; NaN is a
 *         RangeError. A task may run up to 1 ms early, since Node's timers count whole milliseconds.
 *
 * A pending timer keeps the process alive: it is work that somebody waits for, and a service that is told to stop ends
 * by runService, not by running out of events. Whoever repeats a timer owns a stop() that cancels it.
 */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, task) => startTimer(ms, task),
};

export const systemRandom: Random = () => Math.random();

function startTimer(ms: number, task: () => void): Timer {
  if (Number.isNaN(ms)) throw new RangeError("a delay must be a number of milliseconds, not NaN");
  let leftMs = ms;
  let timeout: NodeJS.Timeout;
  const arm = (): void => {
    const stepMs = Math.min(leftMs, TIMEOUT_MAX_MS);
    timeout = setTimeout(() => {
      leftMs -= stepMs;
      if (leftMs > 0) arm();
      else task();
    }, stepMs);
  };
  arm();
  return { cancel: () => clearTimeout(timeout) };
}
