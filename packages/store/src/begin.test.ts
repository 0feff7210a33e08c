import { describe, expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, keyOf } from "./keys.ts";
import type { NewMessage } from "./moves.ts";
import { ANY_ROOM, idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

/** When the slots of a look are, in ms from now. */
async function slotsMs(world: World, room?: Parameters<World["take"]>[0]): Promise<number[]> {
  return (await world.take(room)).map(({ slotUs }) => slotUs / 1_000 - world.nowMs);
}

const many = (count: number, fields: Partial<NewMessage> = {}) => Array.from({ length: count }, () => fields);

describe("a message that may go", () => {
  test("gets its slot, its lease and its content", async () => {
    const world = newWorld({ settings: { leaseMs: 7_000 } });
    const localId = await world.waiting({
      to: "+491",
      lane: "urgent",
      caller: "bank",
      content: '{"type":"text"}',
      expiresAtMs: NOON_MS + 9_000,
      doubtPolicy: "fail",
    });
    world.pass(30);
    expect(await world.look()).toEqual({
      nowUs: (NOON_MS + 30) * 1_000,
      nextSlotUs: null,
      hasMore: false,
      intervalUs: 0,
      lost: [],
      messages: [
        {
          localId,
          slotUs: (NOON_MS + 30) * 1_000,
          wireNumber: 1,
          attempts: 1,
          to: "+491",
          lane: "urgent",
          content: '{"type":"text"}',
          expiresAtMs: NOON_MS + 9_000,
          doubtPolicy: "fail",
          throttles: 0,
          dueAtMs: NOON_MS,
          caller: "bank",
          contact: "+491",
          template: null,
          templateLanguage: null,
          isFallback: false,
          windowClosesAtMs: null,
          writableUntilMs: null,
          isWindowOpen: false,
          marketingTo: null,
          way: null,
        },
      ],
    });
    expect(await world.record(localId)).toMatchObject({
      status: "sending",
      place: "wire",
      attempts: 1,
      sends: [{ number: 1, atMs: NOON_MS + 30, outcome: null, tookMs: null }],
    });
    const wire = await world.redis.zrange(keyOf.wire(world.base), "0", "-1", "WITHSCORES");
    expect(wire).toEqual([`${localId}.1`, String(NOON_MS + 30 + 7_000)]);
  });

  test("counts its sends and, apart from them, its attempts", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.snooze(0, { reason: "pair-throttled" }));
    expect(await world.sendAgain(first.localId)).toMatchObject({ wireNumber: 2, attempts: 1, throttles: 1 });
  });

  test("tells its template, and has no expiry to tell when it has none", async () => {
    const world = newWorld();
    expect(await world.send({ template: "offer" })).toMatchObject({ template: "offer", expiresAtMs: null });
  });

  // "Unconfirmed" is evidence that the provider may have it; a second send does not take that back.
  test("stays unconfirmed if an earlier send of it is in doubt", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.doubt(1_000, "resend"));
    world.pass(1_000);
    await world.promote();
    await world.sendAgain(first.localId);
    expect(await world.record(first.localId)).toMatchObject({ status: "unconfirmed", place: "wire", resends: 1 });
  });

  test("goes to one worker, however many look at the same moment", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept(...many(20)));
    const looks = await Promise.all(Array.from({ length: 10 }, () => world.take({ most: 3 })));
    expect(looks.flat().map(({ localId }) => localId)).toEqual(ids);
    expect(await world.redis.zcard(keyOf.wire(world.base))).toBe(20);
  });
});

test("a look that finds nothing brings nothing and writes nothing", async () => {
  const world = newWorld({ pace: 80 });
  expect(await world.look()).toMatchObject({ messages: [], nextSlotUs: null, hasMore: false });
  expect(await world.keys()).toEqual([]);
});

describe("what has left its backlog otherwise is stepped over", () => {
  test("a canceled message", async () => {
    const world = newWorld();
    const [, canceled = ""] = idsOf(await world.accept({}, {}, {}));
    await world.store.cancel(world.sender.id, canceled, null);
    expect((await world.take()).map(({ localId }) => localId)).not.toContain(canceled);
  });

  test("a message that a webhook has settled", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.doubt(0, "resend"));
    await world.promote();
    await world.webhook({ status: "sent", message: first });
    expect(await world.take()).toEqual([]);
    expect(await world.record(first.localId)).toMatchObject({ status: "sent", attempts: 1 });
  });

  test("a message whose record has gone", async () => {
    const world = newWorld();
    const [gone = "", here] = idsOf(await world.accept({}, {}));
    await world.redis.del(keyOf.record(world.base, gone));
    expect((await world.take()).map(({ localId }) => localId)).toEqual([here]);
    expect(await world.redis.exists(keyOf.record(world.base, gone))).toBe(0);
  });

  // A caller may take back a whole campaign. Looks stay short, and each says that it is worth another.
  test("any number of them: look after look comes nearer to who is behind", async () => {
    const world = newWorld({ pace: 80 });
    const ids = idsOf(await world.accept(...many(1_200, { lane: "bulk" })));
    await Promise.all(ids.slice(0, -1).map((id) => world.store.cancel(world.sender.id, id, null)));
    const looks = [await world.look(), await world.look(), await world.look()];
    expect(looks.map(({ messages }) => messages.length)).toEqual([0, 0, 1]);
    expect(looks.map(({ hasMore }) => hasMore)).toEqual([true, true, false]);
    expect(looks[2]?.messages[0]?.localId).toBe(ids.at(-1));
    expect(looks[2]?.messages[0]?.slotUs).toBe(NOON_MS * 1_000); // they took no slot
    expect(await world.redis.exists(keyOf.backlog(world.base, 2, "shop"), keyOf.callers(world.base, 2))).toBe(0);
  });
});

describe("a message past its expiry", () => {
  test("is not sent: it is expired, and the feed says so", async () => {
    const world = newWorld();
    const localId = await world.waiting({ expiresAtMs: NOON_MS + 1_000 });
    world.pass(1_000);
    expect(await world.take()).toEqual([]);
    expect(await world.record(localId)).toMatchObject({
      status: "expired",
      isFinal: true,
      place: "none",
      attempts: 0,
      timeline: [
        { status: "queued", atMs: NOON_MS },
        { status: "expired", atMs: NOON_MS + 1_000 },
      ],
    });
    expect(await world.events()).toEqual([`expired ${localId}`]);
  });

  test("one millisecond before it is sent", async () => {
    const world = newWorld();
    await world.waiting({ expiresAtMs: NOON_MS + 1_000 });
    world.pass(999);
    expect(await world.take()).toHaveLength(1);
  });

  // "Expired" says that it was never sent; of one send of this message nobody knows.
  test("fails, instead of being expired, if an earlier send of it is in doubt", async () => {
    const world = newWorld();
    const first = await world.send({ expiresAtMs: NOON_MS + 60_000 });
    await world.finish(first, verdicts.doubt(1_000, "resend"));
    world.pass(1_000);
    await world.promote();
    world.pass(60_000);
    expect(await world.take()).toEqual([]);
    expect(await world.record(first.localId)).toMatchObject({
      status: "failed",
      place: "none",
      failure: { reason: expect.stringContaining("may have been sent") },
    });
    expect(await world.events()).toEqual([`unconfirmed ${first.localId}`, `failed ${first.localId}`]);
  });

  test("passes its turn on, and the look says that more may go", async () => {
    const world = newWorld();
    const [, second = ""] = idsOf(await world.accept({ to: "+491", expiresAtMs: NOON_MS + 1_000 }, { to: "+491" }));
    world.pass(2_000);
    expect(await world.look()).toMatchObject({ messages: [], hasMore: true });
    await world.sendAgain(second);
  });

  test("ends with its content", async () => {
    const world = newWorld({ settings: { bodyDays: 1, messageDays: 30 } });
    const localId = await world.waiting({ expiresAtMs: NOON_MS });
    await world.take();
    expect(await world.redis.pttl(keyOf.content(world.base, localId))).toBeLessThanOrEqual(DAY_MS);
    expect(await world.redis.pttl(keyOf.content(world.base, localId))).toBeGreaterThan(0);
    expect(await world.redis.pttl(keyOf.record(world.base, localId))).toBeGreaterThan(29.9 * DAY_MS);
  });
});

describe("the lanes", () => {
  test("go by urgency, oldest first within each", async () => {
    const world = newWorld();
    const [bulk = "", normal = "", urgent = "", second = ""] = idsOf(
      await world.accept({ lane: "bulk" }, { lane: "normal" }, { lane: "urgent" }, { lane: "urgent" }),
    );
    expect((await world.take()).map(({ localId }) => localId)).toEqual([urgent, second, normal, bulk]);
  });

  test("have their slots in that order, too", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1 } });
    await world.accept(...many(5, { lane: "bulk" }), ...many(2, { lane: "urgent" }));
    const taken = await world.take();
    expect(taken.map(({ lane, slotUs }) => [lane, slotUs / 1_000 - NOON_MS])).toEqual([
      ["urgent", 0],
      ["urgent", 10],
      ["bulk", 20],
    ]);
  });

  test("give bulk its share of the pace, and the rest to who comes in between", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, bulkShare: 0.5 } });
    await world.accept(...many(3, { lane: "bulk" }));
    expect(await slotsMs(world)).toEqual([0, 20]);
    world.pass(10);
    await world.waiting({ lane: "urgent" });
    expect(await slotsMs(world)).toEqual([20]); // at 30 ms; the third of bulk may go at 40
  });

  test("leave slots to bulk when nothing else waits, but never more than its share", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, bulkShare: 0.5 } });
    await world.accept(...many(200, { lane: "bulk" }));
    let taken = 0;
    for (let ms = 0; ms < 1_000; ms += 10) {
      taken += (await world.take()).length;
      world.pass(10);
    }
    expect(taken).toBe(51); // 50 per second, and the first one at once
  });
});

// P5: urgent goes first, and nobody starves.
describe("a lane that more urgent ones pass over", () => {
  test.each([
    { lane: "normal" as const, slots: 10 },
    { lane: "bulk" as const, slots: 20 },
  ])("$lane gets one slot in some $slots, and the others the rest", async ({ lane, slots }) => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, lookaheadMs: 25 } });
    await world.accept(...many(250, { lane: "urgent" }), ...many(50, { lane }));
    const order: string[] = [];
    for (; order.length < 200; world.pass(10)) order.push(...(await world.take()).map((taken) => taken.lane));
    const at = order.flatMap((each, index) => (each === lane ? [index] : []));
    for (const [number, index] of at.entries()) expect(index - (at[number - 1] ?? 0)).toBeGreaterThanOrEqual(slots - 1);
    for (const [number, index] of at.entries()) expect(index - (at[number - 1] ?? 0)).toBeLessThanOrEqual(slots + 4);
    expect(at.length).toBeGreaterThanOrEqual(200 / (slots + 5));
  });

  test("gets none while it rests", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1 } });
    await world.accept(...many(100, { lane: "urgent" }), ...many(5));
    await world.take(); // passed over from now on
    await world.store.pause(world.sender.id, { kind: "lane", lane: "normal" }, "ops");
    for (let ms = 0; ms < 500; ms += 10, world.pass(10)) {
      for (const { lane } of await world.take()) expect(lane).toBe("urgent");
    }
  });
});

describe("the room", () => {
  test("in all is filled from the most urgent, and the look says that more could go", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept({ lane: "bulk" }, { lane: "normal" }, { lane: "normal" }));
    const look = await world.look({ most: 2 });
    expect(look.messages.map(({ localId }) => localId)).toEqual([ids[1], ids[2]]);
    expect(look.hasMore).toBe(true);
  });

  test("of a lane keeps that lane back, and not the others", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept({ lane: "normal" }, { lane: "normal" }, { lane: "bulk" }));
    const look = await world.look({ byLane: { urgent: 64, normal: 1, bulk: 64 } });
    expect(look.messages.map(({ localId }) => localId)).toEqual([ids[0], ids[2]]);
    expect(look.hasMore).toBe(true);
  });

  test("that is none takes nothing and changes nothing for those who wait", async () => {
    const world = newWorld();
    const localId = await world.waiting();
    expect(await world.look({ most: 0 })).toMatchObject({ messages: [], hasMore: true });
    await world.sendAgain(localId);
  });
});

describe("the lookahead", () => {
  test("bounds how far ahead slots are taken, and the look says when the next one is", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, lookaheadMs: 25 } });
    await world.accept(...many(10));
    const look = await world.look();
    expect(look.messages.map(({ slotUs }) => slotUs / 1_000 - NOON_MS)).toEqual([0, 10, 20]);
    expect(look).toMatchObject({ nextSlotUs: (NOON_MS + 30) * 1_000, hasMore: false, intervalUs: 10_000 });
    expect(await world.take()).toEqual([]);
    world.pass(5);
    expect(await slotsMs(world)).toEqual([25]);
  });

  // What is taken for a slot far ahead could no longer be overtaken by a one-time password.
  test("leaves the first free slot to who is more urgent, however many wait", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, lookaheadMs: 25 } });
    await world.accept(...many(1_000, { lane: "bulk" }));
    await world.take();
    const urgent = await world.waiting({ lane: "urgent" });
    world.pass(10);
    const [first] = await world.take();
    expect(first?.localId).toBe(urgent);
    expect((first?.slotUs ?? 0) / 1_000 - world.nowMs).toBeLessThanOrEqual(25);
  });

  test("tells the slot of bulk when only bulk waits", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1, bulkShare: 0.5 } });
    await world.accept(...many(2, { lane: "bulk" }));
    expect((await world.look()).nextSlotUs).toBe((NOON_MS + 200) * 1_000);
    await world.waiting({ lane: "normal" });
    expect((await world.look()).nextSlotUs).toBe((NOON_MS + 100) * 1_000);
  });

  test("puts nobody back in line who was looked at and found no slot", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1 } });
    const ids = idsOf(await world.accept(...many(6)));
    const order: string[] = [];
    for (let ms = 0; ms < 100; ms += 5) {
      order.push(...(await world.take()).map(({ localId }) => localId));
      world.pass(5);
    }
    expect(order).toEqual(ids);
  });
});

describe("the pace", () => {
  test("gives out slots one interval apart", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1, lookaheadMs: 250 } });
    await world.accept({}, {}, {});
    expect(await slotsMs(world)).toEqual([0, 100, 200]);
  });

  test("keeps a margin below what is configured", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 0.5, lookaheadMs: 250 } });
    await world.accept({}, {});
    expect(await slotsMs(world)).toEqual([0, 200]);
  });

  test("saves no slots up: after a pause the first goes at once and the next an interval later", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1, lookaheadMs: 150 } });
    await world.send();
    world.pass(10_000);
    await world.accept({}, {});
    expect(await slotsMs(world)).toEqual([0, 100]);
  });

  test("is no pace at all when it is unlimited", async () => {
    const world = newWorld();
    await world.accept({}, {});
    expect(await slotsMs(world)).toEqual([0, 0]);
  });

  test("that an operator sets outranks the configured one, until it is given back", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1, lookaheadMs: 100 } });
    await world.store.setPace(world.sender.id, 20, "ops");
    await world.accept(...many(10));
    expect(await slotsMs(world)).toEqual([0, 50, 100]);
    await world.store.setPace(world.sender.id, null, "ops");
    world.pass(150);
    expect(await slotsMs(world)).toEqual([0, 100]);
  });

  test("that an operator sets holds for a sender without one as well", async () => {
    const world = newWorld({ pace: "unlimited", settings: { paceMargin: 1, lookaheadMs: 100 } });
    await world.store.setPace(world.sender.id, 10, "ops");
    await world.accept(...many(10));
    expect(await slotsMs(world)).toEqual([0, 100]);
  });
});

describe("a sender that rests", () => {
  const FOR_A_MINUTE = { reason: "sender-held", hold: { of: "sender", forMs: 60_000 } } as const;

  test("by the provider's word lets nothing go until then; what waits stays where it is", async () => {
    const world = newWorld();
    const sending = await world.send();
    const waiting = await world.waiting({ lane: "urgent" });
    await world.finish(sending, verdicts.snooze(0, FOR_A_MINUTE));
    expect(await world.look()).toMatchObject({ messages: [], nextSlotUs: null, hasMore: false });
    expect(await world.record(waiting)).toMatchObject({ status: "queued", place: "backlog", attempts: 0 });
    world.pass(59_999);
    expect(await world.take()).toEqual([]);
    world.pass(1);
    expect((await world.take()).map(({ localId }) => localId)).toEqual([waiting, sending.localId]);
  });

  test("until somebody resumes it, lets nothing go before", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: null } }));
    world.pass(1_000 * DAY_MS);
    expect(await world.take()).toEqual([]);
    expect(await world.store.resume(world.sender.id, { kind: "sender" }, "ops")).toEqual({ changed: true, call: true });
    await world.sendAgain(sending.localId);
  });

  test("by an operator's order lets nothing go until it is resumed", async () => {
    const world = newWorld();
    const localId = await world.waiting({ lane: "urgent" });
    await world.store.pause(world.sender.id, { kind: "sender" }, "ops");
    expect(await world.take()).toEqual([]);
    await world.store.resume(world.sender.id, { kind: "sender" }, "ops");
    await world.sendAgain(localId);
  });
});

describe("a lane that rests", () => {
  test("by an operator's order keeps its messages; the other lanes go on", async () => {
    const world = newWorld();
    const [urgent, normal = "", bulk] = idsOf(await world.accept({ lane: "urgent" }, {}, { lane: "bulk" }));
    await world.store.pause(world.sender.id, { kind: "lane", lane: "normal" }, "ops");
    expect((await world.take()).map(({ localId }) => localId)).toEqual([urgent, bulk]);
    await world.store.resume(world.sender.id, { kind: "lane", lane: "normal" }, "ops");
    await world.sendAgain(normal);
  });

  test("because the portfolio's tier is full for it waits until a place may be free", async () => {
    const world = newWorld();
    const sending = await world.send({ lane: "bulk" });
    const [behind = "", normal] = idsOf(await world.accept({ lane: "bulk" }, { lane: "normal" }));
    await world.finish(sending, verdicts.snooze(5_000, { reason: "tier", hold: { of: "lane", forMs: 5_000 } }));
    expect((await world.take()).map(({ localId }) => localId)).toEqual([normal]);
    world.pass(5_000);
    await world.sendAgain(behind);
  });

  test("in quiet hours is bulk, and only bulk, until they end", async () => {
    const world = newWorld({ pace: 100 });
    const [bulk = "", normal, urgent] = idsOf(await world.accept({ lane: "bulk" }, {}, { lane: "urgent" }));
    const quiet = { bulkRestsUntilMs: NOON_MS + 60_000 };
    expect((await world.take(quiet)).map(({ localId }) => localId)).toEqual([urgent, normal]);
    world.pass(59_999);
    expect(await world.look(quiet)).toMatchObject({ messages: [], nextSlotUs: null, hasMore: false });
    world.pass(1);
    expect((await world.take(quiet)).map(({ localId }) => localId)).toEqual([bulk]);
  });
});

// Redis may carry a look out and be cut off before it answers. Nobody sends those messages: their leases would have to
// end first, and each of them be in doubt.
describe("a look whose answer was lost", () => {
  const lookAs = (world: World, by: string, number: number) =>
    world.store.begin(world.sender, ANY_ROOM, { by, number });

  test("tells, when it comes again, what it took the first time", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept({}, {}));
    await lookAs(world, "worker-1", 7);
    const [later] = idsOf(await world.accept({}));
    const again = await lookAs(world, "worker-1", 7);
    expect(again.lost).toEqual(ids.map((localId) => ({ localId, wireNumber: 1 })));
    expect(again.messages.map(({ localId }) => localId)).toEqual([later]);
  });

  test("tells of everything, however often it is lost", async () => {
    const world = newWorld();
    const ids: string[] = [];
    for (let times = 0; times < 3; times++) {
      ids.push(await world.waiting());
      await lookAs(world, "worker-1", 7);
    }
    const { lost } = await lookAs(world, "worker-1", 7);
    expect(lost.map(({ localId }) => localId).sort()).toEqual(ids);
  });

  test("is nobody else's: the next look, and another worker's, know nothing of it", async () => {
    const world = newWorld();
    await world.waiting();
    await lookAs(world, "worker-1", 7);
    expect((await lookAs(world, "worker-2", 7)).lost).toEqual([]);
    expect((await lookAs(world, "worker-1", 8)).lost).toEqual([]);
  });
});

describe("the customer service window", () => {
  const inbound = (world: World, user: string, atMs: number) =>
    world.store.apply(world.sender, {
      statuses: [],
      inbound: [{ wamid: `wamid.${user}.${atMs}`, atMs, json: "{}", opensWindowOf: user }],
      aside: [],
      raw: null,
    });
  const isOpen = async (world: World, to: string) => {
    await world.waiting({ to });
    const [taken] = await world.take({ needsWindows: true });
    if (taken) await world.finish(taken, verdicts.submit(`wamid.${taken.localId}`));
    return taken?.isWindowOpen;
  };

  test("is open for 24 h after the user's last message, and closed for everybody else", async () => {
    const world = newWorld();
    await inbound(world, "+491", NOON_MS);
    expect([await isOpen(world, "+491"), await isOpen(world, "+492")]).toEqual([true, false]);
    world.pass(24 * HOUR_MS - 1);
    expect(await isOpen(world, "+491")).toBe(true);
    world.pass(1);
    expect(await isOpen(world, "+491")).toBe(false);
  });

  test("is known across midnight, and a later message keeps it open", async () => {
    const world = newWorld();
    world.pass(11 * HOUR_MS);
    await inbound(world, "+491", world.nowMs); // 23:00
    world.pass(2 * HOUR_MS);
    expect(await isOpen(world, "+491")).toBe(true); // 01:00
    await inbound(world, "+491", world.nowMs);
    world.pass(23 * HOUR_MS);
    expect(await isOpen(world, "+491")).toBe(true); // 00:00 of the day after
  });

  test("is not shortened by a message that comes late", async () => {
    const world = newWorld();
    await inbound(world, "+491", NOON_MS);
    await inbound(world, "+491", NOON_MS - 11 * HOUR_MS);
    world.pass(20 * HOUR_MS);
    expect(await isOpen(world, "+491")).toBe(true);
  });

  test("is not opened by a message of a day ago, nor kept open by one from the future", async () => {
    const world = newWorld();
    await inbound(world, "+491", NOON_MS - 24 * HOUR_MS - 1);
    expect(await isOpen(world, "+491")).toBe(false);
    await inbound(world, "+492", NOON_MS + 5 * HOUR_MS);
    world.pass(24 * HOUR_MS);
    expect(await isOpen(world, "+492")).toBe(false);
  });

  test("is not looked up unless somebody asks", async () => {
    const world = newWorld();
    await inbound(world, "+491", NOON_MS);
    expect((await world.send({ to: "+491" })).isWindowOpen).toBe(false);
  });
});
