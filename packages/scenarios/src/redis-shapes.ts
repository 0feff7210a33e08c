// A Redis of each shape as a scenario's Redis, made of real servers. Killing it kills the server that holds the sender: all
// that Tern knows of its messages is there.
//   TERN_REDIS_SHAPE=sentinel pnpm --filter @tern/scenarios test seeds

import { setTimeout as pause } from "node:timers/promises";
import { type RedisServer, startRedis, startRedisCluster, waitUntil } from "@tern/devkit";
import { connectRedis, type RedisAccess, type RedisConnection } from "@tern/store";
import { startGuardedRedis, startGuardedSentinel } from "./guarded-redis.ts";

export type Service = "api" | "worker" | "webhook";

/** Where the records are. */
export interface ScenarioRedis {
  /** For whoever may everything. */
  readonly url: string;
  readonly access?: RedisAccess;
  /** What each service is started with besides; a login of its own, for one. */
  readonly serviceEnv?: (service: Service) => Readonly<Record<string, string>>;
  /** Whether a failover takes place when the server is killed, so that it goes on without it. */
  readonly failsOver: boolean;
  /** SIGKILL for the server that holds the sender now. */
  kill(): Promise<void>;
  /** Brings the killed server back; returns when it is in use again, and when it failed over, as a replica in step. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const SHAPES = ["standalone", "sentinel", "cluster", "tls"] as const;
export type Shape = (typeof SHAPES)[number];

/** The shape that the environment asks for. */
export function chosenShape(): Shape {
  const given = process.env.TERN_REDIS_SHAPE ?? "standalone";
  const shape = SHAPES.find((one) => one === given);
  if (!shape) throw new Error(`TERN_REDIS_SHAPE is ${given}; expected one of ${SHAPES.join(", ")}`);
  return shape;
}

/** Starts the shape; every server writes through (AOF always). */
export function startShape(shape: Shape): Promise<ScenarioRedis> {
  switch (shape) {
    case "sentinel":
      return startSentinelShape();
    case "cluster":
      return startClusterShape({ sender: "demo", replicas: 2 });
    case "tls":
      return startGuardedRedis();
    case "standalone":
      return startStandaloneShape();
  }
}

async function startStandaloneShape(): Promise<ScenarioRedis> {
  const { url, kill, restart, stop } = await startRedis({ appendonly: "always" });
  return { url, failsOver: false, kill, restart, stop };
}

export async function startSentinelShape(): Promise<ScenarioRedis> {
  const { sentinel, serverUrl, ...guarded } = await startGuardedSentinel({ replicas: 2, appendonly: "always" });
  let killed: RedisServer | null = null;
  return {
    ...guarded,
    failsOver: true,
    async kill() {
      killed = await sentinel.master();
      await killed.kill();
    },
    async restart() {
      const old = killed;
      await waitUntil(async () => (await sentinel.master()).port !== old?.port, {
        what: "the Sentinels to name another master",
        timeoutMs: 30_000,
      });
      await old?.restart();
      if (old) await isReplicaInStep(serverUrl(old), guarded.access);
    },
  };
}

/** Masters with so many replicas each; without any, a killed master takes its senders with it until it is back. */
export async function startClusterShape({
  sender,
  replicas,
}: {
  sender: string;
  replicas: number;
}): Promise<ScenarioRedis> {
  const cluster = await startRedisCluster({ masters: 3, replicas, appendonly: "always" });
  const failsOver = replicas > 0;
  let killed: RedisServer | null = null;
  return {
    url: `redis+cluster://${cluster.nodes.map((node) => `${node.host}:${node.port}`).join(",")}`,
    failsOver,
    ...(failsOver ? {} : { serviceEnv: () => ({ REDIS_WAIT_REPLICAS: "0" }) }),
    async kill() {
      killed = await holderOf(sender, cluster.servers);
      await killed.kill();
    },
    async restart() {
      const old = killed;
      if (failsOver) {
        const others = cluster.servers.filter((server) => server !== old);
        await waitUntil(async () => (await holderOf(sender, others)) !== old, {
          what: "a replica to take the slots",
          timeoutMs: 30_000,
        });
      }
      await old?.restart();
      if (failsOver && old) await isReplicaInStep(old.url);
    },
    stop: cluster.stop,
  };
}

/** The server that holds a sender, as the first of these tells that answers. */
async function holderOf(sender: string, servers: readonly RedisServer[]): Promise<RedisServer> {
  for (const { url } of servers) {
    const port = await asking(url, async (node) => {
      const slot = Number(await node.call("CLUSTER", "KEYSLOT", `{${sender}}`));
      const ranges = (await node.call("CLUSTER", "SLOTS")) as [number, number, [string, number]][];
      return ranges.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
    }).catch(() => undefined);
    const holder = servers.find((server) => server.port === port);
    if (holder) return holder;
    await pause(50);
  }
  throw new Error(`no server of the cluster holds ${sender}`);
}

/** Sentinels take up to 18 s, on a busy machine a minute, to tell a server that comes back whom to follow (packages/devkit/src/redis-sentinel.test.ts). */
const IN_STEP_WITHIN_MS = 120_000;

async function isReplicaInStep(url: string, access: RedisAccess = {}): Promise<void> {
  await waitUntil(
    async () => ((await asking(url, (node) => node.call("ROLE"), access)) as unknown[])[3] === "connected",
    {
      what: "the old master to be a replica in step",
      timeoutMs: IN_STEP_WITHIN_MS,
    },
  );
}

async function asking<T>(
  url: string,
  ask: (node: RedisConnection) => Promise<T>,
  access: RedisAccess = {},
): Promise<T> {
  const node = connectRedis(url, { whileAway: "wait", name: "scenario", onError: () => {}, access });
  try {
    return await ask(node);
  } finally {
    node.disconnect();
  }
}
