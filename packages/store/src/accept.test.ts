import { describe, expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, keyOf } from "./keys.ts";
import type { NewMessage } from "./moves.ts";
import { aMessage, idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

describe("a new message", () => {
  test("is queued, ready in its backlog, and calls a worker", async () => {
    const world = newWorld();
    const { results, call } = await world.store.accept(world.sender.id, [aMessage({ lane: "normal" })]);
    expect(results).toMatchObject([{ kind: "accepted" }]);
    expect(call).toBe(true);
    const [localId = ""] = idsOf(results);
    expect(await world.record(localId)).toMatchObject({ status: "queued", place: "backlog", waitReason: "none" });
    expect(await world.redis.lrange(keyOf.backlog(world.base, 1, "shop"), 0, -1)).toEqual([localId]);
  });

  test("is kept with everything it came with", async () => {
    const world = newWorld();
    const localId = await world.waiting({
      to: "+4915112345",
      lane: "bulk",
      caller: "bank",
      type: "template",
      template: "offer",
      content: '{"type":"template"}',
      expiresAtMs: NOON_MS + 60_000,
      reference: "order-7",
      metadata: '{"order":7}',
      doubtPolicy: "fail",
    });
    expect(await world.record(localId)).toEqual({
      id: `msg_${world.sender.id}_${localId}`,
      sender: world.sender.id,
      to: "+4915112345",
      contact: "+4915112345",
      lane: "bulk",
      caller: "bank",
      type: "template",
      template: "offer",
      templateLanguage: null,
      fallback: null,
      sentAs: null,
      isPassthrough: false,
      reference: "order-7",
      metadata: { order: 7 },
      status: "queued",
      isFinal: false,
      place: "backlog",
      waitReason: "none",
      waitUntilMs: null,
      acceptedAtMs: NOON_MS,
      sendAtMs: null,
      expiresAtMs: NOON_MS + 60_000,
      attempts: 0,
      throttles: 0,
      resends: 0,
      doubtPolicy: "fail",
      wamid: null,
      pricing: null,
      failure: null,
      sends: [],
      timeline: [{ status: "queued", atMs: NOON_MS }],
    });
    expect(await world.redis.get(keyOf.content(world.base, localId))).toBe('{"type":"template"}');
  });

  test("without the optional parts has none of their keys, and none of their fields", async () => {
    const world = newWorld();
    const localId = await world.waiting();
    const fields = await world.redis.hkeys(keyOf.record(world.base, localId));
    expect(fields.sort()).toEqual(["c", "g", "k", "l", "p", "q", "to", "y"]);
    const kinds = (await world.keys()).map((key) => key.slice(world.base.length).split(":")[0]);
    expect(kinds.sort()).toEqual(["b", "bc", "bl", "m", "r", "s", "t", "turns"]);
  });

  test("neither ends nor loses its content while it waits", async () => {
    const world = newWorld();
    const localId = await world.waiting({ metadata: "{}" });
    for (const key of [keyOf.record, keyOf.content, keyOf.metadata]) {
      expect(await world.redis.pttl(key(world.base, localId))).toBe(-1);
    }
  });

  test("is found by hour, by recipient and by reference, and each index ends by itself", async () => {
    const world = newWorld({ settings: { messageDays: 30 } });
    const localId = await world.waiting({ to: "+491", reference: "r1" });
    const { base, redis } = world;
    const hour = keyOf.acceptedInHour(base, Math.floor(NOON_MS / HOUR_MS));
    const day = keyOf.recipientsOfDay(base, Math.floor(NOON_MS / DAY_MS));
    expect(await redis.lrange(hour, 0, -1)).toEqual([localId]);
    expect(await redis.hget(day, "+491")).toBe(localId);
    expect(await redis.lrange(keyOf.reference(base, "r1"), 0, -1)).toEqual([localId]);
    for (const key of [hour, day, keyOf.reference(base, "r1")]) {
      expect(await redis.pttl(key)).toBeGreaterThan(37.9 * DAY_MS);
    }
  });

  test("to the same recipient on the same day is added behind the first", async () => {
    const world = newWorld();
    const first = await world.waiting({ to: "+491" });
    const second = await world.waiting({ to: "+491" });
    const day = keyOf.recipientsOfDay(world.base, Math.floor(NOON_MS / DAY_MS));
    expect(await world.redis.hget(day, "+491")).toBe(first + second);
  });
});

test("a batch is answered in its order, however large", async () => {
  const world = newWorld();
  const ids = idsOf(await world.accept(...Array.from({ length: 2_500 }, () => ({ lane: "bulk" as const }))));
  expect(ids).toEqual([...ids].sort());
  expect(await world.redis.lrange(keyOf.backlog(world.base, 2, "shop"), 0, -1)).toEqual(ids);
  const hour = keyOf.acceptedInHour(world.base, Math.floor(NOON_MS / HOUR_MS));
  expect(await world.redis.lrange(hour, 0, -1)).toEqual(ids);
});

describe("the idempotency key", () => {
  const keyed = (keyDigest: string, bodyDigest = "b".repeat(16)) => ({ idempotency: { keyDigest, bodyDigest } });

  test("gives the first message again for the same body, and writes nothing", async () => {
    const world = newWorld();
    const first = await world.waiting(keyed("k1"));
    const keys = await world.keys();
    expect(await world.accept(keyed("k1"))).toEqual([{ kind: "replay", localId: first }]);
    expect(await world.keys()).toEqual(keys);
    const hour = keyOf.acceptedInHour(world.base, Math.floor(NOON_MS / HOUR_MS));
    expect(await world.redis.llen(hour)).toBe(1);
  });

  test("with another body is a conflict that names the first message", async () => {
    const world = newWorld();
    const first = await world.waiting(keyed("k1"));
    expect(await world.accept(keyed("k1", "c".repeat(16)))).toEqual([{ kind: "conflict", localId: first }]);
  });

  test("counts within one batch as well", async () => {
    const world = newWorld();
    const accepted = await world.accept(keyed("k1"), keyed("k1"), keyed("k2"));
    expect(accepted.map(({ kind }) => kind)).toEqual(["accepted", "replay", "accepted"]);
    const [first, second] = idsOf(accepted);
    expect(second).toBe(first);
  });

  test("belongs to its caller", async () => {
    const world = newWorld();
    await world.waiting({ ...keyed("k1"), caller: "shop" });
    expect(await world.accept({ ...keyed("k1"), caller: "bank" })).toMatchObject([{ kind: "accepted" }]);
  });

  test("is still known after the message has ended", async () => {
    const world = newWorld();
    const sending = await world.send(keyed("k1"));
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.accept(keyed("k1"))).toEqual([{ kind: "replay", localId: sending.localId }]);
  });

  test("is remembered for 72 hours", async () => {
    const world = newWorld();
    await world.waiting({ ...keyed("k1"), caller: "shop" });
    const ttlMs = await world.redis.pttl(`${world.base}i:shop:k1`);
    expect(ttlMs).toBeGreaterThan(71.9 * HOUR_MS);
    expect(ttlMs).toBeLessThanOrEqual(72 * HOUR_MS);
  });
});

describe("a caller with too many waiting", () => {
  const keyed = (keyDigest: string) => ({ idempotency: { keyDigest, bodyDigest: "b".repeat(16) } });

  test("is told so, and nothing is kept of what came too much, not even its key", async () => {
    const world = newWorld({ settings: { backlogMax: 2 } });
    await world.accept({}, {});
    const keys = await world.keys();
    const refused = { ...keyed("k1"), to: "+491", reference: "r1", metadata: "{}", expiresAtMs: NOON_MS + 9_000 };
    expect(await world.accept(refused)).toEqual([{ kind: "full" }]);
    expect(await world.keys()).toEqual(keys);
    expect(await world.redis.llen(keyOf.backlog(world.base, 1, "shop"))).toBe(2);
  });

  test("may try again with the same key when there is room", async () => {
    const world = newWorld({ settings: { backlogMax: 1 } });
    const first = await world.waiting();
    await world.accept(keyed("k1"));
    await world.sendAgain(first);
    expect(await world.accept(keyed("k1"))).toMatchObject([{ kind: "accepted" }]);
  });

  test("is still answered what was accepted before, and told of a conflict", async () => {
    const world = newWorld({ settings: { backlogMax: 1 } });
    const first = await world.waiting(keyed("k1"));
    const other = { idempotency: { keyDigest: "k1", bodyDigest: "c".repeat(16) } };
    expect(await world.accept(keyed("k1"), other, keyed("k2"))).toEqual([
      { kind: "replay", localId: first },
      { kind: "conflict", localId: first },
      { kind: "full" },
    ]);
  });

  test("has one count for all its lanes, and what one call brings counts as well", async () => {
    const world = newWorld({ settings: { backlogMax: 3 } });
    const accepted = await world.accept({ lane: "urgent" }, { lane: "normal" }, { lane: "bulk" }, { lane: "urgent" });
    expect(accepted.map(({ kind }) => kind)).toEqual(["accepted", "accepted", "accepted", "full"]);
  });

  test("uses up no room by repeating itself", async () => {
    const world = newWorld({ settings: { backlogMax: 2 } });
    await world.accept(keyed("k1"));
    const accepted = await world.accept(keyed("k1"), keyed("k1"), {});
    expect(accepted.map(({ kind }) => kind)).toEqual(["replay", "replay", "accepted"]);
  });

  test("takes no room from another", async () => {
    const world = newWorld({ settings: { backlogMax: 1 } });
    const accepted = await world.accept({ caller: "shop" }, { caller: "shop" }, { caller: "bank" });
    expect(accepted.map(({ kind }) => kind)).toEqual(["accepted", "full", "accepted"]);
  });
});

describe("an expiry", () => {
  test("is noted where promote finds it, whatever the place, until the message leaves", async () => {
    const world = newWorld();
    const [ready = "", turn = "", later = ""] = idsOf(
      await world.accept(
        { to: "+491", expiresAtMs: NOON_MS + 1_000 },
        { to: "+491", expiresAtMs: NOON_MS + 2_000 },
        { sendAtMs: NOON_MS + 500, expiresAtMs: NOON_MS + 3_000 },
        {},
      ),
    );
    const ends = () => world.redis.zrange(keyOf.ends(world.base), "0", "-1", "WITHSCORES");
    const expected = [ready, turn, later].flatMap((id, at) => [id, String(NOON_MS + 1_000 * (at + 1))]);
    expect(await ends()).toEqual(expected);
    for (const id of [ready, turn, later]) await world.store.cancel(world.sender.id, id, null);
    expect(await ends()).toEqual([]);
  });
});

describe("the turn of a recipient", () => {
  const placesOf = (world: World, ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await world.record(id)).place));

  test("is held by the first; the second waits behind it, in the same call or a later one", async () => {
    const world = newWorld();
    const together = idsOf(await world.accept({ to: "+491" }, { to: "+491" }));
    expect(await placesOf(world, [...together, await world.waiting({ to: "+491" })])).toEqual([
      "backlog",
      "turn",
      "turn",
    ]);
  });

  test("is kept per lane", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept({ to: "+491", lane: "normal" }, { to: "+491", lane: "urgent" }));
    expect(await placesOf(world, ids)).toEqual(["backlog", "backlog"]);
  });

  test("does not exist in bulk", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept({ to: "+491", lane: "bulk" }, { to: "+491", lane: "bulk" }));
    expect(await placesOf(world, ids)).toEqual(["backlog", "backlog"]);
  });

  // Nobody could ever pass the turn on.
  test("does not wait for a record that cannot be read", async () => {
    const world = newWorld();
    const damaged = await world.waiting({ to: "+491" });
    await world.redis.set(keyOf.record(world.base, damaged), "?");
    const ids = idsOf(await world.accept({}, { to: "+491" }, { to: "+491" }));
    expect(await placesOf(world, ids)).toEqual(["backlog", "backlog", "turn"]);
  });
});

describe("a message for later", () => {
  test("waits for its moment, and says so", async () => {
    const world = newWorld();
    const localId = await world.waiting({ sendAtMs: NOON_MS + 5_000 });
    expect(await world.record(localId)).toMatchObject({
      status: "queued",
      place: "later",
      waitReason: "scheduled",
      waitUntilMs: NOON_MS + 5_000,
      sendAtMs: NOON_MS + 5_000,
    });
  });

  test("is found as long as its record lives, however far away its moment is", async () => {
    const world = newWorld({ settings: { messageDays: 30 } });
    await world.waiting({ to: "+491", reference: "r1", sendAtMs: NOON_MS + 100 * DAY_MS });
    const indices = (await world.keys()).filter((key) => /\}:[trf]:/.test(key));
    expect(indices).toHaveLength(3);
    for (const key of indices) expect(await world.redis.pttl(key)).toBeGreaterThan(130 * DAY_MS);
  });

  test("does not hold up those that are sent before it", async () => {
    const world = newWorld();
    await world.waiting({ to: "+491", sendAtMs: NOON_MS + 5_000 });
    expect(await world.record(await world.waiting({ to: "+491" }))).toMatchObject({ place: "backlog" });
  });

  test("is an ordinary one when its moment has come already", async () => {
    const world = newWorld();
    const localId = await world.waiting({ sendAtMs: NOON_MS });
    expect(await world.record(localId)).toMatchObject({ place: "backlog", waitReason: "none", sendAtMs: NOON_MS });
  });
});

describe("a worker is called", () => {
  const accept = async (world: World, ...messages: Partial<NewMessage>[]) =>
    (await world.store.accept(world.sender.id, messages.map(aMessage))).call;

  test("for the first message of an idle sender, and no second time until a worker has looked", async () => {
    const world = newWorld();
    expect([await accept(world, {}), await accept(world, {})]).toEqual([true, false]);
    await world.take();
    expect(await accept(world, {})).toBe(true);
  });

  test("not while one comes by itself for the next slot", async () => {
    const world = newWorld({ pace: 10 });
    await accept(world, {});
    expect((await world.look()).nextSlotUs).not.toBeNull();
    expect(await accept(world, {}, { lane: "urgent" })).toBe(false);
  });

  test("when the last look had no room left, for then none comes by itself", async () => {
    const world = newWorld();
    await accept(world, {});
    expect((await world.look({ most: 1 })).hasMore).toBe(true);
    expect(await accept(world, {})).toBe(true);
  });

  test("for a lane that the last look found at rest", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "lane", lane: "normal" }, "ops");
    await accept(world, {});
    await world.take();
    expect(await accept(world, {})).toBe(true);
  });

  test.each([
    { what: "for what is planned", message: { sendAtMs: NOON_MS + 1_000 } },
    { what: "for what waits for its turn", message: { to: "+491" } },
  ])("not $what", async ({ message }) => {
    const world = newWorld();
    await accept(world, { to: "+491" });
    await world.take();
    expect(await accept(world, message)).toBe(false);
  });

  test("not for what is repeated, or refused", async () => {
    const world = newWorld({ settings: { backlogMax: 1 } });
    const keyed = { idempotency: { keyDigest: "k1", bodyDigest: "b".repeat(16) } };
    await accept(world, keyed);
    await world.store.pause(world.sender.id, { kind: "sender" }, "ops");
    await world.take();
    expect([await accept(world, keyed), await accept(world, {})]).toEqual([false, false]);
  });
});
