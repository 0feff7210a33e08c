// A map from a key to the moment until which it matters; past it, the entry means nothing and may go. It sweeps
// itself whenever it has doubled since the last sweep, so memory follows the live entries at O(1) amortised.

export interface ExpiringMap {
  /** Epoch ms until which the entry matters; 0 when there is none. It may lie in the past. */
  get(key: string): number;
  set(key: string, untilMs: number, nowMs: number): void;
  readonly size: number;
}

const SWEEP_SIZE_MIN = 1024;

export function createExpiringMap(): ExpiringMap {
  const untilMsByKey = new Map<string, number>();
  let sweepAtSize = SWEEP_SIZE_MIN;

  function sweep(nowMs: number): void {
    for (const [key, untilMs] of untilMsByKey) if (untilMs <= nowMs) untilMsByKey.delete(key);
    sweepAtSize = Math.max(SWEEP_SIZE_MIN, untilMsByKey.size * 2);
  }

  return {
    get: (key) => untilMsByKey.get(key) ?? 0,
    set(key, untilMs, nowMs) {
      untilMsByKey.set(key, untilMs);
      if (untilMsByKey.size > sweepAtSize) sweep(nowMs);
    },
    get size() {
      return untilMsByKey.size;
    },
  };
}
