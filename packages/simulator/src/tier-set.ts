// The messaging limit: how many different users a portfolio may reach outside a customer service window in a moving
// 24 h (Meta, "messaging limits", read 2026-09). The set is exact: users in order of the last time they were
// reached, so that those who leave the 24 h are always at the front.

export const TIER_WINDOW_MS = 24 * 3600 * 1000;

export interface TierSet {
  /** Would `user` fit in at `nowMs`? Counts nothing. */
  hasRoomFor(user: string, tier: number, nowMs: number): boolean;
  /** Counts `user` at `nowMs`; call only after `hasRoomFor`. */
  reach(user: string, nowMs: number): void;
  /** How many users count at `nowMs`. */
  countAt(nowMs: number): number;
  /** The most that ever counted at once. */
  readonly most: number;
}

export function createTierSet(): TierSet {
  const lastReachedAtMs = new Map<string, number>();
  // Nobody was reached before it. To look at the front of the map instead would pass all the gaps that moving users
  // to the end has left there, at every send.
  let oldestAtMs = Number.POSITIVE_INFINITY;
  let most = 0;

  function countAt(nowMs: number): number {
    if (oldestAtMs <= nowMs - TIER_WINDOW_MS) forgetUntil(nowMs - TIER_WINDOW_MS);
    return lastReachedAtMs.size;
  }

  function forgetUntil(endMs: number): void {
    oldestAtMs = Number.POSITIVE_INFINITY;
    for (const [user, atMs] of lastReachedAtMs) {
      if (atMs > endMs) {
        oldestAtMs = atMs;
        return;
      }
      lastReachedAtMs.delete(user);
    }
  }

  return {
    countAt,
    hasRoomFor: (user, tier, nowMs) => countAt(nowMs) < tier || lastReachedAtMs.has(user),
    reach(user, nowMs) {
      lastReachedAtMs.delete(user); // so that setting it again moves it to the end
      lastReachedAtMs.set(user, nowMs);
      oldestAtMs = Math.min(oldestAtMs, nowMs);
      most = Math.max(most, lastReachedAtMs.size);
    },
    get most() {
      return most;
    },
  };
}
