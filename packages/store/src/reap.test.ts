import { describe, expect, test } from "@jest/globals";
import { keyOf } from "./keys.ts";
import { NOON_MS, verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

describe("a lease that has run out", () => {
  test("makes the message unconfirmed: it may have been sent", async () => {
    const world = newWorld({ settings: { leaseMs: 7_000 } });
    const sending = await world.send({ lane: "normal" });
    world.pass(7_000);
    expect(await world.reap({ reconcileMs: { urgent: 1, normal: 120_000, bulk: 2 } })).toEqual({
      reaped: 1,
      isReady: false,
    });
    expect(await world.record(sending.localId)).toMatchObject({
      status: "unconfirmed",
      place: "later",
      waitReason: "doubt",
      waitUntilMs: NOON_MS + 7_000 + 120_000,
      attempts: 1,
      sends: [{ number: 1, atMs: NOON_MS, outcome: "lost", tookMs: null, code: null, httpStatus: null }],
      failure: { class: "unknown", reason: expect.stringContaining("stopped before the answer came") },
    });
    expect(await world.events()).toEqual([`unconfirmed ${sending.localId}`]);
  });

  test("one millisecond before is none", async () => {
    const world = newWorld({ settings: { leaseMs: 7_000 } });
    await world.send();
    world.pass(6_999);
    expect(await world.reap()).toEqual({ reaped: 0, isReady: false });
  });

  test("counts from the slot, not from the begin", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1, leaseMs: 7_000, lookaheadMs: 100 } });
    await world.accept({}, {});
    expect(await world.take()).toHaveLength(2); // the second slot is 100 ms away
    world.pass(7_099);
    expect((await world.reap()).reaped).toBe(1);
    world.pass(1);
    expect((await world.reap()).reaped).toBe(1);
  });

  test("waits as its lane says", async () => {
    const world = newWorld();
    const sends = [await world.send({ lane: "urgent" }), await world.send({ lane: "bulk" })];
    world.pass(10_000);
    await world.reap({ reconcileMs: { urgent: 30_000, normal: 1, bulk: 600_000 } });
    const untilMs = await Promise.all(sends.map(async ({ localId }) => (await world.record(localId)).waitUntilMs));
    expect(untilMs).toEqual([world.nowMs + 30_000, world.nowMs + 600_000]);
  });

  test("waits no longer than the message lives", async () => {
    const world = newWorld();
    const sending = await world.send({ expiresAtMs: NOON_MS + 15_000 });
    world.pass(10_000);
    await world.reap();
    expect((await world.record(sending.localId)).waitUntilMs).toBe(NOON_MS + 15_000);
  });

  test("of a message that has expired meanwhile waits not at all", async () => {
    const world = newWorld();
    const sending = await world.send({ expiresAtMs: NOON_MS + 5_000 });
    world.pass(10_000);
    await world.reap();
    expect((await world.record(sending.localId)).waitUntilMs).toBe(world.nowMs);
  });

  test("keeps the content: the message may have to be sent again", async () => {
    const world = newWorld();
    const sending = await world.send();
    world.pass(10_000);
    await world.reap();
    expect(await world.redis.pttl(keyOf.content(world.base, sending.localId))).toBe(-1);
    expect(await world.redis.pttl(keyOf.record(world.base, sending.localId))).toBe(-1);
  });

  test("does not pass the turn on", async () => {
    const world = newWorld();
    await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    world.pass(10_000);
    expect((await world.reap()).isReady).toBe(false);
    expect((await world.record(behind)).place).toBe("turn");
  });
});

describe("what follows if nothing settles it", () => {
  test.each([
    { doubtPolicy: "resend" as const, after: { status: "unconfirmed", place: "backlog", resends: 1 } },
    { doubtPolicy: "fail" as const, after: { status: "failed", place: "none", resends: 0 } },
  ])("is the message's policy: $doubtPolicy", async ({ doubtPolicy, after }) => {
    const world = newWorld();
    const sending = await world.send({ doubtPolicy });
    world.pass(10_000);
    await world.reap();
    world.pass(120_000);
    await world.promote();
    expect(await world.record(sending.localId)).toMatchObject(after);
  });

  test("is failure after the last attempt, whatever the policy", async () => {
    const world = newWorld();
    const sending = await world.send({ doubtPolicy: "resend" });
    world.pass(10_000);
    await world.reap({ attemptsMax: 1 });
    world.pass(120_000);
    await world.promote();
    expect(await world.record(sending.localId)).toMatchObject({ status: "failed", resends: 0 });
  });

  test("counts attempts over both sends: the second one lost is the last of two", async () => {
    const world = newWorld();
    const first = await world.send();
    world.pass(10_000);
    await world.reap({ attemptsMax: 2 });
    world.pass(120_000);
    await world.promote();
    await world.sendAgain(first.localId);
    world.pass(10_000);
    await world.reap({ attemptsMax: 2 });
    world.pass(120_000);
    await world.promote();
    expect(await world.record(first.localId)).toMatchObject({
      status: "failed",
      attempts: 2,
      resends: 1,
      sends: [
        { number: 1, outcome: "lost" },
        { number: 2, outcome: "lost" },
      ],
    });
    expect(await world.events()).toEqual([`unconfirmed ${first.localId}`, `failed ${first.localId}`]);
  });
});

describe("a webhook that came before the answer that never came", () => {
  test("has settled it: nothing is in doubt, and the turn passes", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    await world.webhook({ status: "sent", message: sending });
    expect(await world.record(sending.localId)).toMatchObject({ status: "sent", place: "wire" });
    world.pass(10_000);
    expect(await world.reap()).toEqual({ reaped: 1, isReady: true });
    expect(await world.record(sending.localId)).toMatchObject({
      status: "sent",
      place: "none",
      wamid: "wamid.A",
      sends: [{ number: 1, outcome: "lost" }], // it is no longer on the wire, and no answer came
    });
    expect(await world.events()).toEqual([`sent ${sending.localId}`]);
    await world.sendAgain(behind);
  });

  test("a reported failure is final: it is not sent again", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.webhook({ status: "failed", message: sending });
    world.pass(10_000);
    await world.reap();
    world.pass(3_600_000);
    await world.promote();
    expect(await world.take()).toEqual([]);
    expect(await world.record(sending.localId)).toMatchObject({ status: "failed", place: "none" });
  });
});

test("answered sends are left alone", async () => {
  const world = newWorld();
  const sending = await world.send();
  await world.finish(sending, verdicts.submit("wamid.A"));
  world.pass(60_000);
  expect(await world.reap()).toEqual({ reaped: 0, isReady: false });
});

test("a lease of a record that is gone ends without leaving a new record", async () => {
  const world = newWorld();
  const sending = await world.send();
  await world.redis.del(keyOf.record(world.base, sending.localId));
  world.pass(10_000);
  expect(await world.reap()).toEqual({ reaped: 0, isReady: false });
  expect(await world.redis.exists(keyOf.record(world.base, sending.localId))).toBe(0);
  expect(await world.redis.zcard(keyOf.wire(world.base))).toBe(0);
});

test("many at once are taken some hundred at a time", async () => {
  const world = newWorld();
  await world.accept(...Array.from({ length: 250 }, () => ({})));
  await world.take({ most: 250, byLane: { urgent: 0, normal: 250, bulk: 0 } });
  world.pass(10_000);
  expect([(await world.reap()).reaped, (await world.reap()).reaped, (await world.reap()).reaped]).toEqual([200, 50, 0]);
});
