import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoffMs, pairBackoffMs } from "./backoff.ts";

const POLICY = { backoffBaseMs: 1_000, backoffFactor: 2, backoffMaxMs: 300_000 };
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.integer({ min: 1, max: 5_000 });

test.each([
  { after: 1, leastMs: 500, mostMs: 1_000 },
  { after: 2, leastMs: 1_000, mostMs: 2_000 },
  { after: 5, leastMs: 8_000, mostMs: 16_000 },
  { after: 9, leastMs: 128_000, mostMs: 256_000 },
  { after: 10, leastMs: 150_000, mostMs: 300_000 },
  { after: 2_000, leastMs: 150_000, mostMs: 300_000 },
])("after attempt $after the wait is from $leastMs to $mostMs ms", ({ after, leastMs, mostMs }) => {
  expect(backoffMs(after, 0, POLICY)).toBe(leastMs);
  expect(backoffMs(after, 1 - Number.EPSILON, POLICY)).toBe(mostMs);
});

test("an attempt that was never made waits like the first", () => {
  expect(backoffMs(0, 0, POLICY)).toBe(backoffMs(1, 0, POLICY));
});

test("the wait stays between half of the full wait and the ceiling, in whole milliseconds", () => {
  fc.assert(
    fc.property(attempts, chance, (after, luck) => {
      const waitMs = backoffMs(after, luck, POLICY);
      expect(Number.isInteger(waitMs)).toBe(true);
      expect(waitMs).toBeGreaterThanOrEqual(500);
      expect(waitMs).toBeLessThanOrEqual(POLICY.backoffMaxMs);
    }),
  );
});

test("with the same luck a later attempt never waits less", () => {
  fc.assert(
    fc.property(attempts, chance, (after, luck) => {
      expect(backoffMs(after + 1, luck, POLICY)).toBeGreaterThanOrEqual(backoffMs(after, luck, POLICY));
    }),
  );
});

// Without jitter all messages of one outage would come back in the same instant.
test("luck spreads the wait over half of it", () => {
  const waits = new Set(Array.from({ length: 100 }, (_, step) => backoffMs(3, step / 100, POLICY)));
  expect(waits.size).toBe(100);
});

test("a throttled pair waits 4^X seconds, at most 4^4", () => {
  expect([1, 2, 3, 4, 5, 6, 1_000].map(pairBackoffMs)).toEqual([
    1_000, 4_000, 16_000, 64_000, 256_000, 256_000, 256_000,
  ]);
  expect(pairBackoffMs(0)).toBe(1_000);
});
