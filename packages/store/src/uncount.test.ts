import { expect, test } from "@jest/globals";
import { verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const doubt = verdicts.doubt(1_000, "resend");

test("gives the attempt of each send back that waits because of it", async () => {
  const world = newWorld();
  await world.accept({}, {});
  const sends = await world.take();
  for (const sending of sends) await world.finish(sending, doubt);
  expect(await world.store.uncount(world.sender.id, sends)).toBe(2);
  for (const { localId } of sends) {
    expect(await world.record(localId)).toMatchObject({ attempts: 0, status: "unconfirmed", place: "later" });
  }
  world.pass(1_000);
  await world.promote();
  expect((await world.take()).map(({ attempts, wireNumber }) => [attempts, wireNumber])).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test("says nothing about a message that is on the wire again", async () => {
  const world = newWorld();
  const sending = await world.send();
  await world.finish(sending, doubt);
  world.pass(1_000);
  await world.promote();
  const again = await world.sendAgain(sending.localId);
  expect(await world.store.uncount(world.sender.id, [sending])).toBe(0);
  expect(await world.store.uncount(world.sender.id, [again])).toBe(0);
  expect((await world.record(sending.localId)).attempts).toBe(2);
});

test("says nothing about an earlier send than the last", async () => {
  const world = newWorld();
  const sending = await world.send();
  await world.finish(sending, doubt);
  world.pass(1_000);
  await world.promote();
  await world.finish(await world.sendAgain(sending.localId), doubt);
  expect(await world.store.uncount(world.sender.id, [sending])).toBe(0);
  expect((await world.record(sending.localId)).attempts).toBe(2);
});

test("says nothing about a message that has come to its end", async () => {
  const world = newWorld();
  const [taken, failed] = [await world.send(), await world.send()];
  await world.finish(taken, verdicts.submit("wamid.A"));
  await world.finish(failed, verdicts.fail());
  expect(await world.store.uncount(world.sender.id, [taken, failed])).toBe(0);
  for (const { localId } of [taken, failed]) expect((await world.record(localId)).attempts).toBe(1);
});

test("never gives back more than was counted", async () => {
  const world = newWorld();
  const sending = await world.send();
  await world.finish(sending, { ...doubt, counted: false });
  expect(await world.store.uncount(world.sender.id, [sending])).toBe(0);
  expect((await world.record(sending.localId)).attempts).toBe(0);
});

test("leaves nothing behind of a message that is gone", async () => {
  const world = newWorld();
  expect(await world.store.uncount(world.sender.id, [{ localId: "0".repeat(26), wireNumber: 1 }])).toBe(0);
  expect(await world.keys()).toEqual([]);
});

test("gives an attempt back once, however often it is asked", async () => {
  const world = newWorld();
  const sending = await world.send();
  await world.finish(sending, verdicts.retry(0));
  await world.finish(await world.sendAgain(sending.localId), doubt);
  const again = { localId: sending.localId, wireNumber: 2 };
  expect(await world.store.uncount(world.sender.id, [again])).toBe(1);
  expect(await world.store.uncount(world.sender.id, [again])).toBe(0);
  expect((await world.record(sending.localId)).attempts).toBe(1);
});
