// Seeded storms: a seed chooses what is sent, what the provider does, and what breaks meanwhile: processes killed at one of
// their writes to Redis (before or after Redis heard of it) or frozen, Redis restarted or cut off, the provider away. In the
// end every message has ended, and the promises hold by the records and the provider's ledger.
// A failing seed is in the test's name; replay it with
//   TERN_SEEDS=<seed> pnpm --filter @tern/scenarios test seeds
// and sweep a range with TERN_SEEDS=1-200. TERN_REDIS_SHAPE=sentinel, cluster or tls chooses another Redis (redis-shapes.ts):
// there a restart of Redis is a failover.

import { expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import type { FaultKind } from "@tern/simulator";
import type { MessageRecord } from "@tern/store";
import { type Chance, chanceFrom } from "./chance.ts";
import { type RedisProxy, startRedisProxy } from "./redis-proxy.ts";
import type { ScenarioRedis, Service } from "./redis-shapes.ts";
import { aMessage, startWorld, type World } from "./world.ts";

const FAULTS: readonly FaultKind[] = [
  "resetAfter",
  "resetBefore",
  "errorAfter",
  "truncated",
  "timeoutAfter",
  "beforeAnswer",
  "endpointRateLimit",
  "http",
];
const MESSAGES = 150;
const SERVICES = ["api", "worker", "webhook"] as const;
const SETTLE_MS = 90_000;

function seedsToRun(): number[] {
  const [first, last] = (process.env.TERN_SEEDS ?? "1-6").split("-").map(Number);
  const from = first ?? 1;
  return Array.from({ length: (last ?? from) - from + 1 }, (_, at) => from + at);
}

/** A proxy before Redis, and the URL through it with the service's own login. */
async function proxyFor(service: Service, redis: ScenarioRedis, proxies: RedisProxy[]) {
  const proxy = await startRedisProxy(redis.url);
  proxies.push(proxy);
  const url = new URL(redis.serviceEnv?.(service).REDIS_URL ?? redis.url);
  url.port = new URL(proxy.url).port;
  return { proxy, url: url.href };
}

type Trouble = (world: World, chance: Chance, proxies: RedisProxy[]) => Promise<void>;

/** Ends one process at one of its writes and starts another; the proxy stays behind with whatever it swallowed. */
const killAtWrite: Trouble = async (world, chance, proxies) => {
  const { system, redis } = world;
  const victim = chance.pick(SERVICES);
  const atWrite = chance.between(5, 60);
  const decision = chance.pick(["drop", "pass-then-mute"] as const);
  const start = { api: system.startApi, worker: system.startWorker, webhook: system.startWebhook }[victim];
  const list = victim === "worker" ? system.processes.workers : system.processes[victim];
  if (redis.failsOver) {
    // Its connections lead to several servers: it is ended at some moment, which is as random.
    await list.at(-1)?.kill();
    await start();
    return;
  }
  const { proxy, url } = await proxyFor(victim, redis, proxies);
  await list.at(-1)?.kill();
  const doomed = await start({ REDIS_URL: url });
  const firstWrite = proxy.writes;
  await new Promise<void>((resolve) => {
    proxy.onWrite(({ number }) => {
      if (number - firstWrite < atWrite) return "pass";
      resolve();
      return decision;
    });
    // A process with nothing to write is ended all the same.
    void waitUntil(async () => (await system.simulator.state()).outstanding === 0, { what: "nothing to happen" })
      .catch(() => {})
      .then(() => resolve());
  });
  await doomed.kill();
  await start();
};

/** Freezes a worker beyond its leases; another one works meanwhile, and the frozen one comes back. */
const freezeWorker: Trouble = async ({ system, store, connection, acceptedIds }) => {
  const frozen = system.processes.workers.at(-1);
  frozen?.signal("SIGSTOP");
  await system.startWorker();
  const untilMs = Date.now() + store.settings.leaseMs + 1_000;
  await waitUntil(async () => Date.now() > untilMs, {
    what: "the leases to end",
    timeoutMs: store.settings.leaseMs + 5_000,
    everyMs: 200,
  });
  expect(acceptedIds.length).toBeGreaterThan(0);
  expect(connection.status).toBe("ready");
  frozen?.signal("SIGCONT");
};

const restartRedis: Trouble = async ({ redis }) => {
  await redis.kill();
  await redis.restart();
};

const cutWorkerOff: Trouble = async ({ system, redis }, chance, proxies) => {
  if (redis.failsOver) {
    await system.startWorker();
    return;
  }
  const { proxy, url } = await proxyFor("worker", redis, proxies);
  await system.startWorker({ REDIS_URL: url });
  for (let times = chance.between(1, 3); times > 0; times--) {
    const from = proxy.writes;
    await waitUntil(async () => proxy.writes > from + 20, { what: "the worker to work", timeoutMs: 10_000 }).catch(
      () => {},
    );
    proxy.cut();
  }
};

const providerAway: Trouble = async ({ system }, chance) => {
  const down = chance.pick(["refuse", "http503"] as const);
  await system.simulator.putBehaviour({ down });
  const before = (await system.simulator.state()).ledger.entries;
  await waitUntil(async () => (await system.simulator.state()).ledger.entries > before + 5, {
    what: "some to meet the outage",
    timeoutMs: chance.between(500, 2_500),
  }).catch(() => {});
  await system.simulator.putBehaviour({ down: null });
};

const pauseAndResume: Trouble = async ({ store }, chance) => {
  const what = chance.pick([
    { kind: "sender" } as const,
    { kind: "lane", lane: chance.pick(["urgent", "normal", "bulk"] as const) } as const,
  ]);
  await store.pause("demo", what, "a storm");
  await store.resume("demo", what, "a storm");
};

const TROUBLES = { killAtWrite, freezeWorker, restartRedis, cutWorkerOff, providerAway, pauseAndResume };
/** Freezing takes a lease of seconds: less often. */
const NAMES = [
  "killAtWrite",
  "killAtWrite",
  "killAtWrite",
  "restartRedis",
  "cutWorkerOff",
  "providerAway",
  "pauseAndResume",
  "freezeWorker",
] as const satisfies readonly (keyof typeof TROUBLES)[];

test.each(seedsToRun())(
  "seed %i",
  async (seed) => {
    const chance = chanceFrom(seed);
    const tier = chance.between(1, 4) === 1 ? { tier: 60, reserve: 6 } : null;
    const troubles = Array.from({ length: chance.between(1, 3) }, () => chance.pick(NAMES));
    const world = await startWorld({
      seed,
      workers: chance.between(1, 2),
      senders: [{ id: "demo", pace: chance.pick([40, 100] as const) }],
      workerEnv: { SEND_TIMEOUT_MS: "2000" },
      ...(tier ? { tier } : {}),
    });
    const proxies: RedisProxy[] = [];
    try {
      const { system } = world;
      await system.simulator.addFault({ kind: chance.pick(FAULTS), rate: 0.1 });
      await system.simulator.putBehaviour({
        answerDelayMs: 30,
        answerJitterMs: 30,
        duplicateRate: 0.2,
        reorderRate: 0.3,
        beforeAnswerRate: 0.2,
      });
      const posted = world.post(
        Array.from({ length: MESSAGES }, (_, at) =>
          aMessage(chance.between(0, 99), {
            text: { body: `message ${at}` },
            lane: chance.pick(["urgent", "normal", "bulk"]),
            ...(chance.between(1, 10) === 1 ? { onDoubt: "fail" } : {}),
          }),
        ),
        { batch: 10 },
      );
      for (const name of troubles) {
        await TROUBLES[name](world, chance, proxies).catch((error) => {
          throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
        });
      }
      await posted;
      await world.settle((record) => record.isFinal || (tier !== null && waitsForTier(record)), SETTLE_MS);
      expect(await world.broken()).toEqual([]);
    } finally {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await world.stop();
    }
  },
  240_000,
);

function waitsForTier({ place, waitReason, lane }: MessageRecord): boolean {
  return (place === "later" && waitReason === "tier") || (place === "backlog" && lane === "bulk");
}
