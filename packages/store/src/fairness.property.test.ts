import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { DEFAULT_STORE_SETTINGS } from "./settings.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

// P5: within a lane, callers share. As long as two of them have messages waiting, neither gets more than the other by more
// than the credit that one who comes back may bring along.

const newWorld = worldsOfThisFile();
const CREDIT = 4;
const CALLERS = ["shop", "bank", "club"] as const;
type Caller = (typeof CALLERS)[number];

type Event =
  | { readonly do: "accept"; readonly caller: Caller; readonly count: number }
  | { readonly do: "look"; readonly most: number }
  /** The oldest that waits is taken back: nothing is sent for it, and nobody is to lose by it. */
  | { readonly do: "cancel"; readonly caller: Caller };

const caller = fc.constantFrom(...CALLERS);
const stories = (cancelWeight: number): fc.Arbitrary<Event[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant("accept" as const), caller, count: fc.constantFrom(1, 3, 20, 60) }),
      },
      { weight: 5, arbitrary: fc.record({ do: fc.constant("look" as const), most: fc.integer({ min: 1, max: 12 }) }) },
      { weight: cancelWeight, arbitrary: fc.record({ do: fc.constant("cancel" as const), caller }) },
    ),
    { minLength: 20, maxLength: 60, size: "max" },
  );

/** By how much, at most, one caller got more than another in a time in which both had messages waiting throughout. */
async function greatestLead(world: World, events: readonly Event[]): Promise<number> {
  const waiting = new Map<string, string[]>(CALLERS.map((each) => [each, []]));
  const pairs = CALLERS.flatMap((one, at) => CALLERS.slice(at + 1).map((other) => ({ one, other, leads: [0] })));
  const of = (each: string) => waiting.get(each) ?? [];
  let greatest = 0;
  for (const event of events) {
    if (event.do === "accept") {
      const messages = Array.from({ length: event.count }, () => ({ caller: event.caller }));
      for (const each of await world.accept(...messages))
        if (each.kind === "accepted") of(event.caller).push(each.localId);
    } else if (event.do === "cancel") {
      const localId = of(event.caller).shift();
      if (localId) await world.store.cancel(world.sender.id, localId, null);
    } else {
      for (const { localId, caller: whose } of await world.take({ most: event.most })) {
        waiting.set(
          whose,
          of(whose).filter((id) => id !== localId),
        );
        for (const { one, other, leads } of pairs) {
          leads.push((leads.at(-1) ?? 0) + (whose === one ? 1 : whose === other ? -1 : 0));
        }
      }
    }
    for (const pair of pairs) {
      if (of(pair.one).length === 0 || of(pair.other).length === 0) pair.leads = [0];
      greatest = Math.max(greatest, Math.max(...pair.leads) - Math.min(...pair.leads));
    }
  }
  return greatest;
}

test("of two callers with a backlog neither leads by more than the credit and the message at hand", async () => {
  await fc.assert(
    fc.asyncProperty(stories(0), async (events) => {
      const world = newWorld({ settings: { callerCredit: CREDIT } });
      expect(await greatestLead(world, events)).toBeLessThanOrEqual(CREDIT + 1);
    }),
    { numRuns: 60 },
  );
}, 60_000);

// A look picks by turns and then finds what was taken back: until the next look it has given that turn to another.
test("nor do messages that were taken back cost a caller more than the look that finds them", async () => {
  await fc.assert(
    fc.asyncProperty(stories(1), async (events) => {
      const world = newWorld({ settings: { callerCredit: CREDIT } });
      const canceled = events.filter((event) => event.do === "cancel").length;
      expect(await greatestLead(world, events)).toBeLessThanOrEqual(CREDIT + 1 + canceled);
    }),
    { numRuns: 60 },
  );
}, 60_000);

// The partner: a greater credit.
test("with a greater credit one would", async () => {
  const check = await fc.check(
    fc.asyncProperty(stories(0), async (events) => {
      const world = newWorld({ settings: { callerCredit: CREDIT * 4 } });
      expect(await greatestLead(world, events)).toBeLessThanOrEqual(CREDIT + 1);
    }),
    { numRuns: 200, endOnFailure: true },
  );
  expect(check.failed).toBe(true);
}, 60_000);

test("a caller that comes to a lane where another has thousands waiting gets every other slot at once", async () => {
  const world = newWorld();
  await world.accept(...Array.from({ length: 500 }, () => ({ caller: "shop" })));
  await world.take({ most: 40 });
  await world.accept(...Array.from({ length: 200 }, () => ({ caller: "bank" })));
  const { callerCredit } = DEFAULT_STORE_SETTINGS;
  const first = await world.take({ most: 40 });
  expect(first.filter(({ caller: whose }) => whose === "bank").length).toBeGreaterThanOrEqual(20);
  let [bank, shop] = [0, 0];
  for (let round = 0; round < 4; round++) {
    for (const one of await world.take({ most: 50 })) one.caller === "bank" ? bank++ : shop++;
  }
  expect(Math.abs(bank - shop)).toBeLessThanOrEqual(callerCredit + 1);
});

test("a lane is not shared with another lane's callers", async () => {
  const world = newWorld();
  await world.accept(...Array.from({ length: 30 }, () => ({ caller: "shop", lane: "bulk" as const })));
  await world.take({ most: 30 });
  await world.accept(
    ...Array.from({ length: 10 }, () => ({ caller: "shop" })),
    ...Array.from({ length: 10 }, () => ({ caller: "bank" })),
  );
  const taken = await world.take({ most: 10 });
  expect(taken.filter(({ caller: whose }) => whose === "shop")).toHaveLength(5);
});
