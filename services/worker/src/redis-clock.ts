// Slots are moments of Redis's clock; firing needs them on this process's monotonic clock. The difference is learned
// from replies: each says what Redis's clock was, and arrived at a local moment a little later. The smallest difference
// seen lately is the truest one, since a reply can only be late. Old samples go, so a failover to a server with another
// clock is learned within two windows; until then all slots shift by the same amount, which keeps their spacing.

const WINDOW_MS = 10_000;

export interface RedisClock {
  /** Learns from a reply: Redis's clock in it (µs), and the local monotonic moment (ms) it arrived. */
  observe(redisUs: number, monotonicMs: number): void;
  /** The local monotonic moment (ms) of a moment of Redis's clock (µs). */
  toLocalMs(redisUs: number): number;
}

export function createRedisClock(): RedisClock {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let current = Number.POSITIVE_INFINITY;
  let previous = Number.POSITIVE_INFINITY;

  function observe(redisUs: number, monotonicMs: number): void {
    if (monotonicMs - windowStartMs > WINDOW_MS) {
      previous = monotonicMs - windowStartMs > 2 * WINDOW_MS ? Number.POSITIVE_INFINITY : current;
      current = Number.POSITIVE_INFINITY;
      windowStartMs = monotonicMs;
    }
    current = Math.min(current, monotonicMs - redisUs / 1_000);
  }

  return { observe, toLocalMs: (redisUs) => redisUs / 1_000 + Math.min(current, previous) };
}
