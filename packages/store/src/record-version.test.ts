// ADR 24: while two releases work side by side, the older one meets records of the newer. It must neither send what it does
// not understand nor lose it, and everything else goes on.

import { describe, expect, test } from "@jest/globals";
import { keyOf } from "./keys.ts";
import { NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

/** A message as only a newer release can send it. */
async function newer(world: World, over: Parameters<World["waiting"]>[0] = {}): Promise<string> {
  const localId = await world.waiting(over);
  await world.redis.hset(keyOf.record(world.base, localId), "v", 2);
  return localId;
}

async function taken(world: World): Promise<string[]> {
  return (await world.look()).messages.map(({ localId }) => localId);
}

describe("a message that takes a newer release to send", () => {
  test("is not taken by this one: it waits, visibly, with no attempt and no slot used", async () => {
    const world = newWorld();
    const localId = await newer(world);
    expect(await taken(world)).toEqual([]);
    expect(await world.record(localId)).toMatchObject({
      status: "queued",
      place: "later",
      waitReason: "upgrade",
      waitUntilMs: NOON_MS + 1_000,
      attempts: 0,
      sends: [],
    });
  });

  test("keeps nobody from being sent: older records behind it go at once", async () => {
    const world = newWorld();
    await newer(world, { to: "+491" });
    const other = await world.waiting({ to: "+492" });
    expect(await taken(world)).toEqual([other]);
  });

  test("comes back by itself, and goes as soon as a worker knows it", async () => {
    const world = newWorld();
    const localId = await newer(world);
    for (let round = 0; round < 3; round += 1) {
      expect(await taken(world)).toEqual([]);
      world.pass(1_000);
      await world.promote();
    }
    await world.redis.hset(keyOf.record(world.base, localId), "v", 1); // what a worker that knows it sees
    const { messages } = await world.look();
    expect(messages).toMatchObject([{ localId, attempts: 1, wireNumber: 1 }]);
    await world.finish(messages[0] as (typeof messages)[number], verdicts.submit("wamid.A"));
    expect(await world.record(localId)).toMatchObject({ status: "submitted", place: "none" });
  });

  test("keeps its turn meanwhile: what comes after it to the same person waits behind it", async () => {
    const world = newWorld();
    const first = await newer(world, { to: "+491" });
    const second = await world.waiting({ to: "+491" });
    expect(await taken(world)).toEqual([]);
    expect(await world.record(second)).toMatchObject({ place: "turn" });
    await world.redis.hdel(keyOf.record(world.base, first), "v");
    world.pass(1_000);
    await world.promote();
    expect(await taken(world)).toEqual([first]);
  });

  test("can be taken back, and expires in time", async () => {
    const world = newWorld();
    const [canceled, expiring] = [await newer(world), await newer(world, { expiresAtMs: NOON_MS + 500, to: "+492" })];
    await taken(world);
    expect(await world.store.cancel(world.sender.id, canceled, null)).toMatchObject({ result: "canceled" });
    world.pass(600);
    await world.promote();
    expect(await world.record(expiring)).toMatchObject({ status: "expired", place: "none" });
  });
});

test("a message of this release carries no version: a million of them wait at a time", async () => {
  const world = newWorld();
  const localId = await world.waiting();
  expect(await world.redis.hexists(keyOf.record(world.base, localId), "v")).toBe(0);
});

test("fields that a newer release added stay as they are, whatever happens to the message", async () => {
  const world = newWorld();
  const sending = await world.send();
  const record = keyOf.record(world.base, sending.localId);
  await world.redis.hset(record, "zz", "of tomorrow");
  await world.finish(sending, verdicts.submit("wamid.A"));
  await world.webhook({ status: "delivered", wamid: "wamid.A" }, { status: "read", wamid: "wamid.A" });
  expect(await world.record(sending.localId)).toMatchObject({ status: "read" });
  expect(await world.redis.hget(record, "zz")).toBe("of tomorrow");
});
