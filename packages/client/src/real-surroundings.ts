// The real clock, chance and network: what createClient uses unless it is told otherwise. The only module of this package
// that touches them.

/** What the client needs of the world around it. */
export interface Surroundings {
  /** Milliseconds of a clock that never goes back; only differences count. */
  readonly nowMs: () => number;
  /** Calls `action` once after `delayMs`; the returned function calls it off. */
  readonly after: (delayMs: number, action: () => void) => () => void;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** A name that no request had before. */
  readonly newKey: () => string;
  readonly fetch: typeof globalThis.fetch;
}

export const realSurroundings: Surroundings = {
  nowMs: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  newKey: () => crypto.randomUUID(),
  // Looked up for each call: what watches requests (OpenTelemetry, tests) may have put another one in its place.
  fetch: (input, init) => globalThis.fetch(input, init),
};
