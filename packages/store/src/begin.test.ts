import { describe, expect, test } from "@jest/globals";
import { DAY_MS, keyOf } from "./keys.ts";
import { aMessage, NOON_MS, verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

describe("a due message that may go", () => {
  test("gets its slot, its lease and its content", async () => {
    const world = newWorld({ settings: { leaseMs: 7_000 } });
    const job = await world.due({
      to: "+491",
      lane: "urgent",
      caller: "bank",
      content: '{"type":"text"}',
      expiresAtMs: NOON_MS + 9_000,
      doubtPolicy: "fail",
    });
    world.pass(30);
    expect(await world.begin(job)).toEqual({
      kind: "send",
      localId: job.localId,
      nowUs: (NOON_MS + 30) * 1_000,
      slotUs: (NOON_MS + 30) * 1_000,
      wireNumber: 1,
      attempts: 1,
      to: "+491",
      lane: "urgent",
      content: '{"type":"text"}',
      expiresAtMs: NOON_MS + 9_000,
      doubtPolicy: "fail",
      throttles: 0,
      acceptedAtMs: NOON_MS,
      caller: "bank",
    });
    expect(await world.record(job.localId)).toMatchObject({
      status: "sending",
      place: "wire",
      attempts: 1,
      sends: [{ number: 1, atMs: NOON_MS + 30, outcome: null, tookMs: null }],
    });
    const wire = await world.redis.zrange(keyOf.wire(world.base), "0", "-1", "WITHSCORES");
    expect(wire).toEqual([`${job.localId}.1`, String(NOON_MS + 30 + 7_000)]);
  });

  test("counts its sends and, apart from them, its attempts", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.snooze(0, { reason: "pair-throttled" }));
    const [job] = await world.promote();
    expect(await world.begin(job ?? { localId: "", promotion: 0, lane: 0 })).toMatchObject({
      kind: "send",
      wireNumber: 2,
      attempts: 1,
      throttles: 1,
    });
  });

  test("has no expiry to tell when it has none", async () => {
    const world = newWorld();
    expect((await world.send()).expiresAtMs).toBeNull();
  });

  // "Unconfirmed" is evidence that the provider may have it; a second send does not take that back.
  test("stays unconfirmed if an earlier send of it is in doubt", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.doubt(1_000, "resend"));
    world.pass(1_000);
    const [job] = await world.promote();
    if (job) await world.send(job);
    expect(await world.record(first.localId)).toMatchObject({ status: "unconfirmed", place: "wire", resends: 1 });
  });
});

describe("a job that means nothing any more is stale", () => {
  test("of a message that never was", async () => {
    const world = newWorld();
    expect(await world.begin({ localId: "0".repeat(26), promotion: 1, lane: 1 })).toEqual({ kind: "stale" });
    expect(await world.keys()).toEqual([]);
  });

  test("of another promotion", async () => {
    const world = newWorld();
    const job = await world.due();
    expect(await world.begin({ ...job, promotion: 2 })).toEqual({ kind: "stale" });
    expect((await world.record(job.localId)).place).toBe("due");
  });

  test("of a message on the wire already: the same job a second time", async () => {
    const world = newWorld();
    const job = await world.due();
    await world.send(job);
    expect(await world.begin(job)).toEqual({ kind: "stale" });
    expect((await world.record(job.localId)).attempts).toBe(1);
  });

  test("of a message that the same job takes to the wire at this moment", async () => {
    const world = newWorld();
    const job = await world.due();
    const begun = await Promise.all([world.begin(job), world.begin(job)]);
    expect(begun).toMatchObject([{ kind: "send", wireNumber: 1 }, { kind: "stale" }]);
    expect(await world.redis.zcard(keyOf.wire(world.base))).toBe(1);
  });

  test("of a canceled message", async () => {
    const world = newWorld();
    const job = await world.due();
    await world.store.cancel(world.sender.id, job.localId, null);
    expect(await world.begin(job)).toEqual({ kind: "stale" });
  });

  test("of a message that a webhook has settled", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.doubt(0, "resend"));
    const [job] = await world.promote();
    await world.webhook({ status: "sent", message: first });
    expect(await world.begin(job ?? { localId: "", promotion: 0, lane: 0 })).toEqual({ kind: "stale" });
  });
});

describe("a message past its expiry", () => {
  test("is not sent: it is expired, and the feed says so", async () => {
    const world = newWorld();
    const job = await world.due({ expiresAtMs: NOON_MS + 1_000 });
    world.pass(1_000);
    expect(await world.begin(job)).toEqual({ kind: "expired", next: null });
    expect(await world.record(job.localId)).toMatchObject({
      status: "expired",
      isFinal: true,
      place: "none",
      attempts: 0,
      timeline: [
        { status: "queued", atMs: NOON_MS },
        { status: "expired", atMs: NOON_MS + 1_000 },
      ],
    });
    expect(await world.events()).toEqual([`expired ${job.localId}`]);
  });

  test("one millisecond before it is sent", async () => {
    const world = newWorld();
    const job = await world.due({ expiresAtMs: NOON_MS + 1_000 });
    world.pass(999);
    expect((await world.begin(job)).kind).toBe("send");
  });

  // "Expired" says that it was never sent; of one send of this message nobody knows.
  test("fails, instead of being expired, if an earlier send of it is in doubt", async () => {
    const world = newWorld();
    const first = await world.send({ expiresAtMs: NOON_MS + 60_000 });
    await world.finish(first, verdicts.doubt(1_000, "resend"));
    world.pass(1_000);
    const [job] = await world.promote();
    world.pass(60_000);
    expect(await world.begin(job ?? { localId: "", promotion: 0, lane: 0 })).toEqual({ kind: "expired", next: null });
    expect(await world.record(first.localId)).toMatchObject({
      status: "failed",
      place: "none",
      failure: { reason: expect.stringContaining("may have been sent") },
    });
    expect(await world.events()).toEqual([`unconfirmed ${first.localId}`, `failed ${first.localId}`]);
  });

  test("passes its turn on", async () => {
    const world = newWorld();
    const job = await world.due({ to: "+491", expiresAtMs: NOON_MS + 1_000 });
    const second = await world.waiting({ to: "+491" });
    world.pass(2_000);
    expect(await world.begin(job)).toEqual({ kind: "expired", next: { localId: second, promotion: 1, lane: 1 } });
    expect((await world.record(second)).place).toBe("due");
  });

  test("ends with its content", async () => {
    const world = newWorld({ settings: { bodyDays: 1, messageDays: 30 } });
    const job = await world.due({ expiresAtMs: NOON_MS });
    await world.begin(job);
    expect(await world.redis.pttl(keyOf.content(world.base, job.localId))).toBeLessThanOrEqual(DAY_MS);
    expect(await world.redis.pttl(keyOf.content(world.base, job.localId))).toBeGreaterThan(0);
    expect(await world.redis.pttl(keyOf.record(world.base, job.localId))).toBeGreaterThan(29.9 * DAY_MS);
  });
});

// A script is not rolled back. What it did for the neighbours before it met the bad record must not be half a move.
test("a record that cannot be read harms none of those that come up with it", async () => {
  const world = newWorld();
  const jobs = [await world.due(), await world.due(), await world.due()];
  await world.redis.hdel(keyOf.record(world.base, jobs[1]?.localId ?? ""), "q");
  const begun = await Promise.allSettled(jobs.map((job) => world.begin(job)));
  expect(begun).toMatchObject([{ value: { kind: "send" } }, { status: "rejected" }, { value: { kind: "send" } }]);
  const localIds = [jobs[0]?.localId ?? "", jobs[2]?.localId ?? ""];
  expect(await world.redis.zrange(keyOf.wire(world.base), "0", "-1")).toEqual(localIds.map((id) => `${id}.1`));
});

describe("a sender that is held", () => {
  test("lets nothing go: the message waits until the hold ends", async () => {
    const world = newWorld();
    const [held, job] = [await world.send(), await world.due()];
    await world.finish(held, verdicts.snooze(60_000, { reason: "sender-held", holdSenderMs: 60_000 }));
    expect(await world.begin(job)).toEqual({ kind: "waits" });
    expect(await world.record(job.localId)).toMatchObject({
      status: "queued",
      place: "later",
      waitReason: "sender-held",
      waitUntilMs: NOON_MS + 60_000,
      attempts: 0,
    });
  });

  test("goes on by itself at the moment the hold ends", async () => {
    const world = newWorld();
    const [held, job] = [await world.send(), await world.due()];
    await world.finish(held, verdicts.snooze(60_000, { reason: "sender-held", holdSenderMs: 60_000 }));
    await world.begin(job);
    world.pass(59_999);
    expect(await world.promote()).toEqual([]);
    world.pass(1);
    const jobs = await world.promote();
    expect(jobs.map(({ localId }) => localId)).toEqual([held.localId, job.localId]);
    for (const each of jobs) expect((await world.begin(each)).kind).toBe("send");
  });
});

describe("the pace", () => {
  test("gives out slots one interval apart", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1 } });
    const jobs = [await world.due(), await world.due(), await world.due()];
    const slots = [];
    for (const job of jobs) slots.push((await world.send(job)).slotUs - NOON_MS * 1_000);
    expect(slots).toEqual([0, 100_000, 200_000]);
  });

  test("keeps a margin below what is configured", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 0.5 } });
    const jobs = [await world.due(), await world.due()];
    const slots = [];
    for (const job of jobs) slots.push((await world.send(job)).slotUs - NOON_MS * 1_000);
    expect(slots).toEqual([0, 200_000]);
  });

  test("saves no slots up: after a pause the first goes at once and the next an interval later", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1 } });
    await world.send();
    world.pass(10_000);
    const jobs = [await world.due(), await world.due()];
    const slots = [];
    for (const job of jobs) slots.push((await world.send(job)).slotUs - world.nowMs * 1_000);
    expect(slots).toEqual([0, 100_000]);
  });

  // Promotion leaves room for one horizon; when several workers begin at once a slot may lie beyond it.
  test("puts a message back whose slot is more than twice the horizon away, and takes no slot for it", async () => {
    const world = newWorld({
      pace: 2,
      settings: { paceMargin: 1, horizonMs: { urgent: 100, normal: 100, bulk: 100 } },
    });
    const unpaced = { ...world.sender, pace: "unlimited" as const };
    const [a, b] = await world.store.accept(unpaced, [aMessage(), aMessage()]);
    await world.send({ localId: a?.localId ?? "", promotion: 1, lane: 1 });
    expect(await world.begin({ localId: b?.localId ?? "", promotion: 1, lane: 1 })).toEqual({ kind: "waits" });
    expect(await world.record(b?.localId ?? "")).toMatchObject({
      place: "later",
      waitReason: "pace",
      waitUntilMs: NOON_MS + 400, // its slot at 500 ms, less one horizon
      status: "queued",
    });
    world.pass(400);
    const [job] = await world.promote();
    expect(job?.promotion).toBe(2);
    expect((await world.send(job)).slotUs).toBe((NOON_MS + 500) * 1_000);
  });

  test("lets bulk use its share, and lets the others in between", async () => {
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, bulkShare: 0.5 } });
    const jobs = [
      await world.due({ lane: "bulk" }),
      await world.due({ lane: "bulk" }),
      await world.due({ lane: "urgent" }),
    ];
    const slots = [];
    for (const job of jobs) slots.push((await world.send(job)).slotUs - NOON_MS * 1_000);
    expect(slots).toEqual([0, 20_000, 30_000]);
  });

  test("is no pace at all when it is unlimited", async () => {
    const world = newWorld();
    const jobs = [await world.due(), await world.due()];
    for (const job of jobs) expect((await world.send(job)).slotUs).toBe(NOON_MS * 1_000);
  });
});
