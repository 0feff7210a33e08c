import { describe, expect, test } from "@jest/globals";
import type { DueJob } from "@tern/core";
import { keyOf } from "./keys.ts";
import { type aMessage, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const idsOf = (jobs: readonly { readonly localId: string }[]) => jobs.map(({ localId }) => localId);

/** Lets every due message of a lane begin and be answered, so that there is room again. */
async function sendAll(world: World, jobs: readonly (DueJob | null)[]): Promise<void> {
  for (const job of jobs) {
    if (job === null) continue;
    await world.finish(await world.send(job), verdicts.submit(`wamid.${job.localId}`));
  }
}

/** Accepts that many messages of a caller; their ids in order, and the jobs of those that are due. */
async function acceptMany(world: World, count: number, fields: Parameters<typeof aMessage>[0] = {}) {
  const accepted = await world.accept(...Array.from({ length: count }, () => fields));
  const jobs = accepted.flatMap((each) => (each.kind === "accepted" && each.job ? [each.job] : []));
  return { ids: idsOf(accepted), jobs };
}

describe("the backlog", () => {
  test("fills the room in due, oldest first, and what does not fit remains", async () => {
    const world = newWorld({ settings: { dueMax: 3 } });
    const { ids, jobs } = await acceptMany(world, 8);
    await sendAll(world, jobs);
    const promoted = await world.store.promote(world.sender);
    expect(promoted).toEqual({
      jobs: ids.slice(3, 6).map((localId) => ({ localId, promotion: 1, lane: 1 })),
      backlogRemains: true,
      nextLaterMs: null,
    });
    await sendAll(world, promoted.jobs);
    expect(await world.store.promote(world.sender)).toMatchObject({
      jobs: [{ localId: ids[6] }, { localId: ids[7] }],
      backlogRemains: false,
    });
  });

  test("gives nothing when due is full", async () => {
    const world = newWorld({ settings: { dueMax: 3 } });
    await acceptMany(world, 5);
    expect(await world.store.promote(world.sender)).toMatchObject({ jobs: [], backlogRemains: true });
  });

  test("gives as many as the pace has slots for within the horizon", async () => {
    const world = newWorld({ pace: 10 });
    const { ids, jobs } = await acceptMany(world, 10); // three are due at once
    await sendAll(world, jobs); // and their slots reach 308 ms ahead
    expect(await world.promote()).toEqual([]);
    world.pass(100);
    expect(idsOf(await world.promote())).toEqual([ids[3]]);
    world.pass(300);
    expect(idsOf(await world.promote())).toEqual([ids[4], ids[5]]);
  });

  test("lets callers share: each in turn gives its part, at least one", async () => {
    const world = newWorld({ settings: { dueMax: 6 } });
    const first = await acceptMany(world, 6, { caller: "first" });
    const big = await acceptMany(world, 20, { caller: "big" });
    const small = await acceptMany(world, 2, { caller: "small" });
    const tiny = await acceptMany(world, 1, { caller: "tiny" });
    await sendAll(world, first.jobs);
    const promoted = idsOf(await world.promote());
    expect(promoted.filter((id) => big.ids.includes(id)).length).toBeGreaterThanOrEqual(2);
    expect(promoted).toEqual(expect.arrayContaining([...small.ids, ...tiny.ids]));
  });

  test("serves a caller again only after all the others", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const first = await acceptMany(world, 1, { caller: "first" });
    const callers = ["a", "b", "c"];
    const ids = new Map<string, string>();
    for (const caller of callers) for (const id of (await acceptMany(world, 3, { caller })).ids) ids.set(id, caller);
    let jobs: readonly DueJob[] = first.jobs;
    const served: string[] = [];
    for (let round = 0; round < 9; round++) {
      await sendAll(world, jobs);
      jobs = await world.promote();
      served.push(...idsOf(jobs).map((id) => ids.get(id) ?? "?"));
    }
    expect(served.join("")).toBe("abcabcabc");
  });

  test("gives urgent before normal before bulk", async () => {
    const world = newWorld({ settings: { dueMax: 2 } });
    const full = await acceptMany(world, 2, { lane: "urgent" });
    const bulk = await acceptMany(world, 2, { lane: "bulk" });
    const normal = await acceptMany(world, 2, { lane: "normal" });
    const urgent = await acceptMany(world, 1, { lane: "urgent" });
    await sendAll(world, full.jobs);
    const promoted = await world.promote();
    expect(idsOf(promoted)).toEqual([urgent.ids[0], normal.ids[0]]);
    await sendAll(world, promoted);
    expect(idsOf(await world.promote())).toEqual([normal.ids[1], bulk.ids[0]]);
  });

  test("gives bulk no more than its share of the pace", async () => {
    const horizonMs = { urgent: 100, normal: 100, bulk: 100 };
    const world = newWorld({ pace: 100, settings: { paceMargin: 1, bulkShare: 0.5, horizonMs } });
    await acceptMany(world, 30, { lane: "bulk" });
    await world.redis.del(keyOf.due(world.base, 2)); // as if those had gone
    expect(await world.promote()).toHaveLength(6); // 100 ms at 50 per second, both ends included
  });

  test("steps over messages that were canceled meanwhile", async () => {
    const world = newWorld({ settings: { dueMax: 2 } });
    const { ids, jobs } = await acceptMany(world, 5);
    await world.store.cancel(world.sender.id, ids[2] ?? "", null);
    await sendAll(world, jobs);
    expect(idsOf(await world.promote())).toEqual([ids[3], ids[4]]);
  });

  test("of canceled messages only is empty afterwards", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const { ids, jobs } = await acceptMany(world, 3);
    for (const id of ids.slice(1)) await world.store.cancel(world.sender.id, id, null);
    await sendAll(world, jobs);
    expect(await world.store.promote(world.sender)).toEqual({ jobs: [], backlogRemains: false, nextLaterMs: null });
    expect(await world.redis.exists(keyOf.backlog(world.base, 1, "shop"))).toBe(0);
  });

  test("waits while the sender is held", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const { jobs } = await acceptMany(world, 2);
    const [job] = jobs;
    const hold = verdicts.snooze(60_000, { reason: "sender-held", holdSenderMs: 60_000 });
    await world.finish(await world.send(job), hold);
    expect(await world.store.promote(world.sender)).toMatchObject({ jobs: [], backlogRemains: true });
    world.pass(60_000);
    expect(await world.promote()).toHaveLength(1);
  });
});

describe("what waits for a moment", () => {
  test("becomes due at that moment and not before", async () => {
    const world = newWorld();
    const localId = await world.waiting({ sendAtMs: NOON_MS + 5_000 });
    world.pass(4_999);
    expect(await world.store.promote(world.sender)).toEqual({
      jobs: [],
      backlogRemains: false,
      nextLaterMs: NOON_MS + 5_000,
    });
    world.pass(1);
    expect(await world.store.promote(world.sender)).toEqual({
      jobs: [{ localId, promotion: 1, lane: 1 }],
      backlogRemains: false,
      nextLaterMs: null,
    });
    expect(await world.record(localId)).toMatchObject({
      place: "due",
      waitReason: "none",
      waitUntilMs: null,
      resends: 0, // that counts doubts only
    });
  });

  test("is taken a few hundred at a time, so that Redis stays responsive", async () => {
    const world = newWorld();
    await world.accept(...Array.from({ length: 250 }, () => ({ sendAtMs: NOON_MS + 1 })));
    world.pass(1);
    expect(await world.promote()).toHaveLength(200);
    expect(await world.promote()).toHaveLength(50);
  });

  test("expires there, is told to the feed, and passes its turn", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491", expiresAtMs: NOON_MS + 10_000 });
    const behind = await world.waiting({ to: "+491" });
    await world.finish(sending, verdicts.retry(20_000));
    world.pass(20_000);
    expect(await world.promote()).toEqual([{ localId: behind, promotion: 1, lane: 1 }]);
    expect(await world.record(sending.localId)).toMatchObject({ status: "expired", isFinal: true, place: "none" });
    expect(await world.events()).toEqual([`expired ${sending.localId}`]);
  });

  test("without room in due goes to its backlog, ahead of those that came later", async () => {
    const world = newWorld({ settings: { dueMax: 2 } });
    const { ids, jobs } = await acceptMany(world, 6, { lane: "bulk" });
    for (const job of jobs) await world.finish(await world.send(job), verdicts.retry(1_000));
    expect(idsOf(await world.promote())).toEqual([ids[2], ids[3]]);
    world.pass(1_000);
    expect(await world.promote()).toEqual([]);
    expect(await world.record(ids[0] ?? "")).toMatchObject({ place: "backlog", waitReason: "none", waitUntilMs: null });
    const backlog = await world.redis.lrange(keyOf.backlog(world.base, 2, "shop"), 0, -1);
    expect(backlog).toEqual([ids[0], ids[1], ids[4], ids[5]]);
  });

  // A campaign planned for nine o'clock must not push aside what was accepted before nine and still waits.
  test("and was planned for this moment queues up behind those that wait already", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const planned = await acceptMany(world, 2, { sendAtMs: NOON_MS + 1_000 });
    const { ids } = await acceptMany(world, 3);
    world.pass(1_000);
    await world.promote();
    const backlog = await world.redis.lrange(keyOf.backlog(world.base, 1, "shop"), 0, -1);
    expect(backlog).toEqual([...ids.slice(1), ...planned.ids]);
  });

  test("and was planned takes no room from those that wait already", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const planned = await acceptMany(world, 1, { sendAtMs: NOON_MS + 1_000 });
    const { ids, jobs } = await acceptMany(world, 2);
    await sendAll(world, jobs);
    world.pass(1_000);
    const promoted = await world.promote();
    expect(idsOf(promoted)).toEqual([ids[1]]);
    await sendAll(world, promoted);
    expect(idsOf(await world.promote())).toEqual(planned.ids);
  });

  test("and makes a caller's first backlog puts that caller in line", async () => {
    const world = newWorld({ settings: { dueMax: 1 } });
    const planned = await acceptMany(world, 1, { sendAtMs: NOON_MS + 1_000, caller: "late" });
    const { jobs } = await acceptMany(world, 1);
    world.pass(1_000);
    expect(await world.store.promote(world.sender)).toMatchObject({ jobs: [], backlogRemains: true });
    await sendAll(world, jobs);
    expect(idsOf(await world.promote())).toEqual(planned.ids);
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
    expect(await world.promote()).toEqual([]);
    expect(await world.record(planned)).toMatchObject({ place: "turn", waitReason: "none" });
    const { next } = await world.finish(sending, verdicts.submit("wamid.A"));
    expect(next).toEqual({ localId: planned, promotion: 1, lane: 1 });
  });
});

describe("a doubt that nothing has settled", () => {
  test("is sent again if that is its policy, and the record says so", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.doubt(30_000, "resend"));
    world.pass(30_000);
    expect(await world.promote()).toEqual([{ localId: sending.localId, promotion: 2, lane: 1 }]);
    expect(await world.record(sending.localId)).toMatchObject({
      status: "unconfirmed",
      place: "due",
      resends: 1,
      waitReason: "none",
    });
  });

  test("fails if that is its policy, says why, and passes its turn", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    await world.finish(sending, verdicts.doubt(30_000, "fail"));
    world.pass(30_000);
    expect(await world.promote()).toEqual([{ localId: behind, promotion: 1, lane: 1 }]);
    expect(await world.record(sending.localId)).toMatchObject({
      status: "failed",
      place: "none",
      resends: 0,
      failure: { class: "unknown", code: null, reason: expect.stringContaining("may have been sent") },
    });
    expect(await world.events()).toEqual([`unconfirmed ${sending.localId}`, `failed ${sending.localId}`]);
  });

  // "Expired" says that it was never sent. Nobody knows that here, and a caller may act on it.
  test("fails, instead of being expired, if it may not be sent again because its time is over", async () => {
    const world = newWorld();
    const sending = await world.send({ expiresAtMs: NOON_MS + 10_000 });
    await world.finish(sending, verdicts.doubt(10_000, "resend"));
    world.pass(10_000);
    expect(await world.promote()).toEqual([]);
    expect(await world.record(sending.localId)).toMatchObject({
      status: "failed",
      place: "none",
      failure: { reason: expect.stringContaining("may have been sent") },
    });
  });
});

describe("the sweep", () => {
  test("hands out again what has been due for too long, under a new promotion", async () => {
    const world = newWorld({ settings: { sweepMs: 5_000 } });
    const job = await world.due();
    world.pass(4_999);
    expect(await world.promote()).toEqual([]);
    world.pass(1);
    expect(await world.promote()).toEqual([{ ...job, promotion: 2 }]);
  });

  test("makes the job it replaces stale", async () => {
    const world = newWorld({ settings: { sweepMs: 5_000 } });
    const job = await world.due();
    world.pass(5_000);
    const [again] = await world.promote();
    expect(await world.begin(job)).toEqual({ kind: "stale" });
    expect((await world.begin(again ?? job)).kind).toBe("send");
  });

  test("grows more patient with each time, so that slow workers are not buried in jobs", async () => {
    const world = newWorld({ settings: { sweepMs: 1_000 } });
    await world.due();
    const sweptAt: number[] = [];
    for (let second = 1; second <= 40; second++) {
      world.pass(1_000);
      if ((await world.promote()).length > 0) sweptAt.push(second);
    }
    expect(sweptAt).toEqual([1, 3, 6, 10, 15, 21, 28, 36]);
  });

  test("is patient for at most twelve times the sweep time", async () => {
    const world = newWorld({ settings: { sweepMs: 1_000 } });
    await world.due();
    for (let times = 0; times < 20; times++) {
      world.pass(12_000);
      expect(await world.promote()).toHaveLength(1);
    }
  });

  test("reaches a message whose turn came when nobody was there to take its job", async () => {
    const world = newWorld({ settings: { sweepMs: 5_000 } });
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    await world.finish(sending, verdicts.submit("wamid.A"));
    world.pass(5_000);
    expect(await world.promote()).toEqual([{ localId: behind, promotion: 2, lane: 1 }]);
  });

  test("takes all lanes", async () => {
    const world = newWorld({ settings: { sweepMs: 5_000 } });
    await world.accept({ lane: "bulk" }, { lane: "urgent" }, { lane: "normal" });
    world.pass(5_000);
    expect((await world.promote()).map(({ lane }) => lane)).toEqual([0, 1, 2]);
  });
});

test("of nothing at all brings nothing and writes nothing", async () => {
  const world = newWorld({ pace: 80 });
  expect(await world.store.promote(world.sender)).toEqual({ jobs: [], backlogRemains: false, nextLaterMs: null });
  expect(await world.keys()).toEqual([]);
});
