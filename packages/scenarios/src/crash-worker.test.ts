// A worker dies at the worst moments. Without leases a message would be stranded (P1) or, taken up again blindly, reach a
// person twice (P2).

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type ManagedProcess, waitUntil } from "@tern/devkit";
import { type RedisProxy, startRedisProxy } from "./redis-proxy.ts";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

const SETTLE_MS = 60_000;

let world: World;
let proxy: RedisProxy;
let doomed: ManagedProcess;

beforeEach(async () => {
  world = await startWorld({ workers: 0, senders: [{ id: "demo", pace: 40, throughputPerSecond: null }] });
  proxy = await startRedisProxy(world.redis.url);
  doomed = await world.system.startWorker({ REDIS_URL: proxy.url });
}, 60_000);

afterEach(async () => {
  await proxy.stop();
  await world.stop();
}, 60_000);

/** Ends the worker at its first write to Redis that `isIt`; Redis gets that write only if `passes`. */
function killAtWrite(isIt: (text: string) => boolean, { passes }: { passes: boolean }): Promise<unknown> {
  return new Promise((resolve) => {
    proxy.onWrite(({ text }) => {
      if (!isIt(text)) return "pass";
      resolve(doomed.kill());
      return passes ? "pass-then-mute" : "drop";
    });
  });
}

/** A look is the one command that says who looks: a name of 36 characters. */
const IS_LOOK = /\$36\r\n[0-9a-f]{8}-[0-9a-f-]{27}\r\n/;

test("killed at its look, before Redis heard of it: the messages wait, and the next worker sends them", async () => {
  const killed = killAtWrite((text) => IS_LOOK.test(text), { passes: false });
  const posted = world.post(Array.from({ length: 60 }, (_, at) => aMessage(at)));
  await killed;

  await posted;
  await world.system.startWorker();
  const records = await world.settle(isRead, SETTLE_MS);
  expect(await world.broken()).toEqual([]);
  expect((await world.system.simulator.summary()).taken).toBe(60);
  expect([...records.values()].every((record) => record?.resends === 0)).toBe(true);
}, 90_000);

test("killed after its look took a message, before it knew: nothing was sent, so it is sent once, marked as resent", async () => {
  await world.post([aMessage(0)]);
  await world.settle(isRead, SETTLE_MS); // from here on every look is after this one
  let isPosted = false;
  const killed = killAtWrite((text) => isPosted && IS_LOOK.test(text), { passes: true });
  isPosted = true;
  await world.post([aMessage(1)]);
  await killed;

  await world.system.startWorker();
  const records = await world.settle(isRead, SETTLE_MS);
  expect(await world.broken()).toEqual([]);
  expect((await world.system.simulator.summary()).taken).toBe(2);
  expect([...records.values()][1]?.resends).toBeLessThanOrEqual(1);
}, 90_000);

test("killed during the call, the provider took it: a webhook settles the doubt and nothing is sent again", async () => {
  await world.system.simulator.addFault({ kind: "timeoutAfter", count: 5 });
  await world.post(Array.from({ length: 5 }, (_, at) => aMessage(at)));
  await waitUntil(async () => (await world.system.simulator.summary()).requests === 5, {
    timeoutMs: 10_000,
    what: "all five sends to be on the wire",
  });
  await doomed.kill();

  await world.system.startWorker();
  const records = await world.settle(isRead, SETTLE_MS);
  expect(await world.broken()).toEqual([]);
  expect((await world.system.simulator.summary()).taken).toBe(5);
  expect([...records.values()].map((record) => record?.resends)).toEqual([0, 0, 0, 0, 0]);
}, 90_000);

test("killed during the call, the provider never took it: unconfirmed, then resent by policy and marked so", async () => {
  await world.system.simulator.addFault({ kind: "timeoutBefore", count: 3 });
  const ids = await world.post(Array.from({ length: 3 }, (_, at) => aMessage(at)));
  await waitUntil(async () => (await world.system.simulator.summary()).requests === 3, {
    timeoutMs: 10_000,
    what: "all three sends to be on the wire",
  });
  await doomed.kill();

  await world.system.startWorker();
  const records = await world.settle(isRead, SETTLE_MS);
  expect(await world.broken()).toEqual([]);
  expect((await world.system.simulator.summary()).taken).toBe(3);
  for (const id of ids) {
    expect(records.get(id)?.resends).toBe(1);
    expect(records.get(id)?.timeline.map((step) => step.status)).toContain("unconfirmed");
  }
}, 90_000);

test("a message whose policy is to fail is not sent again after a doubt, and says why", async () => {
  await world.system.simulator.addFault({ kind: "timeoutBefore", count: 1 });
  const [id = ""] = await world.post([aMessage(1, { onDoubt: "fail" })]);
  await waitUntil(async () => (await world.system.simulator.summary()).requests === 1, {
    timeoutMs: 10_000,
    what: "the send to be on the wire",
  });
  await doomed.kill();

  await world.system.startWorker();
  const records = await world.settle((record) => record.isFinal, SETTLE_MS);
  expect(records.get(id)).toMatchObject({ status: "failed", resends: 0, failure: { class: "unknown" } });
  expect((await world.system.simulator.summary()).taken).toBe(0);
}, 90_000);

test("killed after the answer, before finish reached Redis: the webhook brings what the answer would have", async () => {
  const killed = killAtWrite((text) => text.includes("submit"), { passes: false });
  await world.post(Array.from({ length: 10 }, (_, at) => aMessage(at)));
  await killed;

  await world.system.startWorker();
  const records = await world.settle(isRead, SETTLE_MS);
  expect(await world.broken()).toEqual([]);
  expect((await world.system.simulator.summary()).taken).toBe(10);
  expect([...records.values()].every((record) => record?.wamid !== null)).toBe(true);
}, 90_000);
