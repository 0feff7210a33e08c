// The messaging limit: how many different users a portfolio may reach outside a customer service window in a moving
// 24 h (Meta, "messaging limits", read 2026-09). The set is exact: users in order of the last time they were
// reached, so that those who leave the 24 h are always at the front.

export const TIER_WINDOW_MS = 24 * 3600 * 1000;

export interface TierSet {
  /** Counts `user` at `nowMs`; false, and nothing counted, if it would be one more than `tier`. */
  reach(user: string, tier: number, nowMs: number): boolean;
  /** How many users count at `nowMs`. */
  countAt(nowMs: number): number;
}

export function createTierSet(): TierSet {
  const lastReachedAtMs = new Map<string, number>();

  function countAt(nowMs: number): number {
    for (const [user, atMs] of lastReachedAtMs) {
      if (atMs > nowMs - TIER_WINDOW_MS) break;
      lastReachedAtMs.delete(user);
    }
    return lastReachedAtMs.size;
  }

  return {
    countAt,
    reach(user, tier, nowMs) {
      if (countAt(nowMs) >= tier && !lastReachedAtMs.has(user)) return false;
      lastReachedAtMs.delete(user); // so that setting it again moves it to the end
      lastReachedAtMs.set(user, nowMs);
      return true;
    },
  };
}
