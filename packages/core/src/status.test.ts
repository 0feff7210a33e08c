import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  advanceRank,
  FAILED_BY_PROVIDER_RANK,
  isFinal,
  rankOf,
  STATUSES,
  type Status,
  statusOf,
  TAKEN_RANK,
} from "./status.ts";

/** The order in which one thing said about a message outranks another, written down a second time and by hand. */
const CLIMB: readonly { readonly status: Status; readonly by: "tern" | "provider" }[] = [
  { status: "queued", by: "tern" },
  { status: "sending", by: "tern" },
  { status: "unconfirmed", by: "tern" },
  { status: "canceled", by: "tern" },
  { status: "expired", by: "tern" },
  { status: "failed", by: "tern" },
  { status: "submitted", by: "tern" },
  { status: "sent", by: "provider" },
  { status: "failed", by: "provider" },
  { status: "delivered", by: "provider" },
  { status: "read", by: "provider" },
  { status: "played", by: "provider" },
];
const rankAt = (step: number) => rankOf((CLIMB[step] as (typeof CLIMB)[number]).status, CLIMB[step]?.by);
const anyRank = fc.constantFrom(...CLIMB.map((_, step) => rankAt(step)));

describe("every pair", () => {
  const pairs = CLIMB.flatMap((current, from) =>
    CLIMB.map((event, to) => ({
      current: `${current.status} (${current.by})`,
      event: `${event.status} (${event.by})`,
      from,
      to,
    })),
  );
  test.each(pairs)("$current, then told $event", ({ from, to }) => {
    const after = advanceRank(rankAt(from), rankAt(to));
    expect(after).toBe(rankAt(Math.max(from, to)));
    expect(statusOf(after)).toBe(CLIMB[Math.max(from, to)]?.status);
  });
});

test("the table and the order above name the same statuses, and no two share a rank", () => {
  expect(new Set(CLIMB.map(({ status }) => status))).toEqual(new Set(Object.keys(STATUSES)));
  expect(new Set(CLIMB.map((_, step) => rankAt(step))).size).toBe(CLIMB.length);
});

test("any order and repetition of the same events ends in the same rank", () => {
  const story = fc.array(anyRank, { minLength: 1, maxLength: 8 });
  const shuffledWithRepeats = story.chain((ranks) =>
    fc
      .tuple(
        fc.shuffledSubarray(ranks, { minLength: ranks.length, maxLength: ranks.length }),
        fc.array(fc.constantFrom(...ranks), { maxLength: 8 }),
      )
      .map(([shuffled, repeats]) => ({ ranks, other: [...repeats, ...shuffled] })),
  );
  fc.assert(
    fc.property(shuffledWithRepeats, ({ ranks, other }) => {
      expect(other.reduce(advanceRank, 0)).toBe(ranks.reduce(advanceRank, 0));
    }),
  );
});

// The partner of the property above: the rule it replaces, "the last one told wins", does not survive it.
test("a status that follows the last event depends on their order", () => {
  const lastWins = (_: number, event: number) => event;
  const check = fc.check(
    fc.property(fc.array(anyRank, { minLength: 2, maxLength: 4 }), (ranks) => {
      expect([...ranks].reverse().reduce(lastWins, 0)).toBe(ranks.reduce(lastWins, 0));
    }),
  );
  expect(check.failed).toBe(true);
});

test("what the provider says about a failure outranks its `sent` and not its `delivered`", () => {
  expect(advanceRank(rankOf("sent"), rankOf("failed", "provider"))).toBe(FAILED_BY_PROVIDER_RANK);
  expect(advanceRank(rankOf("delivered"), rankOf("failed", "provider"))).toBe(rankOf("delivered"));
});

test("a message we gave up on and that is then reported delivered is delivered", () => {
  expect(statusOf(advanceRank(rankOf("failed", "tern"), rankOf("delivered", "provider")))).toBe("delivered");
});

test("what the provider has ranks above everything Tern may conclude by itself", () => {
  const ours = (["queued", "sending", "unconfirmed", "canceled", "expired", "failed"] as const).map((s) => rankOf(s));
  expect(Math.max(...ours)).toBeLessThan(TAKEN_RANK);
  expect(rankOf("failed", "provider")).toBeGreaterThan(TAKEN_RANK);
});

test.each<[Status, boolean]>([
  ["queued", false],
  ["sending", false],
  ["unconfirmed", false],
  ["canceled", true],
  ["expired", true],
  ["failed", true],
  ["submitted", false],
  ["sent", false],
  ["delivered", true],
  ["read", true],
  ["played", true],
])("%s is final: %s", (status, final) => {
  expect(isFinal(status)).toBe(final);
});

test("a rank that no status has is a corrupt record and says so", () => {
  expect(() => statusOf(35)).toThrow("no status has the rank 35");
});
