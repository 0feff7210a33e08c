import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type RedisServer, startRedis } from "@tern/devkit";
import { Redis } from "ioredis";
import type { NewMessage } from "./moves.ts";
import { finishOf, idsOf, NOON_MS, verdicts, type World, type WorldOptions, worldOn } from "./testing/world.ts";

// P9: when Redis has reached its limit, nothing more is taken in, and everything that empties it goes on. Redis refuses a
// script's first write if that needs memory, and lets the rest pass after one that does not (redis.conf, maxmemory). So
// each script that consumes must begin with such a write.

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterEach(async () => {
  await redis.config("SET", "maxmemory", "0");
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** A world in a Redis of its own; `fill` leaves no memory for anything. */
function newWorld(options?: WorldOptions): World & { fill(): Promise<void> } {
  const world = worldOn(redis, options);
  return Object.assign(world, { fill: async () => void (await redis.config("SET", "maxmemory", "1")) });
}

const many = (count: number, fields: Partial<NewMessage> = {}) => Array.from({ length: count }, () => fields);

describe("a Redis that is full", () => {
  test.each<{ what: string; message: Partial<NewMessage> }>([
    { what: "an ordinary one", message: {} },
    { what: "one of bulk", message: { lane: "bulk" } },
    { what: "one with a key", message: { idempotency: { keyDigest: "k1", bodyDigest: "b".repeat(16) } } },
    { what: "one that waits for its turn", message: { to: "+491" } },
    { what: "one for later", message: { sendAtMs: NOON_MS + 1_000, metadata: "{}" } },
  ])("takes no message in and keeps nothing of it: $what", async ({ message }) => {
    const world = newWorld();
    const first = await world.waiting({ to: "+491" });
    const [keys, record] = [await world.keys(), await world.record(first)];
    await world.fill();
    await expect(world.accept(message)).rejects.toThrow(/^OOM/);
    expect(await world.keys()).toEqual(keys);
    expect(await world.record(first)).toEqual(record);
    await redis.config("SET", "maxmemory", "0");
    expect(await world.accept(message)).toMatchObject([{ kind: "accepted" }]);
  });

  test("sends: begin takes, finish records, the turn passes", async () => {
    const world = newWorld({ pace: 1_000 });
    await world.accept({ to: "+491" }, { to: "+491" }, ...many(3));
    await world.fill();
    const taken = await world.take();
    expect(taken).toHaveLength(4);
    for (const one of taken) {
      expect((await world.finish(one, verdicts.submit(`wamid.${one.localId}`))).result).toBe("done");
      expect((await world.record(one.localId)).status).toBe("submitted");
    }
    expect(await world.take()).toHaveLength(1);
  });

  test("gives another slot to who missed one, and keeps the leases of living workers", async () => {
    const world = newWorld({ pace: 1_000 });
    const sending = await world.send();
    await world.fill();
    world.pass(5_000);
    expect(await world.store.reslot(world.sender, sending)).not.toBeNull();
    world.pass(5_000);
    expect(await world.store.renew(world.sender.id, [sending])).toEqual([]);
    world.pass(5_000);
    expect((await world.reap()).reaped).toBe(0);
  });

  test("notices a worker that died", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.fill();
    world.pass(10_000);
    expect((await world.reap()).reaped).toBe(1);
    expect((await world.record(sending.localId)).status).toBe("unconfirmed");
  });

  test("moves what has come due", async () => {
    const world = newWorld();
    const localId = await world.waiting({ sendAtMs: NOON_MS + 1_000 });
    await world.fill();
    world.pass(1_000);
    expect(await world.promote()).toBe(true);
    await world.sendAgain(localId);
  });

  // An OOM in the middle of this must not be taken for a damaged record, either.
  test("ends what has expired, and asks again about what is on the wire", async () => {
    const world = newWorld();
    const sending = await world.send({ expiresAtMs: NOON_MS + 1_000 });
    const localId = await world.waiting({ expiresAtMs: NOON_MS + 1_000 });
    await world.fill();
    world.pass(1_000);
    await world.promote();
    expect((await world.record(localId)).status).toBe("expired");
    expect(await redis.exists(`${world.base}aside`)).toBe(0);
    await world.finish(sending, verdicts.retry(60_000));
    world.pass(1_000);
    await world.promote();
    expect((await world.record(sending.localId)).status).toBe("expired");
  });

  test("sends fallbacks, ends what may not be sent, and learns and joins spellings", async () => {
    const world = newWorld();
    const fallback = { template: "hello", templateLanguage: "en" };
    const [closed = "", first = "", second = ""] = idsOf(
      await world.accept({}, { to: "+491", fallback }, { to: "+491", fallback }),
    );
    const room = { windowMarginMs: 300_000 };
    await world.fill();
    const [sending] = await world.take(room);
    if (!sending) throw new Error("nothing was taken");
    expect(sending).toMatchObject({ localId: first, isFallback: true });
    expect((await world.record(closed)).status).toBe("failed");
    const spellings = [["+491", "+492"]] as const;
    await world.store.finish(world.sender.id, { ...finishOf(sending, verdicts.submit("wamid.A")), spellings });
    const [last] = await world.take(room);
    expect(last).toMatchObject({ localId: second, contact: "+491", isFallback: true });
    if (last) await world.finish(last, verdicts.submit("wamid.B"));
    await world.promote();
    expect(await world.store.readContact(world.sender.id, "+491")).toMatchObject({ contact: "+492" });
    expect(await redis.exists(`${world.base}aside`)).toBe(0);
  });

  test("releases a template whose rest is over", async () => {
    const world = newWorld();
    const sending = await world.send({ template: "offer" });
    const hold = { of: "template", forMs: 1_000 } as const;
    await world.finish(sending, verdicts.snooze(0, { reason: "template-held", hold }));
    await world.fill();
    world.pass(1_000);
    await world.promote();
    await world.sendAgain(sending.localId);
  });

  test("takes in what webhooks say, and messages back", async () => {
    const world = newWorld();
    const sending = await world.send();
    const waiting = await world.waiting();
    await world.fill();
    await world.webhook({ status: "delivered", message: sending });
    expect((await world.record(sending.localId)).status).toBe("delivered");
    expect((await world.store.cancel(world.sender.id, waiting, null)).result).toBe("canceled");
    expect((await world.record(waiting)).status).toBe("canceled");
  });

  test("counts who may be written to, and gives attempts back", async () => {
    const world = newWorld();
    const portfolio = { id: "main", tier: 10, reserve: 0 };
    const sending = await world.send();
    await world.finish(sending, verdicts.retry(1_000));
    await world.fill();
    expect(await world.store.reach(portfolio, "+491", "normal")).toMatchObject({ kind: "new" });
    expect(await world.store.uncount(world.sender.id, [sending])).toBe(1);
  });

  test("keeps what people say about marketing, and forgets who asks for that", async () => {
    const world = newWorld();
    const { store, sender } = world;
    const spellings = ["+491", "DE.1"];
    await world.accept({ to: "+491" }, { to: "+491" });
    await world.fill();
    const statement = { category: "marketing", state: "opted-out", atMs: NOON_MS, source: "keyword" } as const;
    const told = [{ spellings, statement: { ...statement, by: null, proof: "STOP" } }];
    expect(await store.recordConsents(sender.id, told)).toEqual(["recorded"]);
    const order = { portfolioId: sender.id, senderIds: [sender.id], spellings, optOuts: "keep" } as const;
    expect(await store.eraseContact(order)).toMatchObject({ kind: "erased", messages: 2, optOutsKept: 1 });
  });

  test("obeys its operators", async () => {
    const world = newWorld();
    await world.waiting();
    await world.fill();
    const everything = { kind: "sender" } as const;
    expect((await world.store.pause(world.sender.id, everything, "ops")).changed).toBe(true);
    expect(await world.take()).toEqual([]);
    expect((await world.store.resume(world.sender.id, everything, "ops")).changed).toBe(true);
    expect((await world.store.setPace(world.sender.id, 5, "ops")).changed).toBe(true);
    expect(await world.take()).toHaveLength(1);
  });
});

// A worker asks this several times a second, for ever, for each sender.
test("promote writes nothing while nothing is due, whatever waits", async () => {
  const world = newWorld();
  const changes = async () => /rdb_changes_since_last_save:(\d+)/.exec(await redis.info("persistence"))?.[1];
  const offer = { template: "offer" };
  await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
  const [sending] = idsOf(await world.accept({ to: "+491", expiresAtMs: NOON_MS + 5_000 }, { to: "+491" }, offer));
  expect((await world.take()).map(({ localId }) => localId)).toEqual([sending]);
  await world.accept({ sendAtMs: NOON_MS + 5_000 }, { expiresAtMs: NOON_MS + 5_000 });
  const before = await changes();
  expect(await world.promote()).toBe(false);
  expect(await changes()).toBe(before);
  world.pass(5_000);
  await world.promote();
  expect(await changes()).not.toBe(before);
});
