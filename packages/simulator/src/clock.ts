// Time as an argument. The server runs on the real clock; tests hand in a manual one and move it by hand, so that
// a pair bucket, a 24 h window or a webhook retry can be tested without sleeping.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Epoch milliseconds with a sub-millisecond fraction; never goes back. */
  nowMs(): number;
  /**
   * Whatever is read now arrived after this moment (epoch ms, at most nowMs): up to it, all that had come was read. A
   * process that was kept from running sees arrivals late, and must not take its own pause for the sender's hurry.
   */
  readUpToMs(): number;
  /** Calls `run` once, `delayMs` (>= 0) from now. */
  setTimer(run: () => void, delayMs: number): Timer;
}

export interface ManualClock extends Clock {
  /** Moves time on by `byMs` and runs every timer that falls due on the way, in order of its time. */
  advance(byMs: number): void;
  /** Time goes by and the process does not run: until the next `advance`, what is read may have come at any time of it. */
  pause(byMs: number): void;
}

// The longest delay setTimeout understands; a longer one would fire at once.
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** How often the running server notes that it runs: the precision of arrivals. */
const BEAT_MS = 2;
let beatAtMs: number | null = null;

/** The clock of a running server. Wall time of the process start plus the monotonic time since. */
export const realClock: Clock = {
  nowMs: epochMs,
  readUpToMs() {
    if (beatAtMs === null) setInterval(beat, BEAT_MS).unref();
    beatAtMs ??= epochMs();
    return beatAtMs;
  },
  setTimer(run, delayMs) {
    const timeout = setTimeout(run, Math.min(delayMs, TIMEOUT_MAX_MS));
    return { cancel: () => clearTimeout(timeout) };
  },
};

function epochMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * The event loop looks for arrivals after its timers and before what is set as immediate. After two such looks all that
 * came before the first has been read: a new connection is accepted in one look, and its request read in the next.
 */
function beat(): void {
  const atMs = epochMs();
  const read = () => {
    beatAtMs = atMs;
  };
  setImmediate(() => setImmediate(read).unref()).unref();
}

/**
 * Makes a clock that stands still until it is moved.
 *
 * startMs   epoch milliseconds it shows first
 */
export function createManualClock(startMs = 1_760_000_000_000): ManualClock {
  let currentMs = startMs;
  let readUpToMs = startMs;
  let timers: { atMs: number; run: () => void }[] = [];

  return {
    nowMs: () => currentMs,
    readUpToMs: () => readUpToMs,
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
        readUpToMs = currentMs;
        due.run();
      }
      currentMs = untilMs;
      readUpToMs = untilMs;
    },
    pause(byMs) {
      currentMs += byMs;
    },
  };
}

function earliest<T extends { atMs: number }>(timers: T[]): T | undefined {
  return timers.reduce<T | undefined>((best, timer) => (best && best.atMs <= timer.atMs ? best : timer), undefined);
}
