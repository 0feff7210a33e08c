import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createPrng, createStream, purpose } from "./prng.ts";
import { ordinalOf, wamidOf } from "./wamid.ts";

test("a wamid is framed like Meta's and carries the user's digits", () => {
  const wamid = wamidOf(1, 1, "+16505551234");

  // The known beginning of ids sent to an eleven-digit number: base64 of 1c 18 0b and the digits.
  expect(wamid.startsWith("wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI")).toBe(true);
  expect(wamid).toMatch(/^wamid\.[A-Za-z0-9+/]+=*$/);
});

test("no two of 200,000 messages share a wamid, and the same seed gives the same again", () => {
  const ids = new Set<string>();
  for (let ordinal = 1; ordinal <= 200_000; ordinal += 1) ids.add(wamidOf(7, ordinal, "+491510000000"));

  expect(ids.size).toBe(200_000);
  expect(ids.has(wamidOf(7, 4711, "+491510000000"))).toBe(true);
  expect(ids.has(wamidOf(8, 4711, "+491510000000"))).toBe(false);
});

test("streams of different purposes and ordinals differ, the same stream repeats", () => {
  const firstOf = (seed: number, ordinal: number) => createStream(seed, purpose.statuses, ordinal)();

  expect(firstOf(1, 5)).toBe(firstOf(1, 5));
  expect(new Set([firstOf(1, 5), firstOf(1, 6), firstOf(2, 5), createStream(1, purpose.faults, 5)()]).size).toBe(4);
});

test("random numbers spread evenly over [0, 1)", () => {
  const draws = Array.from({ length: 10_000 }, createPrng(42));

  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = draws.filter((draw) => Math.floor(draw * 10) === tenth).length / draws.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  }
});

test("an id leads back to its message, and only in its own run", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 31 }), (seed, ordinal) => {
      for (const to of ["+4915112345678", "US.1349120865"]) {
        const wamid = wamidOf(seed, ordinal, to);
        expect(ordinalOf(seed, wamid)).toBe(ordinal);
        expect(ordinalOf(seed + 1, wamid)).toBeNull();
      }
    }),
  );
  expect(ordinalOf(1, "wamid.abc")).toBeNull();
});
