import { expect, test } from "@jest/globals";
import { keyOf } from "./keys.ts";
import { NOON_MS, verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

test("a renewed lease runs from now", async () => {
  const world = newWorld({ settings: { leaseMs: 7_000 } });
  const sending = await world.send();
  world.pass(5_000);
  expect(await world.store.renew(world.sender.id, [sending])).toEqual([]);
  world.pass(6_999);
  expect((await world.reap()).reaped).toBe(0);
  world.pass(1);
  expect((await world.reap()).reaped).toBe(1);
});

test("a lease is never made shorter: a slot far ahead has a lease far ahead", async () => {
  const world = newWorld({ pace: 10, settings: { paceMargin: 1, leaseMs: 7_000, lookaheadMs: 100 } });
  await world.accept({}, {});
  const taken = await world.take();
  await world.store.renew(world.sender.id, taken);
  const score = await world.redis.zscore(keyOf.wire(world.base), `${taken[1]?.localId}.1`);
  expect(score).toBe(String(NOON_MS + 100 + 7_000));
});

test("those whose lease is gone are named: reaped, answered, or never begun", async () => {
  const world = newWorld();
  const [answered, reaped] = [await world.send(), await world.send()];
  await world.finish(answered, verdicts.submit("wamid.A"));
  world.pass(10_000);
  await world.reap();
  const held = await world.send();
  const never = { localId: "0".repeat(26), wireNumber: 1 };
  const gone = await world.store.renew(world.sender.id, [answered, held, reaped, never]);
  expect(gone).toEqual([`${answered.localId}.1`, `${reaped.localId}.1`, `${never.localId}.1`]);
});

test("a lease that has run out but was not reaped yet is still good", async () => {
  const world = newWorld({ settings: { leaseMs: 7_000 } });
  const sending = await world.send();
  world.pass(60_000);
  expect(await world.store.renew(world.sender.id, [sending])).toEqual([]);
  expect((await world.reap()).reaped).toBe(0);
});

test("renewing nothing is harmless", async () => {
  const world = newWorld();
  expect(await world.store.renew(world.sender.id, [])).toEqual([]);
  expect(await world.keys()).toEqual([]);
});
