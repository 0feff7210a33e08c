// Redis itself dies under load. With AOF always, what was answered 202 is on disk: after its return every process goes
// on by itself, nothing is lost and nothing is doubled.

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await startWorld();
}, 60_000);

afterEach(async () => {
  await world.stop();
}, 60_000);

test("killed three times under load: all accepted messages are read, and the same processes still run", async () => {
  const count = 3_000;
  const { processes, simulator } = world.system;
  const pids = [...processes.api, ...processes.workers, ...processes.webhook].map((process) => process.pid);
  const posted = world.post(
    Array.from({ length: count }, (_, at) => aMessage(at)),
    { batch: 50 },
  );
  for (const share of [0.1, 0.35, 0.6]) {
    await waitUntil(async () => (await simulator.summary()).taken >= count * share, {
      timeoutMs: 60_000,
      what: `${share * 100} % of the messages to be taken`,
    });
    await world.redis.kill();
    await world.redis.restart();
  }
  await posted;

  await world.settle(isRead, 120_000);
  expect(await world.broken()).toEqual([]);
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
}, 240_000);
