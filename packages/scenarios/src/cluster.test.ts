// The same system on a Redis Cluster: every key of a sender is in one slot, so nothing may depend on there being only one
// server, and the loss of a master is the loss of Redis for the senders that live there.

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { startClusterFor } from "./cluster-redis.ts";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await startWorld({
    startRedis: () => startClusterFor("demo"),
    senders: ["demo", "second", "third"].map((id) => ({ id, pace: "unlimited" as const })),
  });
}, 60_000);

afterEach(async () => {
  await world.stop();
}, 60_000);

test("messages of three senders in different slots go all the way, while a worker is killed", async () => {
  const { system } = world;
  expect(world.redis.url).toMatch(/^redis\+cluster:/); // or this file would prove nothing
  const count = 1_500;
  const sender = (at: number) => ["demo", "second", "third"][at % 3];
  const posted = world.post(Array.from({ length: count }, (_, at) => aMessage(at, { sender: sender(at) })));
  await waitUntil(async () => (await system.simulator.summary()).taken >= count / 5, {
    timeoutMs: 60_000,
    what: "a fifth of the messages to be taken",
  });
  await system.processes.workers[0]?.kill();
  await system.startWorker();
  await posted;

  await world.settle(isRead, 90_000);
  expect(await world.broken()).toEqual([]);
}, 180_000);

test("the master that holds the sender is killed under load and comes back: nothing lost, nothing doubled", async () => {
  const { system } = world;
  const count = 1_500;
  const posted = world.post(
    Array.from({ length: count }, (_, at) => aMessage(at)),
    { batch: 50 },
  );
  await waitUntil(async () => (await system.simulator.summary()).taken >= count / 4, {
    timeoutMs: 60_000,
    what: "a quarter of the messages to be taken",
  });
  await world.redis.kill();
  await world.redis.restart();
  await posted;

  await world.settle(isRead, 120_000);
  expect(await world.broken()).toEqual([]);
}, 240_000);
