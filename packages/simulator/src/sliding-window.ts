// The exact sliding window of one second. A window is half open: two messages exactly 1,000 ms apart do not share
// one. The moments of the last second are kept in a growing ring; each is pushed once and dropped once, so a call
// costs O(1) amortised, and the limit may change at any time because the window itself knows none.

export const WINDOW_MS = 1000;

export interface SlidingWindow {
  /** How many were recorded in (nowMs - 1000, nowMs]. `nowMs` must not go back between calls. */
  countAt(nowMs: number): number;
  /**
   * Records one at `nowMs` and returns the count including it.
   *
   * sinceMs   when it may have come at the earliest, if that is known no better (Clock.readUpToMs): it counts for a second
   *           from then, so that only those count that certainly came within one. Must not go back between calls.
   */
  add(nowMs: number, sinceMs?: number): number;
  /** The most that ever fell into one window. */
  readonly most: number;
}

export function createSlidingWindow(): SlidingWindow {
  let ring = new Float64Array(128); // length stays a power of two, so that a mask does the modulo
  let head = 0;
  let size = 0;
  let most = 0;

  function countAt(nowMs: number): number {
    const mask = ring.length - 1;
    while (size > 0 && (ring[head & mask] ?? 0) <= nowMs - WINDOW_MS) {
      head = (head + 1) & mask;
      size -= 1;
    }
    return size;
  }

  function grow(): void {
    const larger = new Float64Array(ring.length * 2);
    const mask = ring.length - 1;
    for (let at = 0; at < size; at += 1) larger[at] = ring[(head + at) & mask] ?? 0;
    ring = larger;
    head = 0;
  }

  return {
    countAt,
    add(nowMs, sinceMs = nowMs) {
      countAt(nowMs);
      if (size === ring.length) grow();
      ring[(head + size) & (ring.length - 1)] = sinceMs;
      size += 1;
      if (size > most) most = size;
      return size;
    },
    get most() {
      return most;
    },
  };
}
