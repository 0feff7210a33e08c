import { describe, expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, keyOf } from "./keys.ts";
import { NOON_MS, verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

describe("a new message", () => {
  test("is queued, due at once and has its job", async () => {
    const world = newWorld();
    const [accepted] = await world.accept({ lane: "normal" });
    expect(accepted).toMatchObject({ kind: "accepted", job: { promotion: 1, lane: 1 } });
    expect(await world.record(accepted?.localId ?? "")).toMatchObject({ status: "queued", place: "due" });
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
      lane: "bulk",
      caller: "bank",
      type: "template",
      template: "offer",
      reference: "order-7",
      metadata: { order: 7 },
      status: "queued",
      isFinal: false,
      place: "due",
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
    expect(fields.sort()).toEqual(["c", "g", "k", "l", "n", "p", "q", "to", "y"]);
    const kinds = (await world.keys()).map((key) => key.slice(world.base.length).split(":")[0]);
    expect(kinds.sort()).toEqual(["b", "due", "m", "r", "t", "turns"]);
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
  const world = newWorld({ settings: { dueMax: 5 } });
  const accepted = await world.accept(...Array.from({ length: 2_500 }, () => ({ lane: "bulk" as const })));
  expect(accepted.map(({ localId }) => localId)).toEqual([...accepted.map(({ localId }) => localId)].sort());
  expect(accepted.filter((each) => each.kind === "accepted" && each.job !== null)).toEqual(accepted.slice(0, 5));
  const hour = keyOf.acceptedInHour(world.base, Math.floor(NOON_MS / HOUR_MS));
  expect(await world.redis.lrange(hour, 0, -1)).toEqual(accepted.map(({ localId }) => localId));
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
    const [first, second, third] = await world.accept(keyed("k1"), keyed("k1"), keyed("k2"));
    expect(second).toEqual({ kind: "replay", localId: first?.localId });
    expect(third).toMatchObject({ kind: "accepted" });
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

describe("the room in due", () => {
  // At 10 per second a slot comes every 102.6 ms, so three slots begin within the horizon of 250 ms.
  test("is what the pace can use within the lane's horizon; the rest waits in the backlog", async () => {
    const world = newWorld({ pace: 10 });
    const accepted = await world.accept({}, {}, {}, {}, {});
    expect(accepted.map((each) => each.kind === "accepted" && each.job !== null)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    const places = await Promise.all(accepted.map(async ({ localId }) => (await world.record(localId)).place));
    expect(places).toEqual(["due", "due", "due", "backlog", "backlog"]);
  });

  test("is smaller when slots are already taken", async () => {
    const world = newWorld({ pace: 10 });
    await world.send();
    await world.send();
    expect(await world.accept({}, {})).toMatchObject([{ job: { promotion: 1 } }, { job: null }]);
  });

  test("is at most dueMax, even without a pace", async () => {
    const world = newWorld({ settings: { dueMax: 2 } });
    expect(await world.accept({}, {}, {})).toMatchObject([{ job: {} }, { job: {} }, { job: null }]);
  });

  test("for bulk counts everything that is served before it", async () => {
    const world = newWorld({ settings: { dueMax: 2 } });
    await world.accept({ lane: "urgent" }, { lane: "normal" });
    expect(await world.accept({ lane: "bulk" }, { lane: "normal" })).toMatchObject([{ job: null }, { job: null }]);
  });

  test("for urgent cannot be taken by anybody else", async () => {
    const world = newWorld({ settings: { dueMax: 2 } });
    await world.accept({ lane: "bulk" }, { lane: "bulk" }, { lane: "normal" }, { lane: "normal" });
    expect(await world.accept({ lane: "urgent" })).toMatchObject([{ job: { lane: 0 } }]);
  });

  test("is none while the sender is held", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.snooze(60_000, { reason: "sender-held", holdSenderMs: 60_000 }));
    expect(await world.accept({ lane: "urgent" })).toMatchObject([{ job: null }]);
  });

  test("goes first to those who already wait, even if there is some again", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const job = await world.due();
    await world.waiting();
    await world.send(job);
    expect(await world.accept({}, { lane: "urgent" })).toMatchObject([{ job: null }, { job: { lane: 0 } }]);
  });

  test("of one lane does not wait for the backlog of another", async () => {
    const world = newWorld({ settings: { dueMax: 2 } });
    await world.accept({ lane: "bulk" }, { lane: "bulk" }, { lane: "bulk" });
    expect(await world.accept({ lane: "urgent" })).toMatchObject([{ job: { lane: 0 } }]);
  });
});

describe("the turn of a recipient", () => {
  test("is held by the first; the second waits behind it, whatever the room", async () => {
    const world = newWorld();
    const accepted = await world.accept({ to: "+491" }, { to: "+491" });
    expect(accepted).toMatchObject([{ job: { promotion: 1 } }, { job: null }]);
    expect((await world.record(accepted[1]?.localId ?? "")).place).toBe("turn");
  });

  test("is kept per lane", async () => {
    const world = newWorld();
    const accepted = await world.accept({ to: "+491", lane: "normal" }, { to: "+491", lane: "urgent" });
    expect(accepted).toMatchObject([{ job: { lane: 1 } }, { job: { lane: 0 } }]);
  });

  test("does not exist in bulk", async () => {
    const world = newWorld();
    const accepted = await world.accept({ to: "+491", lane: "bulk" }, { to: "+491", lane: "bulk" });
    expect(accepted).toMatchObject([{ job: { lane: 2 } }, { job: { lane: 2 } }]);
  });

  test("is held by a message in the backlog too", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const accepted = await world.accept({}, { to: "+491" }, { to: "+491" });
    const places = await Promise.all(accepted.map(async ({ localId }) => (await world.record(localId)).place));
    expect(places).toEqual(["due", "backlog", "turn"]);
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
    expect((await world.due({ to: "+491" })).promotion).toBe(1);
  });

  test("is an ordinary one when its moment has come already", async () => {
    const world = newWorld();
    const job = await world.due({ sendAtMs: NOON_MS });
    expect(await world.record(job.localId)).toMatchObject({ place: "due", waitReason: "none", sendAtMs: NOON_MS });
  });
});
