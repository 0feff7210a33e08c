import { describe, expect, test } from "@jest/globals";
import { DAY_MS, keyOf } from "./keys.ts";
import type { NewMessage, Taken } from "./moves.ts";
import { disagreements, takeSnapshot } from "./testing/conservation.ts";
import { failureOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

const retry = (world: World, localId: string, caller: string | null = null) =>
  world.store.retry(world.sender.id, [localId], caller);

async function failed(world: World, fields: Partial<NewMessage> = {}): Promise<Taken> {
  const sending = await world.send(fields);
  await world.finish(sending, verdicts.fail());
  return sending;
}

describe("a failed message that somebody sends again", () => {
  test("is ready at once, with all its attempts, and a worker is called", async () => {
    const world = newWorld();
    const { localId } = await failed(world, { metadata: "{}" });
    expect(await retry(world, localId)).toEqual({ results: ["retried"], call: true });
    expect(await world.record(localId)).toMatchObject({
      status: "queued",
      place: "backlog",
      attempts: 0,
      isFinal: false,
    });
    const again = await world.sendAgain(localId);
    expect(again).toMatchObject({ wireNumber: 2, attempts: 1, content: expect.stringContaining("Hello") });
  });

  test("keeps what is known of its earlier sends, and the feed is told", async () => {
    const world = newWorld();
    const { localId } = await failed(world);
    await retry(world, localId);
    await world.finish(await world.sendAgain(localId), verdicts.submit("wamid.2"));
    expect(await world.record(localId)).toMatchObject({
      status: "submitted",
      wamid: "wamid.2",
      sends: [
        { number: 1, outcome: "rejected" },
        { number: 2, outcome: "accepted" },
      ],
    });
    expect(await world.events()).toEqual([`failed ${localId}`, `queued ${localId}`, `submitted ${localId}`]);
  });

  test("keeps record, content and metadata until it has come to its end again", async () => {
    const world = newWorld();
    const { localId } = await failed(world, { metadata: "{}" });
    await retry(world, localId);
    for (const key of [keyOf.record, keyOf.content, keyOf.metadata]) {
      expect(await world.redis.pttl(key(world.base, localId))).toBe(-1);
    }
    await world.finish(await world.sendAgain(localId), verdicts.submit("wamid.2"));
    for (const key of [keyOf.record, keyOf.content, keyOf.metadata]) {
      expect(await world.redis.pttl(key(world.base, localId))).toBeGreaterThan(0);
    }
  });

  test("stands in line behind those who wait for the same recipient", async () => {
    const world = newWorld();
    const { localId } = await failed(world, { to: "+491" });
    const waiting = await world.waiting({ to: "+491" });
    expect(await retry(world, localId)).toEqual({ results: ["retried"], call: false });
    expect((await world.record(localId)).place).toBe("turn");
    await world.finish(await world.sendAgain(waiting), verdicts.submit("wamid.B"));
    await world.sendAgain(localId);
  });

  test("expires as before, if it has an expiry", async () => {
    const world = newWorld();
    const { localId } = await failed(world, { expiresAtMs: NOON_MS + 5_000 });
    await retry(world, localId);
    world.pass(5_000);
    await world.promote();
    expect(await world.record(localId)).toMatchObject({ status: "expired", place: "none" });
    expect(await world.redis.zcard(keyOf.ends(world.base))).toBe(0);
  });

  test("may be sent again when the provider reported the failure", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.submit("wamid.1"));
    await world.webhook({ status: "failed", wamid: "wamid.1" });
    expect((await retry(world, sending.localId)).results).toEqual(["retried"]);
    await world.sendAgain(sending.localId);
  });
});

describe("it is refused", () => {
  test("for a message that has not failed", async () => {
    const world = newWorld();
    const sending = await world.send();
    expect((await retry(world, sending.localId)).results).toEqual(["not-failed"]);
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect((await retry(world, sending.localId)).results).toEqual(["not-failed"]);
  });

  test("a second time", async () => {
    const world = newWorld();
    const { localId } = await failed(world);
    await retry(world, localId);
    expect((await retry(world, localId)).results).toEqual(["not-failed"]);
    expect(await world.take()).toHaveLength(1);
  });

  test("for one that nobody knows, or that is another caller's", async () => {
    const world = newWorld();
    const { localId } = await failed(world, { caller: "shop" });
    expect((await retry(world, "0".repeat(26))).results).toEqual(["unknown"]);
    expect((await retry(world, localId, "bank")).results).toEqual(["unknown"]);
    expect((await retry(world, localId, "shop")).results).toEqual(["retried"]);
  });

  test("for one whose time is over", async () => {
    const world = newWorld();
    const { localId } = await failed(world, { expiresAtMs: NOON_MS + 5_000 });
    world.pass(5_000);
    expect((await retry(world, localId)).results).toEqual(["expired"]);
    expect((await world.record(localId)).status).toBe("failed");
  });

  test("for one whose content is gone", async () => {
    const world = newWorld();
    const { localId } = await failed(world);
    await world.redis.del(keyOf.content(world.base, localId));
    expect((await retry(world, localId)).results).toEqual(["content-gone"]);
    expect(await world.redis.pttl(keyOf.record(world.base, localId))).toBeLessThanOrEqual(30 * DAY_MS);
    expect(await world.redis.pttl(keyOf.record(world.base, localId))).toBeGreaterThan(0);
  });
});

test("many are answered one by one, and a damaged one harms no other", async () => {
  const world = newWorld();
  const [one, damaged, other] = [await failed(world), await failed(world), await failed(world)];
  const key = keyOf.record(world.base, damaged.localId);
  await world.redis.del(key);
  await world.redis.set(key, "not a record");
  const ids = [one, damaged, other].map(({ localId }) => localId);
  const { results } = await world.store.retry(world.sender.id, ids, null);
  expect(results).toEqual(["retried", "unknown", "retried"]);
  expect(await world.redis.xlen(keyOf.aside(world.base))).toBe(1);
  expect((await world.take()).map(({ localId }) => localId)).toEqual([one.localId, other.localId]);
});

// What was heard of the sends before the order says nothing about the send that was ordered.
describe("word of an earlier send", () => {
  async function reportedFailed(world: World, fields: Partial<NewMessage> = {}): Promise<Taken> {
    const sending = await world.send(fields);
    await world.finish(sending, verdicts.submit("wamid.1"));
    await world.webhook({ status: "sent", wamid: "wamid.1" }, { status: "failed", wamid: "wamid.1" });
    await retry(world, sending.localId);
    return sending;
  }

  test.each(["failed", "sent"] as const)("that it was %s, told again, does not end the new one", async (status) => {
    const world = newWorld();
    const { localId } = await reportedFailed(world);
    await world.webhook({ status, wamid: "wamid.1" });
    expect(await world.record(localId)).toMatchObject({ status: "queued", place: "backlog" });
    await world.sendAgain(localId);
    await world.webhook({ status, wamid: "wamid.1" });
    expect(await world.record(localId)).toMatchObject({ status: "sending", place: "wire" });
  });

  test("that it was delivered after all ends it: nobody must get it twice", async () => {
    const world = newWorld();
    const { localId } = await reportedFailed(world);
    await world.webhook({ status: "delivered", wamid: "wamid.1" });
    expect(await world.record(localId)).toMatchObject({ status: "delivered", place: "none" });
    expect(await world.take()).toEqual([]);
  });

  test("that it was sent after all ends a message whose doubt nothing had settled", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.doubt(1_000, "fail"));
    world.pass(1_000);
    await world.promote();
    expect((await world.record(sending.localId)).status).toBe("failed");
    await retry(world, sending.localId);
    await world.webhook({ status: "sent", message: sending });
    expect(await world.record(sending.localId)).toMatchObject({ status: "sent", place: "none" });
  });

  // After a reconnect the worker cannot know whether its finish arrived, and sends it again.
  test("that was its answer, a second time, changes nothing: rejected", async () => {
    const world = newWorld();
    const sending = await failed(world);
    await retry(world, sending.localId);
    expect(await world.finish(sending, verdicts.fail())).toEqual({ result: "late", isReady: false });
    expect(await world.record(sending.localId)).toMatchObject({ status: "queued", place: "backlog", attempts: 0 });
  });

  test("that was its answer, a second time, changes nothing: accepted, and failed later", async () => {
    const world = newWorld();
    const sending = await reportedFailed(world);
    expect((await world.finish(sending, verdicts.submit("wamid.1"))).result).toBe("late");
    expect(await world.record(sending.localId)).toMatchObject({ status: "queued", place: "backlog" });
  });

  test("is told by the new failure, when the new send fails as well", async () => {
    const world = newWorld();
    const { localId } = await reportedFailed(world);
    await world.finish(await world.sendAgain(localId), verdicts.submit("wamid.2"));
    const failure = { ...failureOf("rejected"), code: 131049 };
    await world.webhook({ status: "failed", wamid: "wamid.2", failure });
    expect(await world.record(localId)).toMatchObject({ status: "failed", failure });
  });
});

// A message that ended while it waited for its turn is still a link of its recipient's chain.
describe("one that failed inside its recipient's chain", () => {
  /** The first waits and holds the turn; the second once sent, failed where it waits for its turn; two more behind it. */
  async function chain(world: World, behind: number) {
    const fields = { to: "+491", template: "promo" };
    const second = await world.send(fields);
    await world.finish(second, verdicts.snooze(0, { reason: "template-held", hold: { of: "template", forMs: 1_000 } }));
    const first = await world.send({ to: "+491" });
    world.pass(1_000);
    await world.promote();
    const others = [];
    for (let at = 0; at < behind; at++) others.push(await world.waiting({ to: "+491" }));
    expect((await world.record(second.localId)).place).toBe("turn");
    await world.webhook({ status: "failed", message: second });
    expect(await world.record(second.localId)).toMatchObject({ status: "failed", place: "none" });
    return { first, second, others };
  }

  test.each([0, 1, 2])("takes its turn again, and none of %d behind it is stranded", async (behind) => {
    const world = newWorld();
    const { first, second, others } = await chain(world, behind);
    expect((await retry(world, second.localId)).results).toEqual(["retried"]);
    const ids = [first.localId, second.localId, ...others];
    expect(disagreements(await takeSnapshot(world, ids))).toEqual([]);
    await world.finish(first, verdicts.submit("wamid.1"));
    for (const localId of [second.localId, ...others]) {
      await world.finish(await world.sendAgain(localId), verdicts.submit(`wamid.${localId}`));
    }
    expect(await world.redis.exists(`${world.base}turns`)).toBe(0);
  });

  test("stands at the end, when the chain has gone on without it", async () => {
    const world = newWorld();
    const { first, second, others } = await chain(world, 1);
    await world.finish(first, verdicts.submit("wamid.1"));
    const next = await world.sendAgain(others[0] ?? "");
    await retry(world, second.localId);
    expect((await world.record(second.localId)).place).toBe("turn");
    await world.finish(next, verdicts.submit("wamid.2"));
    await world.finish(await world.sendAgain(second.localId), verdicts.submit("wamid.3"));
    expect(await world.redis.exists(`${world.base}turns`)).toBe(0);
  });
});
