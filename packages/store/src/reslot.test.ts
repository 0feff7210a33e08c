import { expect, test } from "@jest/globals";
import { keyOf } from "./keys.ts";
import type { Taken } from "./moves.ts";
import { NOON_MS, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

test("a worker that missed its slot gets the next free one, and a lease from there on", async () => {
  const world = newWorld({ pace: 10, settings: { paceMargin: 1, leaseMs: 7_000, lookaheadMs: 100 } });
  await world.accept({}, {});
  const [late, other] = (await world.take()) as [Taken, Taken];
  world.pass(150);
  expect(await world.store.reslot(world.sender, late)).toEqual({
    nowUs: (NOON_MS + 150) * 1_000,
    slotUs: (NOON_MS + 200) * 1_000,
  });
  const lease = (localId: string) => world.redis.zscore(keyOf.wire(world.base), `${localId}.1`);
  expect(await lease(late.localId)).toBe(String(NOON_MS + 200 + 7_000));
  expect(await lease(other.localId)).toBe(String(NOON_MS + 100 + 7_000));
});

test("its new slot is nobody else's", async () => {
  const world = newWorld({ pace: 10, settings: { paceMargin: 1 } });
  const late = await world.send();
  expect((await world.store.reslot(world.sender, late))?.slotUs).toBe((NOON_MS + 100) * 1_000);
  world.pass(100);
  await world.waiting();
  expect(await world.take()).toEqual([]);
  world.pass(100);
  expect((await world.take())[0]?.slotUs).toBe((NOON_MS + 200) * 1_000);
});

test("a bulk message gets one within bulk's share", async () => {
  const world = newWorld({ pace: 10, settings: { paceMargin: 1, bulkShare: 0.5 } });
  const late = await world.send({ lane: "bulk" });
  const again = await world.store.reslot(world.sender, late);
  expect(again?.slotUs).toBe((NOON_MS + 200) * 1_000);
});

test("a worker whose lease was reaped gets none, and takes none from the others", async () => {
  const world = newWorld({ pace: 10, settings: { paceMargin: 1 } });
  const late = await world.send();
  world.pass(10_000);
  await world.reap();
  expect(await world.store.reslot(world.sender, late)).toBeNull();
  expect((await world.send()).slotUs).toBe((NOON_MS + 10_000) * 1_000);
});
