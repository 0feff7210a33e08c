// What is shown of a sender moves when what it shows moves, on real Redis.

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SenderFigures } from "./figures.ts";
import { keyOf } from "./keys.ts";
import { anyStep, startRun } from "./testing/random-run.ts";
import { ANY_ROOM, aMessage, idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

const figuresOf = (world: World): Promise<SenderFigures> => world.store.readFigures(world.sender);
const acceptMany = async (world: World, count: number, fields: Parameters<typeof aMessage>[0] = {}) =>
  idsOf(
    (
      await world.store.accept(
        world.sender.id,
        Array.from({ length: count }, () => aMessage(fields)),
      )
    ).results,
  );
const OPS = "ops";

test("a sender of which nothing is known sends, and has nothing to show", async () => {
  const none = { waiting: 0, oldestMs: 0, drainMs: 0, expiring: 0 };
  expect(await figuresOf(newWorld({ pace: 100 }))).toEqual({
    state: "sending",
    paceSet: 100,
    paceInForce: 98,
    lanes: { urgent: none, normal: none, bulk: none },
    dueOldestMs: 0,
    later: 0,
    unconfirmed: { count: 0, overdue: 0, oldestMs: 0 },
    templatesHeld: 0,
    orphans: 0,
  });
});

describe("what waits", () => {
  test("is counted by lane over all callers, with the age of the oldest", async () => {
    const world = newWorld({ pace: 100 });
    await acceptMany(world, 2, { caller: "shop" });
    world.pass(3_000);
    await acceptMany(world, 1, { caller: "bank" });
    await acceptMany(world, 4, { lane: "bulk" });
    world.pass(2_000);
    const { lanes } = await figuresOf(world);
    expect(lanes.urgent).toMatchObject({ waiting: 0, oldestMs: 0 });
    expect(lanes.normal).toMatchObject({ waiting: 3, oldestMs: 5_000 });
    expect(lanes.bulk).toMatchObject({ waiting: 4, oldestMs: 2_000 });
  });

  test("has the age of the one behind those that were canceled", async () => {
    const world = newWorld();
    const canceled = await world.waiting();
    world.pass(7_000);
    await world.waiting();
    await world.store.cancel(world.sender.id, canceled, null);
    world.pass(1_000);
    expect((await figuresOf(world)).lanes.normal.oldestMs).toBe(1_000);
  });

  test("is as old as its sendAt, when that was later than its acceptance", async () => {
    const world = newWorld();
    await world.waiting({ sendAtMs: NOON_MS + 60_000 });
    expect(await figuresOf(world)).toMatchObject({ later: 1, lanes: { normal: { waiting: 0 } } });
    world.pass(60_000);
    await world.promote();
    world.pass(500);
    expect(await figuresOf(world)).toMatchObject({ later: 0, lanes: { normal: { waiting: 1, oldestMs: 500 } } });
  });

  test("drains at the pace in force, behind the lanes before it, bulk at its share", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, bulkShare: 0.5 } });
    await acceptMany(world, 50, { lane: "urgent" });
    await acceptMany(world, 100, { lane: "bulk" });
    const { lanes } = await figuresOf(world);
    expect(lanes.urgent.drainMs).toBe(500);
    expect(lanes.normal.drainMs).toBe(0);
    expect(lanes.bulk.drainMs).toBe(2_000);
    await world.store.setPace(world.sender.id, 50, OPS);
    expect((await figuresOf(world)).lanes.urgent.drainMs).toBe(1_000);
  });
});

describe("what will expire in line", () => {
  const SECONDS_10 = { expiresAtMs: NOON_MS + 10_000 };

  test("is counted exactly while few wait", async () => {
    const world = newWorld({ pace: 1, settings: { paceMargin: 1 } });
    await acceptMany(world, 20, SECONDS_10);
    expect((await figuresOf(world)).lanes.normal).toMatchObject({ waiting: 20, expiring: 10 });
    await world.store.setPace(world.sender.id, 2, OPS);
    expect((await figuresOf(world)).lanes.normal.expiring).toBe(0);
  });

  test("is told by a sample of a long line", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1 } });
    await acceptMany(world, 4_000, { expiresAtMs: NOON_MS + 10_000 });
    const { expiring } = (await figuresOf(world)).lanes.normal;
    expect(expiring).toBeGreaterThan(2_800);
    expect(expiring).toBeLessThan(3_200);
  });

  test("is nothing of what does not expire, and not what was canceled", async () => {
    const world = newWorld({ pace: 1 });
    await acceptMany(world, 200);
    expect((await figuresOf(world)).lanes.normal.expiring).toBe(0);
    const [first, second] = await acceptMany(world, 2, { ...SECONDS_10, caller: "bank" });
    for (const id of [first, second]) await world.store.cancel(world.sender.id, id as string, null);
    await acceptMany(world, 1, { ...SECONDS_10, lane: "urgent" });
    expect(await figuresOf(world)).toMatchObject({ lanes: { normal: { expiring: 0 }, urgent: { expiring: 0 } } });
  });

  test("counts those behind others that share the lane, and the rest of a sender that is held", async () => {
    const world = newWorld({ pace: 1, settings: { paceMargin: 1 } });
    await acceptMany(world, 8, { ...SECONDS_10, caller: "shop" });
    await acceptMany(world, 4, { ...SECONDS_10, caller: "bank" });
    expect((await figuresOf(world)).lanes.normal.expiring).toBe(2);
    const held = verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: 20_000 } });
    const [taken] = await world.take({ most: 1 });
    if (!taken) throw new Error("one should go");
    await world.finish(taken, held);
    expect((await figuresOf(world)).lanes.normal.expiring).toBe(12);
  });
});

describe("what is due and is not done", () => {
  test("grows while nobody takes what could go, and is over when somebody does", async () => {
    const world = newWorld({ pace: 100 });
    await world.waiting();
    world.pass(30_000);
    expect((await figuresOf(world)).dueOldestMs).toBe(30_000);
    await world.take();
    expect((await figuresOf(world)).dueOldestMs).toBe(0);
  });

  test.each<["unlimited" | number]>([["unlimited"], [10]])(
    "is nothing while a long line moves on, with the pace %s",
    async (pace) => {
      const world = newWorld({ pace });
      await acceptMany(world, 40);
      world.pass(60_000);
      await world.take({ most: 1 });
      world.pass(100);
      expect((await figuresOf(world)).dueOldestMs).toBeLessThanOrEqual(100);
    },
  );

  test.each<[string, (world: World) => Promise<unknown>]>([
    ["whose sender is paused", ({ store, sender }) => store.pause(sender.id, { kind: "sender" }, OPS)],
    ["whose lane is paused", ({ store, sender }) => store.pause(sender.id, { kind: "lane", lane: "normal" }, OPS)],
    ["whose provider is away", ({ store, sender }) => store.noteProviderAway(sender.id)],
  ])("is not a message %s", async (_, rest) => {
    const world = newWorld();
    await world.waiting();
    world.pass(30_000);
    await rest(world);
    expect((await figuresOf(world)).dueOldestMs).toBe(0);
  });

  test("is not bulk at night", async () => {
    const world = newWorld();
    await world.waiting({ lane: "bulk" });
    world.pass(30_000);
    const quietHours = { from: "00:00", to: "23:59", timeZone: "UTC" };
    expect((await world.store.readFigures({ ...world.sender, quietHours })).dueOldestMs).toBe(0);
    expect((await figuresOf(world)).dueOldestMs).toBe(30_000);
  });

  test("counts from the moment that a rest was over", async () => {
    const world = newWorld();
    await world.waiting();
    const [taken] = await world.take();
    if (!taken) throw new Error("it should go");
    await world.finish(taken, verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: 20_000 } }));
    world.pass(25_000);
    expect((await figuresOf(world)).dueOldestMs).toBe(5_000);
  });

  test("is also what nobody moves on: a moment that has come, a lease that has run out", async () => {
    const planned = newWorld();
    await planned.waiting({ sendAtMs: NOON_MS + 1_000 });
    planned.pass(9_000);
    expect((await figuresOf(planned)).dueOldestMs).toBe(8_000);
    await planned.promote();
    await planned.take();
    expect((await figuresOf(planned)).dueOldestMs).toBe(0);

    const leased = newWorld({ settings: { leaseMs: 7_000 } });
    await leased.send();
    leased.pass(10_000);
    expect((await figuresOf(leased)).dueOldestMs).toBe(3_000);
    await leased.reap();
    expect((await figuresOf(leased)).dueOldestMs).toBe(0);
  });
});

describe("what is in doubt", () => {
  test("is counted, with the age of the oldest and how many wait too long", async () => {
    const world = newWorld();
    await world.finish(await world.send(), verdicts.doubt(5_000, "resend"));
    world.pass(2_000);
    await world.finish(await world.send(), verdicts.doubt(60_000, "resend"));
    world.pass(1_000);
    expect((await figuresOf(world)).unconfirmed).toEqual({ count: 2, overdue: 0, oldestMs: 3_000 });
    world.pass(2_000);
    expect((await figuresOf(world)).unconfirmed).toEqual({ count: 2, overdue: 1, oldestMs: 5_000 });
  });

  test("stays so while a paused sender keeps it from being sent again", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.doubt(5_000, "resend"));
    await world.store.pause(world.sender.id, { kind: "sender" }, OPS);
    world.pass(20_000);
    await world.promote();
    expect((await figuresOf(world)).unconfirmed).toEqual({ count: 1, overdue: 1, oldestMs: 20_000 });
  });

  test("is over by a webhook, by the next answer, by being taken back or given up", async () => {
    const world = newWorld();
    const doubtful = async (policy: "resend" | "fail") => {
      const sending = await world.send();
      await world.finish(sending, verdicts.doubt(5_000, policy));
      return sending;
    };
    const count = () => world.redis.zcard(keyOf.doubts(world.base));

    const settled = await doubtful("resend");
    expect(await count()).toBe(1);
    await world.webhook({ status: "sent", message: settled });
    expect(await count()).toBe(0);

    const answered = await doubtful("resend");
    await world.finish(answered, verdicts.submit("wamid.late"));
    expect(await count()).toBe(0);

    const canceled = await doubtful("resend");
    await world.store.cancel(world.sender.id, canceled.localId, null);
    expect(await count()).toBe(0);

    await doubtful("fail");
    world.pass(5_000);
    await world.promote();
    expect(await count()).toBe(0);
  });

  test("is forgotten with the person it was written to", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    await world.finish(sending, verdicts.doubt(5_000, "resend"));
    const spellings = ["+491"];
    const { id } = world.sender;
    await world.store.eraseContact({ portfolioId: id, senderIds: [id], spellings, optOuts: "keep" });
    expect(await world.redis.zcard(keyOf.doubts(world.base))).toBe(0);
  });

  test("keeps its wait when the next send is put off", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.doubt(5_000, "resend"));
    world.pass(5_000);
    await world.promote();
    const again = await world.sendAgain(sending.localId);
    await world.finish(again, verdicts.snooze(60_000));
    expect((await figuresOf(world)).unconfirmed).toEqual({ count: 1, overdue: 1, oldestMs: 5_000 });
  });

  test("is what a worker that died has left", async () => {
    const world = newWorld();
    await world.send();
    world.pass(60_000);
    await world.reap();
    expect((await figuresOf(world)).unconfirmed).toMatchObject({ count: 1, overdue: 0, oldestMs: 0 });
  });

  // A release that does not keep the list may move a message on, side by side with this one.
  test("is no longer what has been moved on without a word, and the list is mended", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.doubt(5_000, "resend"));
    await world.redis.hset(keyOf.record(world.base, sending.localId), "k", "40");
    world.pass(6_000);
    expect((await figuresOf(world)).unconfirmed).toEqual({ count: 0, overdue: 0, oldestMs: 0 });
    expect(await world.redis.exists(keyOf.doubts(world.base))).toBe(0);
  });
});

describe("what is in force", () => {
  test.each<[string, (world: World) => Promise<unknown>, SenderFigures["state"]]>([
    ["an operator paused it", ({ store, sender }) => store.pause(sender.id, { kind: "sender" }, OPS), "paused"],
    ["the provider's word holds it for a time", (world) => hold(world, 20_000), "held"],
    ["the provider's word stops it for good", (world) => hold(world, null), "stopped"],
    [
      "both: what needs more than a word comes first",
      async (world) => {
        await hold(world, null);
        await world.store.pause(world.sender.id, { kind: "sender" }, OPS);
      },
      "stopped",
    ],
  ])("is a state of the sender: %s", async (_, order, state) => {
    const world = newWorld();
    await order(world);
    expect((await figuresOf(world)).state).toBe(state);
    await world.store.resume(world.sender.id, { kind: "sender" }, OPS);
    expect((await figuresOf(world)).state).toBe("sending");
  });

  async function hold(world: World, forMs: number | null): Promise<void> {
    const sending = await world.send();
    await world.finish(sending, verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs } }));
  }

  test("is a pace: ordered, less what throttling took, and what has come back of it", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, slowFactor: 0.5, slowRecoveryPerSecond: 0.1 } });
    const sending = await world.send();
    await world.finish(sending, verdicts.snooze(300, { slow: true }));
    expect(await figuresOf(world)).toMatchObject({ paceSet: 100, paceInForce: 50 });
    world.pass(2_000);
    expect((await figuresOf(world)).paceInForce).toBeCloseTo(70);
    await world.store.setPace(world.sender.id, 20, OPS);
    expect(await figuresOf(world)).toMatchObject({ paceSet: 20 });
    expect(await figuresOf(newWorld())).toMatchObject({ paceSet: 0, paceInForce: 0 });
  });

  test("is a template at rest, until it is resumed", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "promo" }, OPS);
    expect((await figuresOf(world)).templatesHeld).toBe(1);
    await world.store.resume(world.sender.id, { kind: "template", name: "promo" }, OPS);
    expect((await figuresOf(world)).templatesHeld).toBe(0);
  });
});

test("statuses of unknown messages are counted until the message is found, or they are too old", async () => {
  const world = newWorld({ settings: { orphanTtlMs: 600_000 } });
  const sending = await world.send();
  await world.webhook({ status: "sent" }, { status: "delivered" }, { status: "sent", wamid: "wamid.other" });
  expect((await figuresOf(world)).orphans).toBe(3);
  await world.finish(sending, verdicts.submit("wamid.A"));
  expect((await figuresOf(world)).orphans).toBe(1);
  expect(await world.redis.zcard(`${world.base}orphans`)).toBe(1);
  world.pass(600_001);
  expect((await figuresOf(world)).orphans).toBe(0);
});

// The figures come from structures; the records know the same, one by one.
test("whatever happens, the figures say what the records say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 20, maxLength: 40, size: "max" }), async (steps) => {
      const world = newWorld({ pace: 20 });
      const run = startRun(world);
      for (const step of steps) await run.step(step);
      const [figures, records] = await Promise.all([
        figuresOf(world),
        world.store.readMany(world.sender.id, run.localIds),
      ]);
      const count = (is: (record: NonNullable<(typeof records)[number]>) => boolean) =>
        records.filter((record) => record !== null && is(record)).length;
      expect(figures.unconfirmed.count).toBe(count(({ status }) => status === "unconfirmed"));
      expect(figures.later).toBe(count(({ place }) => place === "later"));
      for (const lane of ["urgent", "normal", "bulk"] as const) {
        const inLine = records.filter((record) => record?.place === "backlog" && record.lane === lane);
        expect(figures.lanes[lane].waiting).toBeGreaterThanOrEqual(inLine.length);
        const dueMs = inLine.map((record) => Math.max(record?.acceptedAtMs ?? 0, record?.sendAtMs ?? 0));
        if (dueMs.length === 0) expect(figures.lanes[lane].oldestMs).toBe(0);
        else expect(figures.lanes[lane].oldestMs).toBeLessThanOrEqual(world.nowMs - Math.min(...dueMs));
        expect(figures.lanes[lane].expiring).toBeLessThanOrEqual(figures.lanes[lane].waiting);
      }
      await run.drain();
      await world.take(ANY_ROOM);
      expect(await figuresOf(world)).toMatchObject({ later: 0, dueOldestMs: 0, unconfirmed: { overdue: 0 } });
    }),
    { numRuns: 30 },
  );
});
