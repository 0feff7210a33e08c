import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createExpiringMap } from "./expiring-map.ts";
import { createPairBudget, PAIR_BURST, PAIR_REFILL_MS } from "./pair-budget.ts";
import { createTierSet, TIER_WINDOW_MS, type TierSet } from "./tier-set.ts";

const startMs = 1_760_000_000_000;

describe("the pair budget", () => {
  function spent(atMs: number) {
    const budget = createPairBudget();
    for (let nth = 1; nth <= PAIR_BURST; nth += 1) {
      expect(budget.hasToken("+49151", atMs)).toBe(true);
      budget.take("+49151", atMs);
    }
    return budget;
  }

  test("45 messages at once, and not one more", () => {
    expect(spent(startMs).hasToken("+49151", startMs)).toBe(false);
  });

  test("one comes back every six seconds, not a moment earlier", () => {
    const budget = spent(startMs);

    expect(budget.hasToken("+49151", startMs + PAIR_REFILL_MS - 1)).toBe(false);
    expect(budget.hasToken("+49151", startMs + PAIR_REFILL_MS)).toBe(true);
    budget.take("+49151", startMs + PAIR_REFILL_MS);
    expect(budget.hasToken("+49151", startMs + PAIR_REFILL_MS)).toBe(false);
  });

  test("another user has a bucket of their own", () => {
    expect(spent(startMs).hasToken("+49152", startMs)).toBe(true);
  });

  test("knows the fewest tokens anybody was left with, in fractions", () => {
    const budget = createPairBudget();
    expect(budget.tokensLeast).toBe(45);

    budget.take("a", startMs);
    budget.take("a", startMs + PAIR_REFILL_MS / 2);
    budget.take("b", startMs + PAIR_REFILL_MS / 2);
    expect(budget.tokensLeast).toBe(43.5);

    expect(spent(startMs).tokensLeast).toBe(0);
  });

  test("behaves as a bucket that is filled drop by drop", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 300 }), (gapsMs) => {
        const budget = createPairBudget();
        let tokens = PAIR_BURST;
        let least = PAIR_BURST;
        let nowMs = startMs;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          tokens = Math.min(PAIR_BURST, tokens + gapMs / PAIR_REFILL_MS);
          const isNearEdge = Math.abs(tokens - 1) < 1e-6; // where the model's own rounding decides
          if (!isNearEdge) expect(budget.hasToken("u", nowMs)).toBe(tokens >= 1);
          if (!budget.hasToken("u", nowMs)) continue;
          budget.take("u", nowMs);
          tokens -= 1;
          least = Math.min(least, tokens);
        }
        expect(budget.tokensLeast).toBeCloseTo(least, 6);
        expect(budget.tokensLeast).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("the tier set", () => {
  /** Reaches the user if there is room; says whether there was. */
  function tryReach(set: TierSet, user: string, tier: number, nowMs: number): boolean {
    const hasRoom = set.hasRoomFor(user, tier, nowMs);
    if (hasRoom) set.reach(user, nowMs);
    return hasRoom;
  }

  test("takes as many different users as the tier and no more", () => {
    const set = createTierSet();

    expect(tryReach(set, "a", 2, startMs)).toBe(true);
    expect(tryReach(set, "b", 2, startMs)).toBe(true);
    expect(tryReach(set, "c", 2, startMs)).toBe(false);
    expect(tryReach(set, "a", 2, startMs + 1)).toBe(true);
    expect(set.countAt(startMs + 1)).toBe(2);
  });

  test("to look for room counts nobody", () => {
    const set = createTierSet();

    set.hasRoomFor("a", 1, startMs);

    expect(set.countAt(startMs)).toBe(0);
  });

  test("a user leaves 24 h after they were last reached, not after the first time", () => {
    const set = createTierSet();
    set.reach("a", startMs);
    set.reach("a", startMs + 1000);

    expect(set.hasRoomFor("b", 1, startMs + TIER_WINDOW_MS)).toBe(false);
    expect(set.hasRoomFor("b", 1, startMs + TIER_WINDOW_MS + 999)).toBe(false);
    expect(set.hasRoomFor("b", 1, startMs + TIER_WINDOW_MS + 1000)).toBe(true);
  });

  test("whoever was reached again does not keep the others in it", () => {
    const set = createTierSet();
    set.reach("a", startMs);
    set.reach("b", startMs + 1000);
    set.reach("a", startMs + 2000);

    expect(set.countAt(startMs + TIER_WINDOW_MS + 1000)).toBe(1);
  });

  test("counts as a model that looks through everything does, and knows the most there ever were", () => {
    const hourMs = TIER_WINDOW_MS / 24;
    const step = fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 * hourMs }), fc.constant(TIER_WINDOW_MS)),
      user: fc.constantFrom("a", "b", "c", "d", "e"),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.array(step, { maxLength: 60 }), (tier, steps) => {
        const set = createTierSet();
        const reached: { user: string; atMs: number }[] = [];
        let nowMs = startMs;
        let most = 0;
        for (const { afterMs, user } of steps) {
          nowMs += afterMs;
          const recent = new Set(reached.filter(({ atMs }) => atMs > nowMs - TIER_WINDOW_MS).map((each) => each.user));
          const hasRoom = recent.size < tier || recent.has(user);
          expect(tryReach(set, user, tier, nowMs)).toBe(hasRoom);
          if (hasRoom) {
            reached.push({ user, atMs: nowMs });
            recent.add(user);
          }
          most = Math.max(most, recent.size);
          expect(set.countAt(nowMs)).toBe(recent.size);
        }
        expect(set.most).toBe(most);
      }),
    );
  });
});

test("an expiring map forgets what no longer matters and keeps what does", () => {
  const map = createExpiringMap();
  for (let nth = 0; nth < 5000; nth += 1) map.set(`old-${nth}`, startMs + nth, startMs + nth);
  map.set("live", startMs + 1e9, startMs + 5000);
  for (let nth = 0; nth < 5000; nth += 1) map.set(`new-${nth}`, startMs + 6000 + nth, startMs + 6000 + nth);

  expect(map.size).toBeLessThan(2100);
  expect(map.get("live")).toBe(startMs + 1e9);
});
