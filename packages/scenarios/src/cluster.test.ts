// The same system on a Redis Cluster: every key of a sender is in one slot, so nothing may depend on there being only one
// server, and the loss of a master is the loss of Redis for the senders that live there.

import { afterEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { FAILOVER_PACE, failOver, printFigures } from "./failover.ts";
import { startClusterShape } from "./redis-shapes.ts";
import { aMessage, isRead, startWorld, type World, type WorldOptions } from "./world.ts";

let world: World;

async function startOnCluster(replicas: number, senders: WorldOptions["senders"]): Promise<void> {
  world = await startWorld({
    startRedis: () => startClusterShape({ sender: "demo", replicas }),
    ...(senders ? { senders } : {}),
  });
}

afterEach(async () => {
  await world.stop();
}, 60_000);

test("messages of three senders in different slots go all the way, while a worker is killed", async () => {
  await startOnCluster(
    0,
    ["demo", "second", "third"].map((id) => ({ id, pace: "unlimited" as const })),
  );
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
  await startOnCluster(0, [{ id: "demo", pace: "unlimited" }]);
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

// By command with more: TERN_FAILOVER_MESSAGES=10000 pnpm --filter @tern/scenarios test cluster
test("the master that holds the sender is killed and its replica takes over: all are read, the pace is kept", async () => {
  await startOnCluster(2, [{ id: "demo", pace: FAILOVER_PACE }]);
  const figures = await failOver(world);
  printFigures("cluster", figures);
  expect(figures.brokenPromises).toEqual([]);
}, 300_000);
