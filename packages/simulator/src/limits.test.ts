import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createExpiringMap } from "./expiring-map.ts";
import { createPairBudget, PAIR_BURST, PAIR_REFILL_MS } from "./pair-budget.ts";
import { createTierSet, TIER_WINDOW_MS } from "./tier-set.ts";

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

  test("behaves as a bucket that is filled drop by drop", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 300 }), (gapsMs) => {
        const budget = createPairBudget();
        let tokens = PAIR_BURST;
        let nowMs = startMs;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          tokens = Math.min(PAIR_BURST, tokens + gapMs / PAIR_REFILL_MS);
          const isNearEdge = Math.abs(tokens - 1) < 1e-6; // where the model's own rounding decides
          if (!isNearEdge) expect(budget.hasToken("u", nowMs)).toBe(tokens >= 1);
          if (!budget.hasToken("u", nowMs)) continue;
          budget.take("u", nowMs);
          tokens -= 1;
        }
      }),
    );
  });
});

describe("the tier set", () => {
  test("takes as many different users as the tier and no more", () => {
    const set = createTierSet();

    expect(set.reach("a", 2, startMs)).toBe(true);
    expect(set.reach("b", 2, startMs)).toBe(true);
    expect(set.reach("c", 2, startMs)).toBe(false);
    expect(set.reach("a", 2, startMs + 1)).toBe(true);
    expect(set.countAt(startMs + 1)).toBe(2);
  });

  test("a user leaves 24 h after they were last reached, not after the first time", () => {
    const set = createTierSet();
    set.reach("a", 1, startMs);
    set.reach("a", 1, startMs + 1000);

    expect(set.reach("b", 1, startMs + TIER_WINDOW_MS)).toBe(false);
    expect(set.reach("b", 1, startMs + TIER_WINDOW_MS + 999)).toBe(false);
    expect(set.reach("b", 1, startMs + TIER_WINDOW_MS + 1000)).toBe(true);
  });
});

test("whoever was reached again does not keep the others in the tier set", () => {
  const set = createTierSet();
  set.reach("a", 2, startMs);
  set.reach("b", 2, startMs + 1000);
  set.reach("a", 2, startMs + 2000);

  expect(set.countAt(startMs + TIER_WINDOW_MS + 1000)).toBe(1);
});

test("an expiring map forgets what no longer matters and keeps what does", () => {
  const map = createExpiringMap();
  for (let nth = 0; nth < 5000; nth += 1) map.set(`old-${nth}`, startMs + nth, startMs + nth);
  map.set("live", startMs + 1e9, startMs + 5000);
  for (let nth = 0; nth < 5000; nth += 1) map.set(`new-${nth}`, startMs + 6000 + nth, startMs + 6000 + nth);

  expect(map.size).toBeLessThan(2100);
  expect(map.get("live")).toBe(startMs + 1e9);
});
