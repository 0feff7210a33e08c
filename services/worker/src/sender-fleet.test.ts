// The fleet follows the declared senders while they change. A sender that is forgotten sends nothing; one that is dropped
// too hastily loses what it had on the wire.

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import type { MessageRecord } from "@tern/store";
import { keyOfSender, startWorld, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.stop();
  expect(world.errors).toEqual([]);
});

const isSubmitted = (record: MessageRecord) => record.status === "submitted";
const DEMO = { id: "demo" };
const EXTRA = { id: "extra" };

/** BullMQ gives the connection of a consumer the name of its queue. */
async function isConsumed(sender: string): Promise<boolean> {
  const clients = (await world.redis.client("LIST")) as string;
  return clients.includes(` name=${world.prefix}:{${sender}}:`);
}

test("a sender that was added is served without a restart, beside the others", async () => {
  await world.declare([DEMO, EXTRA]);
  expect([...world.fleet.loops.keys()]).toEqual(["demo", "extra"]);
  const theirs = await world.acceptOne({}, "extra");
  await world.until(theirs, isSubmitted, "extra");
  expect(await world.requests(theirs, "extra")).toMatchObject([{ number: keyOfSender("extra"), taken: true }]);
  await world.until(await world.acceptOne(), isSubmitted);
});

test("a sender that was removed finishes what it has on the wire; the rest waits, and goes when it is declared again", async () => {
  await world.declare([DEMO, EXTRA]);
  await world.simulator.addFault({ kind: "slow", delayMs: 300, count: 1, match: { apiKey: keyOfSender("extra") } });
  const onTheWire = await world.acceptOne({}, "extra");
  await waitUntil(async () => (await world.simulator.summary()).requests === 1, { what: "the send to be on the wire" });
  expect(await isConsumed("extra")).toBe(true);

  await world.declare([DEMO]);
  expect([...world.fleet.loops.keys()]).toEqual(["demo"]);
  await world.until(onTheWire, isSubmitted, "extra");
  await waitUntil(async () => !(await isConsumed("extra")), { what: "the consumer of the removed sender to be gone" });

  const waiting = await world.acceptOne({}, "extra");
  await world.until(await world.acceptOne(), isSubmitted);
  expect(await world.record(waiting, "extra")).toMatchObject({ status: "queued", place: "backlog" });

  await world.declare([DEMO, EXTRA]);
  await world.until(waiting, isSubmitted, "extra");
  expect((await world.simulator.summary()).duplicatesCount).toBe(0);
});

test("removed and declared again at once: nothing is lost, nothing is doubled", async () => {
  await world.simulator.putBehaviour({ answerDelayMs: 30 });
  const ids = await world.accept(Array.from({ length: 200 }, () => ({})));
  await world.declare([EXTRA]);
  await world.declare([DEMO, EXTRA]);
  await Promise.all(ids.map((id) => world.until(id, isSubmitted)));
  expect(await world.simulator.summary()).toMatchObject({ taken: 200, duplicatesCount: 0 });
});

test("a changed key is used by the next send", async () => {
  await world.until(await world.acceptOne(), isSubmitted);
  await world.declare([DEMO, EXTRA]); // so that the simulator knows a second key
  await world.declare([{ ...DEMO, apiKey: keyOfSender("extra") }]);
  const later = await world.acceptOne();
  await world.until(later, isSubmitted);
  expect(await world.requests(later)).toMatchObject([{ number: keyOfSender("extra") }]);
});

test("a changed pace is kept from then on", async () => {
  await world.declare([{ ...DEMO, pace: 10 }]);
  const ids = await world.accept(Array.from({ length: 12 }, () => ({})));
  await waitUntil(async () => (await world.simulator.summary()).taken === ids.length, { what: "all to be taken" });
  expect((await world.simulator.summary()).maxPerSecond[keyOfSender("demo")]?.most).toBeLessThanOrEqual(10);
});

test("stop lets the sends on the wire come to their end", async () => {
  await world.simulator.addFault({ kind: "slow", delayMs: 300 });
  const ids = await world.accept(Array.from({ length: 5 }, () => ({})));
  await waitUntil(async () => (await world.simulator.summary()).requests === 5, { what: "all to be on the wire" });
  await world.fleet.stop();
  const records = await Promise.all(ids.map((id) => world.record(id)));
  expect(records.map((record) => record.status)).toEqual(ids.map(() => "submitted"));
});
