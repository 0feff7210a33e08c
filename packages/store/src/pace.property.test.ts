import { describe, expect, test } from "@jest/globals";
import type { DueJob, Lane } from "@tern/core";
import fc from "fast-check";
import { aMessage, NOON_MS, type World, worldsOfThisFile } from "./testing/world.ts";

// P3 and P5: whatever the workers do, and whenever they do it, the slots given out never exceed the pace in any second,
// and under load hardly any is left unused.

const newWorld = worldsOfThisFile();
const SECOND_US = 1_000_000;

/** What one worker does next: after `afterUs`, for a message of this lane. */
interface Call {
  readonly afterMs: number;
  readonly lane: Lane;
  readonly missesItsSlot: boolean;
}

const anyCalls = (lanes: readonly Lane[]) =>
  fc.array(
    fc.record({
      // Bursts, a steady stream, pauses; and Redis's clock may be set back.
      afterMs: fc.oneof({ weight: 8, arbitrary: fc.nat(30) }, fc.constantFrom(0, 0, 400, 2_500, -300)),
      lane: fc.constantFrom(...lanes),
      missesItsSlot: fc.boolean(),
    }),
    { minLength: 60, maxLength: 150, size: "max" },
  );

/** The slots that these calls get; messages that are put back get none. */
async function slotsOf(world: World, calls: readonly Call[]): Promise<{ slotUs: number; lane: Lane }[]> {
  const slots: { slotUs: number; lane: Lane }[] = [];
  const unpaced = { ...world.sender, pace: "unlimited" as const };
  const accepted = await world.store.accept(
    unpaced,
    calls.map(({ lane }) => aMessage({ lane })),
  );
  for (const [at, { afterMs, lane, missesItsSlot }] of calls.entries()) {
    world.pass(afterMs);
    const each = accepted[at];
    if (each?.kind !== "accepted" || each.job === null) throw new Error("every message should be due");
    const begun = await world.begin(each.job);
    if (begun.kind !== "send") continue;
    slots.push({ slotUs: begun.slotUs, lane });
    if (!missesItsSlot) continue;
    const again = await world.store.reslot(world.sender, begun.localId, begun.wireNumber, lane);
    if (again) slots.push({ slotUs: again.slotUs, lane });
  }
  return slots;
}

/** The most slots that fall into any window of this length: [t, t + length) for every t. */
function mostInASecond(slots: readonly { slotUs: number }[], windowUs = SECOND_US): number {
  const times = slots.map(({ slotUs }) => slotUs).sort((a, b) => a - b);
  return Math.max(0, ...times.map((from, at) => times.slice(at).filter((time) => time < from + windowUs).length));
}

test.each([1, 3, 10, 80, 1_000])("no second holds more than the pace of %d, over any calls", async (pace) => {
  const world = newWorld({ pace });
  await fc.assert(
    fc.asyncProperty(anyCalls(["urgent", "normal", "bulk"]), async (calls) => {
      const slots = await slotsOf(world.another(), calls);
      expect(slots.length).toBeGreaterThan(0);
      // Even if some reach the provider 20 ms later than others: that is what the margin is for.
      expect(mostInASecond(slots, SECOND_US + 20_000)).toBeLessThanOrEqual(pace);
    }),
    { numRuns: 8 },
  );
});

test.each([10, 80])("of a pace of %d bulk gets at most its share in any second, whoever else sends", async (pace) => {
  const world = newWorld({ pace, settings: { bulkShare: 0.5 } });
  await fc.assert(
    fc.asyncProperty(anyCalls(["normal", "bulk", "bulk"]), async (calls) => {
      const slots = await slotsOf(world.another(), calls);
      const bulk = slots.filter(({ lane }) => lane === "bulk");
      expect(mostInASecond(bulk)).toBeLessThanOrEqual(Math.ceil(pace * 0.5));
    }),
    { numRuns: 8 },
  );
});

test("no two messages get the same slot", async () => {
  const world = newWorld({ pace: 1_000 });
  await fc.assert(
    fc.asyncProperty(anyCalls(["urgent", "normal", "bulk"]), async (calls) => {
      const slots = await slotsOf(world.another(), calls);
      expect(new Set(slots.map(({ slotUs }) => slotUs)).size).toBe(slots.length);
    }),
    { numRuns: 8 },
  );
});

// The partner of these properties: the limit that many use, "so many per full second", does not survive them.
test("a limit that starts afresh with every full second lets twice the pace through", () => {
  const pace = 10;
  const perSecond = new Map<number, number>();
  const slots: { slotUs: number }[] = [];
  for (let timeUs = 0; timeUs < 3 * SECOND_US; timeUs += 10_000) {
    if (timeUs < 0.9 * SECOND_US) continue;
    const second = Math.floor(timeUs / SECOND_US);
    const used = perSecond.get(second) ?? 0;
    if (used < pace) slots.push({ slotUs: timeUs });
    perSecond.set(second, used + 1);
  }
  expect(mostInASecond(slots)).toBe(2 * pace);
});

// And the check itself sees it when two workers keep the pace each for himself.
test("two senders of the same pace exceed it together", async () => {
  const calls = Array.from({ length: 60 }, () => ({ afterMs: 100, lane: "normal" as const, missesItsSlot: false }));
  const world = newWorld({ pace: 10 });
  const [one, other] = [await slotsOf(world.another(), calls), await slotsOf(world.another(), calls)];
  expect(mostInASecond(one)).toBe(10);
  expect(mostInASecond([...one, ...other])).toBe(20);
});

describe("while more waits than may go", () => {
  test.each([
    { lanes: ["normal"] as const, pace: 80, least: 0.97 },
    { lanes: ["normal"] as const, pace: 1_000, least: 0.97 },
    { lanes: ["urgent", "normal"] as const, pace: 80, least: 0.97 },
    { lanes: ["bulk"] as const, pace: 80, least: 0.87 }, // its share of 0.9, less the margin
  ])("$lanes use at least $least of a pace of $pace", async ({ lanes, pace, least }) => {
    const world = newWorld({ pace });
    const seconds = 3;
    const messages = Array.from({ length: pace * seconds }, (_, at) => ({
      lane: lanes[at % lanes.length] ?? "normal",
    }));
    const jobs: DueJob[] = [];
    for (let at = 0; at < messages.length; at += 500) {
      const accepted = await world.accept(...messages.slice(at, at + 500));
      for (const each of accepted) if (each.kind === "accepted" && each.job) jobs.push(each.job);
    }
    // As the worker does: promote every 50 ms, begin what is due.
    const slots: { slotUs: number }[] = [];
    for (const endMs = world.nowMs + seconds * 1_000; world.nowMs < endMs; world.pass(50)) {
      jobs.push(...(await world.promote()));
      const begun = await Promise.all(jobs.splice(0).map((job) => world.begin(job)));
      for (const each of begun) if (each.kind === "send") slots.push(each);
    }
    const startUs = NOON_MS * 1_000;
    const used = slots.filter(({ slotUs }) => slotUs < startUs + (seconds - 0.5) * SECOND_US).length;
    expect(used).toBeGreaterThanOrEqual(least * pace * (seconds - 0.5));
    expect(mostInASecond(slots)).toBeLessThanOrEqual(pace);
  });
});
