import { expect, test } from "@jest/globals";
import { failureOf, NOON_MS, verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

test("a sender in which nothing has happened has nothing to tell", async () => {
  const { store, sender } = newWorld();
  const idle = { paused: null, tierFullUntilMs: null, waiting: 0, byCaller: [] };
  expect(await store.readSender(sender.id)).toEqual({
    paceOrdered: null,
    slowFactor: 1,
    nextSlotMs: NOON_MS,
    nextBulkSlotMs: NOON_MS,
    paused: null,
    held: null,
    lanes: { urgent: idle, normal: idle, bulk: idle },
    templates: [],
    isProviderAway: false,
    later: 0,
    onWire: 0,
    nowMs: NOON_MS,
  });
});

test("what waits is counted by lane and caller, what is planned and on the wire besides", async () => {
  const world = newWorld();
  await world.send();
  await world.accept(
    { lane: "bulk", caller: "shop" },
    { lane: "bulk", caller: "shop" },
    { lane: "bulk", caller: "bank" },
    { lane: "urgent", caller: "bank" },
    { sendAtMs: NOON_MS + 60_000 },
  );
  const { lanes, later, onWire } = await world.store.readSender(world.sender.id);
  expect({ later, onWire }).toEqual({ later: 1, onWire: 1 });
  expect(lanes.bulk.waiting).toBe(3);
  expect(lanes.bulk.byCaller.map(({ caller, waiting }) => [caller, waiting]).sort()).toEqual([
    ["bank", 1],
    ["shop", 2],
  ]);
  expect([lanes.urgent.waiting, lanes.normal.waiting]).toEqual([1, 0]);
});

test("a caller's time says how far it is: whoever has had less goes next", async () => {
  const world = newWorld();
  await world.accept(...Array.from({ length: 5 }, () => ({ caller: "shop" })), { caller: "bank" }, { caller: "bank" });
  await world.take({ most: 4 });
  await world.accept({ caller: "bank" });
  const { byCaller } = (await world.store.readSender(world.sender.id)).lanes.normal;
  const times = new Map(byCaller.map(({ caller, time }) => [caller, time]));
  expect(times.get("bank")).toBe(times.get("shop"));
});

test("the pace that was ordered, and the part of it that throttling has left", async () => {
  const world = newWorld({ pace: 10, settings: { slowFactor: 0.5, slowRecoveryPerSecond: 0.1 } });
  const { store, sender } = world;
  await store.setPace(sender.id, 40, "operator");
  await world.finish(await world.send(), verdicts.snooze(1_000, { slow: true }));
  world.pass(2_000);
  const { paceOrdered, slowFactor } = await store.readSender(sender.id);
  expect({ paceOrdered, slowFactor }).toEqual({ paceOrdered: 40, slowFactor: expect.closeTo(0.7) });
  world.pass(60_000);
  expect((await store.readSender(sender.id)).slowFactor).toBe(1);
});

test("the first free slots, for all lanes and for bulk", async () => {
  const world = newWorld({ pace: 10, settings: { paceMargin: 1, bulkShare: 0.5 } });
  await world.send({ lane: "bulk" });
  expect(await world.store.readSender(world.sender.id)).toMatchObject({
    nextSlotMs: NOON_MS + 100,
    nextBulkSlotMs: NOON_MS + 200,
  });
});

test("who has paused what, and since when", async () => {
  const world = newWorld();
  const { store, sender } = world;
  await store.pause(sender.id, { kind: "sender" }, "Ann of operations");
  world.pass(5_000);
  await store.pause(sender.id, { kind: "lane", lane: "bulk" }, "bob");
  await store.pause(sender.id, { kind: "template", name: "promo" }, "eve");
  const state = await store.readSender(sender.id);
  expect(state.paused).toEqual({ by: "Ann of operations", sinceMs: NOON_MS });
  expect(state.lanes.bulk.paused).toEqual({ by: "bob", sinceMs: NOON_MS + 5_000 });
  expect(state.lanes.normal.paused).toBeNull();
  expect(state.templates).toEqual([
    {
      template: "promo",
      language: null,
      how: "paused",
      untilMs: null,
      why: "eve",
      sinceMs: NOON_MS + 5_000,
      failure: null,
      waiting: 0,
    },
  ]);
});

test("what the provider's word has stopped, why, and until when", async () => {
  const world = newWorld();
  const { store, sender } = world;
  await world.accept({ lane: "bulk" }, { template: "promo" }, { template: "code" }, {});
  const taken = await world.take();
  const [normal, , ,] = taken;
  const by = (find: (one: (typeof taken)[number]) => boolean) => taken.find(find) ?? (normal as (typeof taken)[number]);
  await world.finish(
    by(({ lane }) => lane === "bulk"),
    verdicts.snooze(9_000, { reason: "tier", hold: { of: "lane", forMs: 9_000 } }),
  );
  await world.finish(
    by(({ template }) => template === "promo"),
    verdicts.snooze(0, { reason: "template-held", hold: { of: "template", forMs: 60_000 } }),
    "template-paused",
  );
  await world.finish(
    by(({ template }) => template === "code"),
    { ...verdicts.fail(), endsTemplate: true },
    "template-disabled",
  );
  await world.finish(
    by(({ template, lane }) => template === null && lane === "normal"),
    verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: null } }),
    "misconfigured",
  );
  const state = await store.readSender(sender.id);
  expect(state.held).toEqual({ untilMs: null, why: "misconfigured:131026:400" });
  expect(state.lanes.bulk.tierFullUntilMs).toBe(NOON_MS + 9_000);
  const since = { sinceMs: NOON_MS };
  expect(state.templates.toSorted((a, b) => (a.template < b.template ? -1 : 1))).toEqual([
    {
      template: "code",
      language: null,
      how: "ended",
      untilMs: null,
      why: "template-disabled:131026:400",
      failure: failureOf("template-disabled"),
      waiting: 0,
      ...since,
    },
    {
      template: "promo",
      language: null,
      how: "rests",
      untilMs: NOON_MS + 60_000,
      why: "template-paused:131026:400",
      failure: failureOf("template-paused"),
      waiting: 1,
      ...since,
    },
  ]);
});

test("what is over is not told", async () => {
  const world = newWorld();
  const { store, sender } = world;
  const [one, other] = [await world.send({ lane: "bulk" }), await world.send({ template: "promo" })];
  await world.finish(one, verdicts.snooze(900, { reason: "tier", hold: { of: "lane", forMs: 900 } }));
  await world.finish(other, verdicts.snooze(0, { reason: "template-held", hold: { of: "template", forMs: 900 } }));
  const third = await world.send();
  await world.finish(third, verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: 900 } }));
  world.pass(900);
  await world.promote();
  const state = await store.readSender(sender.id);
  expect(state).toMatchObject({ held: null, templates: [] });
  expect(state.lanes.bulk.tierFullUntilMs).toBeNull();
});

test("of a portfolio: what was ordered, and how many were reached within 24 h", async () => {
  const world = newWorld({ settings: { tierWindowMs: 60_000 } });
  const { store } = world;
  const portfolio = { id: world.prefix, tier: 10, reserve: 0 } as const;
  expect(await store.readPortfolio(portfolio.id)).toEqual({ tierOrdered: null, reserveOrdered: null, reached: 0 });
  await store.reach(portfolio, "+491", "normal");
  world.pass(30_000);
  await store.reach(portfolio, "+492", "normal");
  await store.setTier(portfolio.id, "tier", 2_000, "operator");
  await store.setTier(portfolio.id, "reserve", 50, "operator");
  expect(await store.readPortfolio(portfolio.id)).toEqual({ tierOrdered: 2_000, reserveOrdered: 50, reached: 2 });
  world.pass(30_000);
  expect((await store.readPortfolio(portfolio.id)).reached).toBe(1);
});
