// Seeded crashes: a seed chooses which process dies, at which of its writes to Redis, whether Redis still hears of it,
// and what the provider does meanwhile. A failing seed is in the test's name; replay it with
//   TERN_SEEDS=<seed> pnpm --filter @tern/scenarios test seeds
// and sweep a range with TERN_SEEDS=1-200.

import { expect, test } from "@jest/globals";
import type { FaultKind } from "@tern/simulator";
import { chanceFrom } from "./chance.ts";
import { startRedisProxy } from "./redis-proxy.ts";
import { aMessage, startWorld } from "./world.ts";

const FAULTS: readonly FaultKind[] = [
  "resetAfter",
  "resetBefore",
  "errorAfter",
  "truncated",
  "timeoutAfter",
  "beforeAnswer",
];
const MESSAGES = 150;

function seedsToRun(): number[] {
  const [first, last] = (process.env.TERN_SEEDS ?? "1-6").split("-").map(Number);
  const from = first ?? 1;
  return Array.from({ length: (last ?? from) - from + 1 }, (_, at) => from + at);
}

test.each(seedsToRun())(
  "seed %i",
  async (seed) => {
    const chance = chanceFrom(seed);
    const victim = chance.pick(["api", "worker", "webhook"] as const);
    const atWrite = chance.between(5, 120);
    const decision = chance.pick(["drop", "pass-then-mute"] as const);
    const fault = chance.pick(FAULTS);

    const world = await startWorld({ seed, workers: 1, workerEnv: { SEND_TIMEOUT_MS: "2000" } });
    const proxy = await startRedisProxy(world.redis.url);
    try {
      const { system } = world;
      await system.simulator.addFault({ kind: fault, rate: 0.1 });
      await system.simulator.putBehaviour({ duplicateRate: 0.2, reorderRate: 0.3, beforeAnswerRate: 0.2 });
      const list = victim === "worker" ? system.processes.workers : system.processes[victim];
      const start = { api: system.startApi, worker: system.startWorker, webhook: system.startWebhook }[victim];
      await list[0]?.kill();
      const doomed = await start({ REDIS_URL: proxy.url });
      const firstWrite = proxy.writes;
      const killed = new Promise<void>((resolve) => {
        proxy.onWrite(({ number }) => {
          if (number - firstWrite < atWrite) return "pass";
          void doomed.kill().then(() => resolve());
          return decision;
        });
      });
      const posted = world.post(
        Array.from({ length: MESSAGES }, (_, at) =>
          aMessage(at % 100, { lane: chance.pick(["urgent", "normal", "bulk"]) }),
        ),
        { batch: 10 },
      );
      await Promise.race([killed, posted]);
      await doomed.kill();
      await start();
      await posted;

      await world.settle((record) => record.isFinal, 90_000);
      expect(await world.broken()).toEqual([]);
    } finally {
      await proxy.stop();
      await world.stop();
    }
  },
  180_000,
);
