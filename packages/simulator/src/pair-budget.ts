// The pair limit: from one business number to one user, 45 messages at once, then one more every 6 seconds, else
// error 131056 (Meta, "about the platform: rate limits", read 2026-09). A token bucket, kept as one moment per
// user: when the bucket will be full again.
import { createExpiringMap } from "./expiring-map.ts";

export const PAIR_BURST = 45;
export const PAIR_REFILL_MS = 6000;

export interface PairBudget {
  /** Is there a token for this user? Takes nothing. */
  hasToken(user: string, nowMs: number): boolean;
  /** Takes a token; call only after `hasToken`. */
  take(user: string, nowMs: number): void;
  /** The fewest tokens a user was ever left with, in fractions. */
  readonly tokensLeast: number;
}

export function createPairBudget(): PairBudget {
  const fullAgainAtMs = createExpiringMap();
  let tokensLeast = PAIR_BURST;
  const afterOneMore = (user: string, nowMs: number) => Math.max(fullAgainAtMs.get(user), nowMs) + PAIR_REFILL_MS;

  return {
    hasToken: (user, nowMs) => afterOneMore(user, nowMs) - nowMs <= PAIR_BURST * PAIR_REFILL_MS,
    take(user, nowMs) {
      const untilMs = afterOneMore(user, nowMs);
      fullAgainAtMs.set(user, untilMs, nowMs);
      tokensLeast = Math.min(tokensLeast, PAIR_BURST - (untilMs - nowMs) / PAIR_REFILL_MS);
    },
    get tokensLeast() {
      return tokensLeast;
    },
  };
}
