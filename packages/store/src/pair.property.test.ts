import { expect, test } from "@jest/globals";
import { LANES, type Lane } from "@tern/core";
import fc from "fast-check";
import type { Taken } from "./moves.ts";
import { DEFAULT_STORE_SETTINGS } from "./settings.ts";
import { verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// P3: the provider allows one recipient 45 messages at once and one more every 6 s. Whatever is asked for, in whatever
// lanes, the slots that one recipient gets fit into that bucket, even if some arrive later than others; and nothing waits
// longer than the bucket demands.

const newWorld = worldsOfThisFile();
const { pairBurst: BURST, pairIntervalMs: INTERVAL_MS, pairJitterMs: JITTER_MS } = DEFAULT_STORE_SETTINGS;
const TO = "+491";

type Event = { readonly afterMs: number } & (
  | { readonly do: "accept"; readonly lane: Lane; readonly count: number }
  | { readonly do: "look"; readonly most: number }
  /** The provider says of the next send: too many to this recipient. */
  | { readonly do: "throttle"; readonly forMs: number }
);

const afterMs = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0, 1, 500, 3_000, 5_999, 6_000, 6_001) },
  { weight: 2, arbitrary: fc.nat(20_000) },
  { weight: 1, arbitrary: fc.constantFrom(60_000, 269_500, 270_000, 600_000) },
);
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      afterMs,
      do: fc.constant("accept" as const),
      lane: fc.constantFrom(...LANES),
      count: fc.constantFrom(1, 2, 10, 44, 60),
    }),
  },
  { weight: 6, arbitrary: fc.record({ afterMs, do: fc.constant("look" as const), most: fc.constantFrom(1, 5, 64) }) },
);
const anyThrottle: fc.Arbitrary<Event> = fc.record({
  afterMs,
  do: fc.constant("throttle" as const),
  forMs: fc.constantFrom(4_000, 16_000, 64_000, 256_000),
});
/** Redis's clock is set back: after a failover, say. */
const anyStepBack: fc.Arbitrary<Event> = fc.record({
  afterMs: fc.integer({ min: -5_000, max: -1 }),
  do: fc.constant("look" as const),
  most: fc.constant(64),
});

const stories = (...more: fc.Arbitrary<Event>[]) =>
  fc.array(
    fc.oneof(
      ...[4, 1, 1].flatMap((weight, at) => {
        const arbitrary = [anyEvent, ...more][at];
        return arbitrary ? [{ weight, arbitrary }] : [];
      }),
    ),
    { minLength: 20, maxLength: 50, size: "max" },
  );

/** Tells a story, looking at least as often as something comes due; the slots in ms, in the order they were given out. */
async function tell(world: World, events: readonly Event[]): Promise<number[]> {
  const slots: number[] = [];
  let throttle: number | null = null;

  async function look(most = 64): Promise<void> {
    await world.promote();
    for (let begun = await world.look({ most }); ; begun = await world.look({ most })) {
      for (const sending of begun.messages) await answer(sending);
      if (!begun.hasMore && begun.messages.length === 0) return;
    }
  }

  async function answer(sending: Taken): Promise<void> {
    slots.push(sending.slotUs / 1_000);
    const forMs = throttle;
    throttle = null;
    const verdict =
      forMs === null
        ? verdicts.submit(`wamid.${slots.length}`)
        : verdicts.snooze(forMs, { reason: "pair-throttled", hold: { of: "recipient", forMs } });
    await world.finish(sending, verdict);
  }

  for (const event of events) {
    await passLooking(world, event.afterMs, look);
    if (event.do === "accept") {
      await world.accept(...Array.from({ length: event.count }, () => ({ to: TO, lane: event.lane })));
    } else if (event.do === "look") {
      await look(event.most);
    } else {
      throttle = event.forMs;
    }
  }
  return slots;
}

/** Lets time pass, and looks whenever something comes due in it. */
async function passLooking(world: World, ms: number, look: () => Promise<void>): Promise<void> {
  const endMs = world.nowMs + ms;
  while (true) {
    const { nextMs } = await world.store.promote(world.sender.id);
    if (nextMs === null || nextMs > endMs) break;
    world.nowMs = Math.max(world.nowMs, nextMs);
    await look();
  }
  world.nowMs = endMs;
}

/** How far these messages, arriving at these times, overdraw the provider's bucket; 0 when they fit. */
function overdraft(arrivals: readonly number[]): number {
  let tokens = BURST;
  let lastMs = Number.NEGATIVE_INFINITY;
  let most = 0;
  for (const atMs of arrivals.toSorted((a, b) => a - b)) {
    tokens = Math.min(BURST, tokens + (atMs - lastMs) / INTERVAL_MS) - 1;
    lastMs = atMs;
    most = Math.max(most, -tokens);
  }
  return most < 1e-6 ? 0 : most;
}

const late = fc.infiniteStream(fc.constantFrom(0, 0, JITTER_MS, JITTER_MS / 2, 1));
const arrive = (slots: readonly number[], delays: fc.Stream<number>) =>
  slots.map((slotMs) => slotMs + Number(delays.next().value));

test("the slots of one recipient fit into its bucket, each arriving up to the jitter later", async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(stories(anyThrottle, anyStepBack), late, async (events, delays) => {
      const slots = await tell(newWorld(), events);
      sent += slots.length;
      expect(overdraft(arrive(slots, delays))).toBe(0);
    }),
    { numRuns: 40 },
  );
  expect(sent).toBeGreaterThan(40 * BURST); // else it was never full
}, 60_000);

// The partner: without the time kept back for it, the jitter overdraws the bucket. A whole burst arrives late, the next in time.
test.each([
  { what: "fit with the time that is kept back", settings: {}, isOverdrawn: false },
  { what: "do not fit without it", settings: { pairJitterMs: 0 }, isOverdrawn: true },
])("a late burst and the one behind it $what", async ({ settings, isOverdrawn }) => {
  const burst: Event[] = [
    { afterMs: 0, do: "accept", lane: "bulk", count: BURST },
    { afterMs: 0, do: "look", most: 64 },
    { afterMs: 0, do: "accept", lane: "bulk", count: 1 },
    { afterMs: 0, do: "look", most: 64 },
    { afterMs: 2 * INTERVAL_MS, do: "look", most: 64 },
  ];
  const world = newWorld({ settings });
  const startMs = world.nowMs;
  const slots = await tell(world, burst);
  expect(slots).toHaveLength(BURST + 1);
  const arrivals = slots.map((slotMs) => (slotMs === startMs ? slotMs + JITTER_MS : slotMs));
  expect(overdraft(arrivals) > 0).toBe(isOverdrawn);
});

// The partner: what a worker that keeps its budgets to itself would do.
test("two that keep a budget each overdraw it together", async () => {
  const burst: Event[] = [
    { afterMs: 0, do: "accept", lane: "bulk", count: 44 },
    { afterMs: 0, do: "look", most: 64 },
  ];
  const [one, other] = [await tell(newWorld(), burst), await tell(newWorld(), burst)];
  expect(overdraft(one)).toBe(0);
  expect(overdraft([...one, ...other])).toBeGreaterThan(40);
});

/** When the bucket itself would let these go, one after the other, as soon as it may: accepted at these times. */
function soonest(accepted: readonly number[]): number[] {
  let fullAtMs = Number.NEGATIVE_INFINITY;
  return accepted.map((atMs) => {
    const goesMs = Math.max(atMs, fullAtMs - (BURST - 1) * INTERVAL_MS);
    fullAtMs = Math.max(fullAtMs, goesMs) + INTERVAL_MS;
    return goesMs;
  });
}

/** Bulk messages of one recipient: no order and no pace holds them up, only the bucket. */
const bulkOnly = fc.array(
  fc.record({
    afterMs,
    do: fc.constant("accept" as const),
    lane: fc.constant("bulk" as const),
    count: fc.integer({ min: 1, max: 60 }),
  }),
  { minLength: 3, maxLength: 8 },
);

/** By how much the slowest of a story was slower than the bucket demands; the n-th to go against the n-th that might. */
async function slowestMs(world: World, events: readonly (Event & { do: "accept" })[]): Promise<number> {
  let atMs = world.nowMs;
  const accepted = events.flatMap((event) => {
    atMs += event.afterMs;
    return Array.from({ length: event.count }, () => atMs);
  });
  const looking = events.flatMap((event): Event[] => [event, { afterMs: 0, do: "look", most: 64 }]);
  const slots = await tell(world, [...looking, { afterMs: (accepted.length + 1) * INTERVAL_MS, do: "look", most: 64 }]);
  expect(slots).toHaveLength(accepted.length);
  const ideal = soonest(accepted);
  return Math.max(...slots.toSorted((a, b) => a - b).map((slotMs, nth) => slotMs - (ideal[nth] ?? 0)));
}

test("nobody waits longer than the bucket demands, the time kept back, and one step", async () => {
  await fc.assert(
    fc.asyncProperty(bulkOnly, async (events) => {
      expect(await slowestMs(newWorld(), events)).toBeLessThanOrEqual(JITTER_MS + INTERVAL_MS);
    }),
    { numRuns: 25 },
  );
}, 60_000);

// The partner: if the burst were smaller than the provider's, somebody would.
test("with a smaller bucket than the provider's somebody would", async () => {
  const check = await fc.check(
    fc.asyncProperty(bulkOnly, async (events) => {
      const world = newWorld({ settings: { pairBurst: BURST - 3 } });
      expect(await slowestMs(world, events)).toBeLessThanOrEqual(JITTER_MS + INTERVAL_MS);
    }),
    { numRuns: 200, endOnFailure: true },
  );
  expect(check.failed).toBe(true);
}, 60_000);

// All 45 of a burst would come back at once and find one token: each gets a time of its own.
test("those who find nothing left get a time each, one interval apart", async () => {
  const world = newWorld();
  const ids = await world.accept(...Array.from({ length: BURST + 5 }, () => ({ to: TO, lane: "bulk" as const })));
  const taken = await world.take();
  const left = ids.slice(taken.length);
  const times: number[] = [];
  for (const each of left)
    if (each.kind === "accepted") times.push((await world.record(each.localId)).waitUntilMs ?? 0);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  expect(gaps).toEqual(gaps.map(() => INTERVAL_MS));
});

test("a recipient's budget takes nothing from another's", async () => {
  const world = newWorld();
  await world.accept(...Array.from({ length: 60 }, () => ({ to: TO, lane: "bulk" as const })));
  await world.take();
  await world.send({ to: "+492" });
});
