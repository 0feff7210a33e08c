import { describe, expect, test } from "@jest/globals";
import type { NewMessage } from "./moves.ts";
import { idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// P3: what the provider allows one recipient is 45 messages at once and then one per 6 s. 500 ms of it are kept back for
// what the network may do, so 44 go at once and the next one 500 ms later.

const newWorld = worldsOfThisFile();
const BURST = 44;

const many = (count: number, fields: Partial<NewMessage> = {}) =>
  Array.from({ length: count }, () => ({ to: "+491", lane: "bulk" as const, ...fields }));

/** When each of the recipient's messages went, in ms from the first, over this time. */
async function sentMs(world: World, forMs: number, stepMs: number): Promise<number[]> {
  const sent: number[] = [];
  const startMs = world.nowMs;
  for (; world.nowMs <= startMs + forMs; world.pass(stepMs)) {
    await world.promote();
    sent.push(...(await world.take()).map(({ slotUs }) => slotUs / 1_000 - startMs));
  }
  return sent;
}

describe("the budget of one recipient", () => {
  test("is a burst, less what is kept back, and then one per 6 s", async () => {
    const world = newWorld();
    await world.accept(...many(50));
    const sent = await sentMs(world, 20_000, 500);
    expect(sent).toEqual([...Array.from({ length: BURST }, () => 0), 500, 6_500, 12_500, 18_500]);
  });

  test("is never more than a bucket like the provider's has in it", async () => {
    const world = newWorld({ settings: { pairBurst: 5, pairIntervalMs: 1_000, pairJitterMs: 100 } });
    await world.accept(...many(40));
    const sent = await sentMs(world, 20_000, 100);
    let tokens = 5;
    for (const [at, ms] of sent.entries()) {
      tokens = Math.min(5, tokens + (ms - (sent[at - 1] ?? 0)) / 1_000) - 1;
      expect(tokens).toBeGreaterThanOrEqual(0);
    }
    expect(sent.length).toBeGreaterThan(20);
  });

  test("delays nobody else", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept(...many(BURST + 10), { to: "+492", lane: "bulk" }));
    const taken = await world.take();
    expect(taken).toHaveLength(BURST + 1);
    expect(taken.at(-1)?.localId).toBe(ids.at(-1));
  });

  test("is one for all lanes", async () => {
    const world = newWorld();
    await world.accept(...many(BURST));
    await world.take();
    const urgent = await world.waiting({ to: "+491", lane: "urgent" });
    expect(await world.take()).toEqual([]);
    expect(await world.record(urgent)).toMatchObject({
      place: "later",
      waitReason: "pair",
      waitUntilMs: NOON_MS + 500,
    });
  });

  test("comes back while nothing is sent", async () => {
    const world = newWorld();
    await world.accept(...many(BURST));
    await world.take();
    world.pass(60_000);
    await world.accept(...many(BURST));
    expect(await world.take()).toHaveLength(10);
    world.pass(1_000_000);
    await world.accept(...many(100));
    expect(await world.take()).toHaveLength(BURST);
  });

  test("counts from the slot, not from the look", async () => {
    const world = newWorld({
      pace: 10,
      settings: { paceMargin: 1, lookaheadMs: 200, pairBurst: 2, pairIntervalMs: 1_000, pairJitterMs: 500 },
    });
    const ids = idsOf(await world.accept({ to: "+492" }, { to: "+493" }, ...many(2)));
    expect((await world.take()).map(({ localId }) => localId)).toEqual(ids.slice(0, 3)); // the third at 200 ms
    world.pass(200);
    expect(await world.take()).toEqual([]);
    expect(await world.record(ids[3] ?? "")).toMatchObject({ waitUntilMs: NOON_MS + 200 + 500 });
  });
});

describe("what finds the budget used up", () => {
  test("waits with its reason and its time, uses no attempt, takes no slot", async () => {
    const world = newWorld({ pace: 1_000, settings: { pairBurst: 2 } });
    const ids = idsOf(await world.accept(...many(2), { to: "+492", lane: "bulk" }));
    const taken = await world.take();
    expect(taken.map(({ localId }) => localId)).toEqual([ids[0], ids[2]]);
    expect(await world.record(ids[1] ?? "")).toMatchObject({
      status: "queued",
      place: "later",
      waitReason: "pair",
      attempts: 0,
      throttles: 0,
    });
    expect((taken[1]?.slotUs ?? 0) - (taken[0]?.slotUs ?? 0)).toBeLessThan(1_200);
  });

  // If they all came back at once, every one of them would be looked at again every 6 s.
  test("comes back one by one, each at a time of its own", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept(...many(BURST + 5)));
    await world.take();
    const until = await Promise.all(ids.slice(BURST).map(async (id) => (await world.record(id)).waitUntilMs));
    expect(until).toEqual([500, 6_500, 12_500, 18_500, 24_500].map((ms) => NOON_MS + ms));
  });

  test("gets a time behind those that wait already, in a later look as well", async () => {
    const world = newWorld();
    await world.accept(...many(BURST + 2));
    await world.take();
    const last = await world.waiting({ to: "+491", lane: "bulk" });
    await world.take();
    expect((await world.record(last)).waitUntilMs).toBe(NOON_MS + 12_500);
  });

  test("is still first among its recipient's messages where order is kept", async () => {
    const world = newWorld({ settings: { pairBurst: 2, pairIntervalMs: 1_000 } });
    await world.finish(await world.send({ to: "+491" }), verdicts.submit("wamid.A"));
    const ids = idsOf(await world.accept({ to: "+491" }, { to: "+491" }));
    expect(await world.take()).toEqual([]);
    expect(await world.record(ids[1] ?? "")).toMatchObject({ place: "turn" });
    world.pass(1_000);
    await world.promote();
    await world.sendAgain(ids[0] ?? "");
  });
});

describe("when the provider says that this recipient had too many", () => {
  test("only that recipient rests, for as long as it takes", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const hold = { of: "recipient", forMs: 16_000 } as const;
    await world.finish(sending, verdicts.snooze(16_000, { reason: "pair-throttled", hold }));
    const [same = "", other = ""] = idsOf(await world.accept({ to: "+491", lane: "urgent" }, { to: "+492" }));
    await world.sendAgain(other);
    expect(await world.record(same)).toMatchObject({ waitReason: "pair", waitUntilMs: NOON_MS + 16_000 });
    world.pass(16_000);
    await world.promote();
    expect(await world.take()).toHaveLength(1); // then one per 6 s
    expect(await world.record(sending.localId)).toMatchObject({ place: "later", waitReason: "pair", throttles: 1 });
  });

  test("even the longest rest is kept", async () => {
    const world = newWorld();
    await world.accept(...many(BURST));
    const [first] = await world.take();
    const hold = { of: "recipient", forMs: 256_000 } as const;
    if (first) await world.finish(first, verdicts.snooze(256_000, { reason: "pair-throttled", hold }));
    world.pass(255_999);
    const localId = await world.waiting({ to: "+491" });
    expect(await world.take()).toEqual([]);
    expect((await world.record(localId)).waitUntilMs).toBe(NOON_MS + 256_000);
  });
});

describe("the buckets in which budgets are kept", () => {
  const buckets = async (world: World) => (await world.keys()).filter((key) => key.startsWith(`${world.base}pair:`));

  test("end by themselves, a while after the last budget in them is full again", async () => {
    const world = newWorld();
    await world.accept(...many(BURST), ...Array.from({ length: 20 }, () => ({ lane: "bulk" as const })));
    await world.take();
    const keys = await buckets(world);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      const endsInMs = await world.redis.pttl(key);
      expect(endsInMs).toBeGreaterThan(6_000);
      expect(endsInMs).toBeLessThan(900_000);
    }
    const fullAtMs = NOON_MS + BURST * 6_000;
    const last = keys.at(-1) ?? "";
    expect(Number(await world.redis.hget(last, "+491"))).toBe(fullAtMs);
    expect(await world.redis.pttl(last)).toBeGreaterThan(fullAtMs - NOON_MS);
  });

  test("are a handful, however many recipients there are and however long it goes on", async () => {
    const world = newWorld();
    for (let round = 0; round < 40; round++) {
      await world.accept(...many(10), ...Array.from({ length: 10 }, () => ({ lane: "bulk" as const })));
      await world.take();
      world.pass(20_000);
    }
    const inUse = await Promise.all((await buckets(world)).map((key) => latestMs(world, key)));
    expect(inUse.filter((ms) => ms > world.nowMs).length).toBeLessThanOrEqual(4);
  });

  /** When the last budget of a bucket is full again. */
  async function latestMs(world: World, key: string): Promise<number> {
    return Math.max(...(await world.redis.hvals(key)).map((value) => Number(value.split(",")[0])));
  }
});
