// Time as an argument. The server runs on the real clock; tests hand in a manual one and move it by hand, so that
// a pair bucket, a 24 h window or a webhook retry can be tested without sleeping.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Epoch milliseconds with a sub-millisecond fraction; never goes back. */
  nowMs(): number;
  /** Calls `run` once, `delayMs` (>= 0) from now. */
  setTimer(run: () => void, delayMs: number): Timer;
}

export interface ManualClock extends Clock {
  /** Moves time on by `byMs` and runs every timer that falls due on the way, in order of its time. */
  advance(byMs: number): void;
}

// The longest delay setTimeout understands; a longer one would fire at once.
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The clock of a running server. Wall time of the process start plus the monotonic time since. */
export const realClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  setTimer(run, delayMs) {
    const timeout = setTimeout(run, Math.min(delayMs, TIMEOUT_MAX_MS));
    return { cancel: () => clearTimeout(timeout) };
  },
};

/**
 * Makes a clock that stands still until it is moved.
 *
 * startMs   epoch milliseconds it shows first
 */
export function createManualClock(startMs = 1_760_000_000_000): ManualClock {
  let currentMs = startMs;
  let timers: { atMs: number; run: () => void }[] = [];

  return {
    nowMs: () => currentMs,
    setTimer(run, delayMs) {
      const timer = { atMs: currentMs + delayMs, run };
      timers.push(timer);
      return {
        cancel: () => {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
    advance(byMs) {
      const untilMs = currentMs + byMs;
      for (let next = earliest(timers); next !== undefined && next.atMs <= untilMs; next = earliest(timers)) {
        const due = next;
        timers = timers.filter((other) => other !== due);
        currentMs = Math.max(currentMs, due.atMs);
        due.run();
      }
      currentMs = untilMs;
    },
  };
}

function earliest<T extends { atMs: number }>(timers: T[]): T | undefined {
  return timers.reduce<T | undefined>((best, timer) => (best && best.atMs <= timer.atMs ? best : timer), undefined);
}
