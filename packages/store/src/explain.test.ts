// What explain promises about time is held against what then happens: the same store, a clock moved by hand, workers that
// look every few milliseconds and a provider that answers after a while.

import { describe, expect, test } from "@jest/globals";
import { LANES, type QuietHours } from "@tern/core";
import fc from "fast-check";
import { explain, type Waiter, type WaitSnapshot } from "./explain.ts";
import { keyOf } from "./keys.ts";
import type { Taken } from "./moves.ts";
import { DEFAULT_STORE_SETTINGS } from "./settings.ts";
import { NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const ANSWER_MS = 200;

const declaredOf = (world: World, quietHours: QuietHours | null = null) => ({ ...world.sender, quietHours });

async function explained(world: World, localId: string, quietHours: QuietHours | null = null) {
  const found = await world.store.explain(declaredOf(world, quietHours), localId);
  if (!found) throw new Error(`${localId} is not there`);
  return found.explanation;
}

interface Course {
  readonly stepMs: number;
  /** What happens besides, at each step. */
  readonly meanwhile?: (sinceMs: number) => Promise<void>;
  readonly verdict?: () => ReturnType<typeof verdicts.submit>;
  readonly bulkRestsUntilMs?: number;
}

/** Lets the world run until a message is on the wire; the moment of its slot. */
async function slotOf(world: World, localId: string, course: Course): Promise<number> {
  const startMs = world.nowMs;
  let open: { taken: Taken; endMs: number }[] = [];
  let wamids = 0;
  for (;;) {
    await course.meanwhile?.(world.nowMs - startMs);
    await world.promote();
    const taken = await world.take({ most: 64, bulkRestsUntilMs: course.bulkRestsUntilMs ?? null });
    const found = taken.find((one) => one.localId === localId);
    if (found) return found.slotUs / 1_000;
    open.push(...taken.map((one) => ({ taken: one, endMs: one.slotUs / 1_000 + ANSWER_MS })));
    world.pass(course.stepMs);
    const answered = open.filter(({ endMs }) => endMs <= world.nowMs);
    open = open.filter(({ endMs }) => endMs > world.nowMs);
    await Promise.all(
      answered.map(({ taken: one }) => world.finish(one, verdicts.submit(`wamid.${wamids++}-${one.localId}`))),
    );
    if (world.nowMs - startMs > 3_600_000) throw new Error("it never went");
  }
}

/** What was said is right within a fifth of the wait, or half a second where the wait is that short. */
function expectRight(dueAtMs: number | null, slotMs: number, saidAtMs: number): void {
  expect(dueAtMs).not.toBeNull();
  const waitMs = slotMs - saidAtMs;
  expect(Math.abs((dueAtMs ?? 0) - slotMs)).toBeLessThanOrEqual(Math.max(500, waitMs * 0.2));
}

const bulk = (count: number, caller = "shop") =>
  Array.from({ length: count }, () => ({ lane: "bulk" as const, caller }));
const idsOf = (results: Awaited<ReturnType<World["accept"]>>) =>
  results.map((result) => ("localId" in result ? result.localId : ""));

describe("the moment it is due is right within 20 %", () => {
  test("for the 500th of 1,000 bulk messages at 80/s beside a stream of urgent ones", async () => {
    const world = newWorld({ pace: 80 });
    const ids = idsOf(await world.accept(...bulk(1_000)));
    await world.waiting({ lane: "urgent" });
    const id = ids[500] as string;
    const said = await explained(world, id);
    const saidAtMs = world.nowMs;
    const slotMs = await slotOf(world, id, {
      stepMs: 10,
      meanwhile: async (sinceMs) => {
        if (sinceMs % 150 === 0) await world.waiting({ lane: "urgent" });
      },
    });

    expect(said).toMatchObject({ for: "pace", ahead: 501, blockedBy: null });
    expect(slotMs - saidAtMs).toBeGreaterThan(6_000);
    expectRight(said.dueAtMs, slotMs, saidAtMs);
  });

  test("for the last of a chain of 60 to one recipient, whose budget is 45 and one per 6 s", async () => {
    const world = newWorld({ pace: 80 });
    const ids = idsOf(await world.accept(...Array.from({ length: 60 }, () => ({ to: "+4915112345678" }))));
    const last = ids[59] as string;
    const said = await explained(world, last);
    const saidAtMs = world.nowMs;
    expect(said).toMatchObject({ for: "turn", ahead: 59, blockedBy: ids[0], blockerFor: "pace" });

    await slotOf(world, ids[47] as string, { stepMs: 50 });
    const half = await explained(world, last);
    const halfAtMs = world.nowMs;
    expect(half).toMatchObject({ for: "turn", ahead: 12, blockedBy: ids[47], blockerFor: "none" });

    const taken = { localId: ids[47] as string, wireNumber: 1 };
    await world.store.finish(world.sender.id, {
      ...taken,
      verdict: verdicts.submit("wamid.47"),
      outcome: "accepted",
      failure: null,
      begunAtMs: world.nowMs,
      tookMs: ANSWER_MS,
    });
    const slotMs = await slotOf(world, last, { stepMs: 50 });
    expect(slotMs - saidAtMs).toBeGreaterThan(60_000);
    expectRight(said.dueAtMs, slotMs, saidAtMs);
    expectRight(half.dueAtMs, slotMs, halfAtMs);
  });

  test("for one of two callers that share a lane, and for one that comes to it late", async () => {
    const world = newWorld({ pace: 80 });
    const shop = idsOf(await world.accept(...bulk(400, "shop")));
    await world.accept(...bulk(400, "other"));
    await world.take();
    const late = await world.waiting({ lane: "bulk", caller: "late" });
    const saidAtMs = world.nowMs;
    const [said, saidLate] = [await explained(world, shop[300] as string), await explained(world, late)];
    const lateMs = await slotOf(world, late, { stepMs: 10 });
    const slotMs = await slotOf(world, shop[300] as string, { stepMs: 10 });

    expect(said.ahead).toBeGreaterThan(590);
    expectRight(said.dueAtMs, slotMs, saidAtMs);
    expectRight(saidLate.dueAtMs, lateMs, saidAtMs);
  });

  test("while the provider's throttling still slows the sender down", async () => {
    const world = newWorld({ pace: 80 });
    for (let times = 0; times < 3; times++) {
      await world.finish(await world.send(), verdicts.snooze(600_000, { slow: true }), "throttled");
      world.pass(1_100);
    }
    const ids = idsOf(await world.accept(...bulk(1_000)));
    const said = await explained(world, ids[700] as string);
    const saidAtMs = world.nowMs;
    const slotMs = await slotOf(world, ids[700] as string, { stepMs: 10 });

    expect(slotMs - saidAtMs).toBeGreaterThan(11_000); // it would be 10 s at the whole pace
    expectRight(said.dueAtMs, slotMs, saidAtMs);
  });

  test("behind thousands that were canceled, and hundreds whose template rests", async () => {
    const world = newWorld({ pace: 80 });
    const { store, sender } = world;
    const canceled = idsOf(await world.accept(...bulk(3_000)));
    await world.accept(...bulk(400).map((message) => ({ ...message, type: "template", template: "sale" })));
    const ids = idsOf(await world.accept(...bulk(500)));
    const id = ids[400] as string;
    await Promise.all(canceled.map((one) => store.cancel(sender.id, one, null)));
    await store.pause(sender.id, { kind: "template", name: "sale" }, "ops");
    const said = await explained(world, id);
    const saidAtMs = world.nowMs;
    const slotMs = await slotOf(world, id, { stepMs: 10 });

    expect(slotMs - saidAtMs).toBeLessThan(8_000);
    expectRight(said.dueAtMs, slotMs, saidAtMs);
  });

  test("for one of many that are planned for one moment", async () => {
    const world = newWorld({ pace: 80 });
    const sendAtMs = world.nowMs + 5_000;
    const ids = idsOf(await world.accept(...bulk(1_000).map((message) => ({ ...message, sendAtMs }))));
    const said = await explained(world, ids[600] as string);
    const saidAtMs = world.nowMs;
    const slotMs = await slotOf(world, ids[600] as string, { stepMs: 10 });

    expect(said).toMatchObject({ for: "time", untilMs: sendAtMs });
    expectRight(said.dueAtMs, slotMs, saidAtMs);
  });
});

describe("what it waits for", () => {
  const quietHours = { from: "11:00", to: "13:00", timeZone: "UTC" };

  test("is a pause, a stop, a rest or a night before it is the pace; and no time is promised that nobody knows", async () => {
    const world = newWorld({ pace: 80 });
    const { store, sender } = world;
    const id = await world.waiting({ lane: "bulk", type: "template", template: "sale" });
    expect(await explained(world, id, quietHours)).toMatchObject({
      for: "quiet-hours",
      untilMs: NOON_MS + 3_600_000,
      dueAtMs: NOON_MS + 3_600_000,
    });

    await store.pause(sender.id, { kind: "template", name: "sale" }, "ops");
    expect(await explained(world, id)).toMatchObject({ for: "template", untilMs: null, dueAtMs: null });
    await store.pause(sender.id, { kind: "lane", lane: "bulk" }, "ops");
    expect(await explained(world, id)).toMatchObject({ for: "lane-paused", dueAtMs: null });
    await store.pause(sender.id, { kind: "sender" }, "ops");
    expect(await explained(world, id)).toMatchObject({ for: "sender-paused", dueAtMs: null, ahead: 0 });

    await store.resume(sender.id, { kind: "sender" }, "ops");
    await store.noteProviderAway(sender.id);
    expect(await explained(world, id)).toMatchObject({ for: "provider-away", untilMs: null, dueAtMs: null });
    await world.redis.del(keyOf.away(world.base)); // it ends by itself some seconds later
    await store.resume(sender.id, { kind: "lane", lane: "bulk" }, "ops");
    await world.take();
    expect(await explained(world, id)).toMatchObject({ for: "template", untilMs: null, dueAtMs: null, ahead: 0 });
  });

  test("is the provider's stop, with its end", async () => {
    const world = newWorld({ pace: 80 });
    const sending = await world.send({ lane: "urgent" });
    const id = await world.waiting({ lane: "bulk" });
    const hold = { of: "sender", forMs: 90_000 } as const;
    await world.finish(sending, verdicts.snooze(0, { hold }), "throttled");

    expect(await explained(world, id)).toMatchObject({ for: "throttled", untilMs: NOON_MS + 90_000 });
    expectRight((await explained(world, id)).dueAtMs, NOON_MS + 90_000, NOON_MS);
  });

  test("is the place in later, by its reason; a doubt that ends in failure is never due", async () => {
    const world = newWorld({ pace: 80 });
    const retried = await world.send();
    await world.finish(retried, verdicts.retry(4_000));
    const doubted = await world.send();
    await world.finish(doubted, verdicts.doubt(60_000, "fail"));

    expect(await explained(world, retried.localId)).toMatchObject({ for: "retry", untilMs: NOON_MS + 4_000 });
    expect(await explained(world, doubted.localId)).toMatchObject({
      for: "doubt",
      untilMs: NOON_MS + 60_000,
      dueAtMs: null,
    });
  });

  test("is nothing on the wire and at the end", async () => {
    const world = newWorld();
    const taken = await world.send();
    expect((await explained(world, taken.localId)).for).toBe("none");
    await world.finish(taken, verdicts.submit("wamid.X"));
    expect((await explained(world, taken.localId)).for).toBe("none");
  });

  test("is the first of the chain that is still alive, whatever was canceled in it and whenever it was accepted", async () => {
    const world = newWorld({ pace: 80 });
    const to = "+4915112345678";
    const first = await world.waiting({ to });
    const canceled = await world.waiting({ to });
    world.pass(86_400_000);
    const third = await world.waiting({ to });
    const last = await world.waiting({ to });
    await world.store.cancel(world.sender.id, canceled, null);

    expect(await explained(world, last)).toMatchObject({ for: "turn", ahead: 2, blockedBy: first });
    expect(await explained(world, third)).toMatchObject({ for: "turn", ahead: 1, blockedBy: first });
  });

  test("of a message that is not there is null", async () => {
    const world = newWorld();
    expect(await world.store.explain(declaredOf(world), "0".repeat(26))).toBeNull();
  });
});

describe("whatever the snapshot", () => {
  const counts = fc.nat({ max: 5_000 });
  const callers = fc.uniqueArray(
    fc.record({ caller: fc.constantFrom("a", "b", "c"), waiting: counts, time: fc.nat({ max: 1_000 }) }),
    { selector: ({ caller }) => caller, maxLength: 3 },
  );
  const lane = callers.map((byCaller) => ({
    paused: null,
    tierFullUntilMs: null,
    waiting: byCaller.reduce((sum, { waiting }) => sum + waiting, 0),
    byCaller,
  }));
  const message: fc.Arbitrary<Waiter> = fc.record({
    localId: fc.constant("0".repeat(26)),
    lane: fc.constantFrom(...LANES),
    caller: fc.constantFrom("a", "b", "c"),
    template: fc.constant(null),
    templateLanguage: fc.constant(null),
    place: fc.constantFrom("backlog", "later", "turn"),
    reason: fc.constantFrom("scheduled", "retry", "pair", "tier"),
    untilMs: fc.nat({ max: 1_000_000 }).map((ms) => NOON_MS + ms),
    position: counts,
    unsettled: fc.constant(null),
  });
  const snapshots: fc.Arbitrary<WaitSnapshot> = fc.record({
    message,
    sender: fc.record({
      paceOrdered: fc.option(fc.integer({ min: 1, max: 1_000 })),
      slowFactor: fc.double({ min: 0.05, max: 1, noNaN: true }),
      nextSlotMs: fc.nat({ max: 100 }).map((ms) => NOON_MS + ms),
      nextBulkSlotMs: fc.nat({ max: 100 }).map((ms) => NOON_MS + ms),
      paused: fc.constant(null),
      held: fc.option(fc.nat({ max: 100_000 }).map((ms) => ({ untilMs: NOON_MS + ms + 1, why: "throttled::" }))),
      lanes: fc.record({ urgent: lane, normal: lane, bulk: lane }),
      templates: fc.constant([]),
      isProviderAway: fc.constant(false),
      later: counts,
      onWire: counts,
      nowMs: fc.constant(NOON_MS),
    }),
    declared: fc.record({
      id: fc.constant("demo"),
      pace: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.constant("unlimited" as const)),
      quietHours: fc.option(fc.constant({ from: "22:00", to: "07:00", timeZone: "Europe/Berlin" })),
    }),
    pair: fc.record({ fullAtMs: fc.nat({ max: 270_000 }).map((ms) => NOON_MS + ms), promisedMs: fc.constant(0) }),
    chain: fc.record({
      head: message.map((head) => ({ ...head, place: "wire" as const })),
      ahead: fc.integer({ min: 1, max: 500 }),
    }),
    answerMs: fc.integer({ min: 1, max: 5_000 }),
  });
  const dueOf = (snapshot: WaitSnapshot) => explain(snapshot, DEFAULT_STORE_SETTINGS).dueAtMs;

  test("a due time is a moment that is not past, and nobody is due before those in front", () => {
    fc.assert(
      fc.property(snapshots, fc.nat({ max: 500 }), (snapshot, further) => {
        const due = dueOf(snapshot);
        expect(Number.isFinite(due)).toBe(true);
        expect(due).toBeGreaterThanOrEqual(NOON_MS);
        const { message, chain } = snapshot;
        const behind = dueOf({
          ...snapshot,
          message: { ...message, position: (message.position ?? 0) + further },
          chain: chain && { ...chain, ahead: chain.ahead + further },
        });
        expect(behind).toBeGreaterThanOrEqual(due ?? 0);
      }),
    );
  });

  test("a pause of the sender leaves no due time", () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const paused = { by: "ops", sinceMs: NOON_MS };
        expect(dueOf({ ...snapshot, sender: { ...snapshot.sender, paused } })).toBeNull();
      }),
    );
  });
});

test("a fallback whose template rests says until when, one by one and in short", async () => {
  const world = newWorld();
  const fallback = { template: "hello", templateLanguage: "en" };
  const localId = await world.waiting({ fallback });
  const untilMs = NOON_MS + 60_000;
  const hold = { of: "template", forMs: 60_000 } as const;
  const [taken] = await world.take({ windowMarginMs: 300_000 });
  if (!taken) throw new Error("nothing was taken");
  await world.finish(taken, verdicts.snooze(0, { reason: "template-held", hold }));
  const found = await world.store.explain(declaredOf(world), localId);
  if (!found) throw new Error(`${localId} is not there`);
  expect(found.explanation).toMatchObject({ for: "template", untilMs });
  expect(world.store.explainInShort(declaredOf(world), found.sender, found.message)).toMatchObject({
    for: "template",
    untilMs,
  });
});

test("the budget of a recipient is that of its contact, though the message was accepted before that was known", async () => {
  const world = newWorld({ settings: { pairBurst: 2, pairIntervalMs: 60_000, pairJitterMs: 0 } });
  for (let used = 0; used < 2; used++)
    await world.finish(await world.send({ to: "+492" }), verdicts.submit(`w${used}`));
  const localId = await world.waiting({ to: "+491", lane: "bulk" });
  const spellings = [["+491", "+492"]] as const;
  await world.store.apply(world.sender, { statuses: [], inbound: [], spellings, aside: [], raw: null });
  expect(await explained(world, localId)).toMatchObject({ for: "pair" });
});
