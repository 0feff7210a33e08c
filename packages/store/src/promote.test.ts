import { describe, expect, test } from "@jest/globals";
import { keyOf } from "./keys.ts";
import type { Begun, NewMessage, Taken } from "./moves.ts";
import { idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

async function acceptMany(world: World, count: number, fields: Partial<NewMessage> = {}): Promise<string[]> {
  return idsOf(await world.accept(...Array.from({ length: count }, () => fields)));
}

/** Looks as long as a look says that more may go, and nothing goes before the last one; the last one. */
async function lookUntilNoMore(world: World): Promise<Begun> {
  for (;;) {
    const look = await world.look();
    if (!look.hasMore) return look;
    expect(look.messages).toEqual([]);
  }
}

const backlogOf = (world: World, lane = 1, caller = "shop") =>
  world.redis.lrange(keyOf.backlog(world.base, lane, caller), 0, -1);

describe("what waits for a moment", () => {
  test("is ready at that moment and not before", async () => {
    const world = newWorld();
    const localId = await world.waiting({ sendAtMs: NOON_MS + 5_000 });
    world.pass(4_999);
    expect(await world.store.promote(world.sender.id)).toEqual({ isReady: false, nextMs: NOON_MS + 5_000 });
    expect(await world.take()).toEqual([]);
    world.pass(1);
    expect(await world.promote()).toBe(true);
    expect(await world.record(localId)).toMatchObject({
      place: "backlog",
      waitReason: "none",
      waitUntilMs: null,
      resends: 0, // that counts doubts only
    });
    await world.sendAgain(localId);
  });

  test("is taken some hundred at a time, so that Redis stays responsive", async () => {
    const world = newWorld();
    await acceptMany(world, 250, { sendAtMs: NOON_MS + 1 });
    world.pass(1);
    expect((await world.store.promote(world.sender.id)).nextMs).toBe(NOON_MS + 1); // there is more
    expect(await backlogOf(world)).toHaveLength(200);
    await world.promote();
    expect(await backlogOf(world)).toHaveLength(250);
  });

  test("and was in line before goes back to the head of its line, in the order of its time", async () => {
    const world = newWorld();
    const ids = await acceptMany(world, 6, { lane: "bulk" });
    const taken = await world.take({ most: 2 });
    for (const one of taken) await world.finish(one, verdicts.retry(1_000));
    world.pass(1_000);
    expect(await world.promote()).toBe(true);
    expect(await world.record(ids[0] ?? "")).toMatchObject({ place: "backlog", waitReason: "none", waitUntilMs: null });
    expect(await backlogOf(world, 2)).toEqual(ids);
  });

  // A campaign planned for nine o'clock must not push aside what was accepted before nine and still waits.
  test("and was planned for this moment queues up behind those that wait already", async () => {
    const world = newWorld();
    const planned = await acceptMany(world, 2, { sendAtMs: NOON_MS + 1_000 });
    const ids = await acceptMany(world, 3);
    world.pass(1_000);
    await world.promote();
    expect(await backlogOf(world)).toEqual([...ids, ...planned]);
  });

  test("and makes a caller's first backlog puts that caller in line", async () => {
    const world = newWorld();
    const [planned = ""] = await acceptMany(world, 1, { sendAtMs: NOON_MS + 1_000, caller: "late" });
    world.pass(1_000);
    await world.promote();
    expect(await world.redis.zrange(keyOf.callers(world.base, 1), "0", "-1")).toEqual(["late"]);
    await world.sendAgain(planned);
  });
});

describe("a planned message joins its recipient's order only when it is due", () => {
  test("and holds the turn if nobody else does", async () => {
    const world = newWorld();
    await world.waiting({ to: "+491", sendAtMs: NOON_MS + 1_000 });
    world.pass(1_000);
    await world.promote();
    const behind = await world.waiting({ to: "+491" });
    expect((await world.record(behind)).place).toBe("turn");
  });

  test("and waits behind whoever holds it then", async () => {
    const world = newWorld();
    const planned = await world.waiting({ to: "+491", sendAtMs: NOON_MS + 1_000 });
    const sending = await world.send({ to: "+491" });
    world.pass(1_000);
    expect(await world.promote()).toBe(false);
    expect(await world.record(planned)).toMatchObject({ place: "turn", waitReason: "none" });
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).isReady).toBe(true);
    await world.sendAgain(planned);
  });
});

describe("a doubt that nothing has settled", () => {
  test("is sent again if that is its policy, and the record says so", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.doubt(30_000, "resend"));
    world.pass(30_000);
    expect(await world.promote()).toBe(true);
    expect(await world.record(sending.localId)).toMatchObject({
      status: "unconfirmed",
      place: "backlog",
      resends: 1,
      waitReason: "none",
    });
    expect(await world.sendAgain(sending.localId)).toMatchObject({ wireNumber: 2, attempts: 2 });
  });

  test("fails if that is its policy, says why, and passes its turn", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    await world.finish(sending, verdicts.doubt(30_000, "fail"));
    world.pass(30_000);
    expect(await world.promote()).toBe(true);
    expect(await world.record(sending.localId)).toMatchObject({
      status: "failed",
      place: "none",
      resends: 0,
      failure: { class: "unknown", code: null, reason: expect.stringContaining("may have been sent") },
    });
    expect(await world.events()).toEqual([`unconfirmed ${sending.localId}`, `failed ${sending.localId}`]);
    await world.sendAgain(behind);
  });
});

describe("what expires while it waits ends at once, wherever that is", () => {
  const EXPIRES = { expiresAtMs: NOON_MS + 10_000 };
  const INTO: Record<string, (world: World) => Promise<string>> = {
    "the backlog": (world) => world.waiting(EXPIRES),
    "a lane at rest": async (world) => {
      await world.store.pause(world.sender.id, { kind: "sender" }, "ops");
      return world.waiting(EXPIRES);
    },
    later: async (world) => {
      const sending = await world.send(EXPIRES);
      await world.finish(sending, verdicts.retry(60_000));
      return sending.localId;
    },
    "a turn": async (world) => {
      await world.send({ to: "+491" });
      return world.waiting({ to: "+491", ...EXPIRES });
    },
    "a held template": async (world) => {
      await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
      const localId = await world.waiting({ template: "offer", ...EXPIRES });
      await world.take();
      return localId;
    },
  };

  test.each(Object.keys(INTO))("%s", async (place) => {
    const world = newWorld();
    const localId = (await INTO[place]?.(world)) ?? "";
    world.pass(9_999);
    expect((await world.store.promote(world.sender.id)).nextMs).toBe(NOON_MS + 10_000);
    expect((await world.record(localId)).status).toBe("queued");
    world.pass(1);
    await world.promote();
    expect(await world.record(localId)).toMatchObject({ status: "expired", isFinal: true, place: "none" });
    expect(await world.events()).toEqual([`expired ${localId}`]);
    expect(await world.redis.zcard(keyOf.ends(world.base))).toBe(0);
    expect((await world.store.promote(world.sender.id)).nextMs).toBeNull();
  });

  test("and passes its turn to who is behind it", async () => {
    const world = newWorld();
    const [, behind = ""] = idsOf(await world.accept({ to: "+491", ...EXPIRES }, { to: "+491" }));
    world.pass(10_000);
    expect(await world.promote()).toBe(true);
    await world.sendAgain(behind);
  });

  // "Expired" says that it was never sent. Nobody knows that here, and a caller may act on it.
  test("as failed, if an earlier send of it is in doubt", async () => {
    const world = newWorld();
    const sending = await world.send(EXPIRES);
    await world.finish(sending, verdicts.doubt(10_000, "resend"));
    world.pass(10_000);
    expect(await world.promote()).toBe(false);
    expect(await world.record(sending.localId)).toMatchObject({
      status: "failed",
      place: "none",
      failure: { reason: expect.stringContaining("may have been sent") },
    });
  });

  test("but not what is on the wire: it is asked again when it has come back", async () => {
    const world = newWorld();
    const sending = await world.send(EXPIRES);
    world.pass(10_000);
    await world.promote();
    expect(await world.record(sending.localId)).toMatchObject({ status: "sending", place: "wire" });
    await world.finish(sending, verdicts.retry(60_000));
    world.pass(1_000);
    await world.promote();
    expect((await world.record(sending.localId)).status).toBe("expired");
  });

  test("nor what has been submitted", async () => {
    const world = newWorld();
    const sending = await world.send(EXPIRES);
    await world.finish(sending, verdicts.submit("wamid.A"));
    world.pass(10_000);
    await world.promote();
    expect((await world.record(sending.localId)).status).toBe("submitted");
  });

  test("many of them some hundred at a time", async () => {
    const world = newWorld();
    await acceptMany(world, 250, EXPIRES);
    world.pass(10_000);
    await world.promote();
    expect(await world.redis.zcard(keyOf.ends(world.base))).toBe(50);
    expect((await world.store.promote(world.sender.id)).nextMs).toBeNull();
  });
});

describe("a template at rest", () => {
  const PAUSED = { reason: "template-held", hold: { of: "template", forMs: 60_000 } } as const;
  const pause = async (world: World): Promise<Taken> => {
    const sending = await world.send({ template: "offer", to: "+490" });
    await world.finish(sending, verdicts.snooze(0, PAUSED));
    return sending;
  };

  test("by the provider's word keeps its messages, and no others", async () => {
    const world = newWorld();
    const first = await pause(world);
    expect(await world.record(first.localId)).toMatchObject({
      place: "held",
      waitReason: "template-held",
      attempts: 0,
    });
    const [held = "", other, text] = idsOf(await world.accept({ template: "offer" }, { template: "greeting" }, {}));
    expect((await world.take()).map(({ localId }) => localId)).toEqual([other, text]);
    expect(await world.record(held)).toMatchObject({ status: "queued", place: "held", waitReason: "template-held" });
  });

  test("does not hold up later messages to the same recipient", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
    const [held = "", text = ""] = idsOf(await world.accept({ to: "+491", template: "offer" }, { to: "+491" }));
    expect(await world.look()).toMatchObject({ messages: [], hasMore: true }); // the turn has just passed on
    await world.sendAgain(text);
    expect((await world.record(held)).place).toBe("held");
  });

  test("goes on when its rest is over: in the order its messages came, ahead of those that wait already", async () => {
    const world = newWorld();
    const first = await pause(world);
    const held = await acceptMany(world, 3, { template: "offer" });
    await world.take();
    const later = await acceptMany(world, 2);
    world.pass(59_999);
    expect(await world.store.promote(world.sender.id)).toEqual({ isReady: false, nextMs: NOON_MS + 60_000 });
    world.pass(1);
    expect(await world.promote()).toBe(true);
    expect((await world.take()).map(({ localId }) => localId)).toEqual([first.localId, ...held, ...later]);
    expect(await world.redis.exists(keyOf.holds(world.base), keyOf.held(world.base, "offer"))).toBe(0);
  });

  test("keeps the order of one recipient when it goes on", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
    const ids = await acceptMany(world, 2, { to: "+491", template: "offer" });
    await lookUntilNoMore(world);
    await world.store.resume(world.sender.id, { kind: "template", name: "offer" }, "ops");
    await world.promote();
    const first = await world.sendAgain(ids[0] ?? "");
    expect((await world.record(ids[1] ?? "")).place).toBe("turn");
    await world.finish(first, verdicts.submit("wamid.A"));
    await world.sendAgain(ids[1] ?? "");
  });

  test("is released some hundred at a time, and the next call takes the rest", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
    await acceptMany(world, 250, { lane: "bulk", template: "offer" });
    await lookUntilNoMore(world);
    await world.store.resume(world.sender.id, { kind: "template", name: "offer" }, "ops");
    expect(await world.store.promote(world.sender.id)).toEqual({ isReady: true, nextMs: NOON_MS });
    expect(await world.store.promote(world.sender.id)).toEqual({ isReady: true, nextMs: null });
    expect(await backlogOf(world, 2)).toHaveLength(250);
  });

  test("by an operator's order goes on only by an operator's order", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
    const localId = await world.waiting({ template: "offer" });
    await world.take();
    world.pass(1_000 * 86_400_000);
    expect(await world.store.promote(world.sender.id)).toEqual({ isReady: false, nextMs: null });
    await world.store.resume(world.sender.id, { kind: "template", name: "offer" }, "ops");
    await world.promote();
    await world.sendAgain(localId);
  });

  test("releases nobody who was canceled while it rested", async () => {
    const world = newWorld();
    const first = await pause(world);
    await world.store.cancel(world.sender.id, first.localId, null);
    world.pass(60_000);
    expect(await world.promote()).toBe(false);
    expect(await world.redis.exists(keyOf.holds(world.base))).toBe(0);
  });

  test("ended for good: its messages fail with the provider's word, the held ones too, and nothing is sent", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
    const [held = ""] = await acceptMany(world, 1, { template: "offer", to: "+491" });
    await world.take();
    await world.store.resume(world.sender.id, { kind: "template", name: "offer" }, "ops");
    const sending = await world.send({ template: "offer", to: "+492" });
    const failure = { code: 132016, httpStatus: 400, reason: "template disabled", hint: "use another" };
    await world.finish(sending, { kind: "fail", failure, endsTemplate: true });
    const later = await world.waiting({ template: "offer", to: "+493" });
    const behind = await world.waiting({ to: "+493" });
    await world.promote();
    const last = await lookUntilNoMore(world);
    expect(last.messages.map(({ localId }) => localId)).toEqual([behind]);
    for (const id of [held, later]) {
      expect(await world.record(id)).toMatchObject({
        status: "failed",
        place: "none",
        attempts: 0,
        failure: { code: 132016, reason: "template disabled" },
      });
    }
  });
});

describe("when nothing is due", () => {
  test("of nothing at all it brings nothing and writes nothing", async () => {
    const world = newWorld({ pace: 80 });
    expect(await world.store.promote(world.sender.id)).toEqual({ isReady: false, nextMs: null });
    expect(await world.keys()).toEqual([]);
  });

  test("it says when the next moment is: the earliest of all kinds", async () => {
    const world = newWorld();
    await world.accept({ sendAtMs: NOON_MS + 9_000 }, { expiresAtMs: NOON_MS + 8_000 });
    expect((await world.store.promote(world.sender.id)).nextMs).toBe(NOON_MS + 8_000);
    await world.waiting({ sendAtMs: NOON_MS + 7_000 });
    expect((await world.store.promote(world.sender.id)).nextMs).toBe(NOON_MS + 7_000);
  });
});
