// A connection to the Redis of this test run, in the shape BullMQ wants it: commands wait for ever while Redis is away.

import { testRedisUrl } from "@tern/devkit";
import { Cluster, Redis } from "ioredis";

const CLUSTER = "redis+cluster://";

export function connectForTests(): Redis | Cluster {
  const url = testRedisUrl();
  if (!url.startsWith(CLUSTER)) return new Redis(url, { maxRetriesPerRequest: null });
  const nodes = url.slice(CLUSTER.length).split(",");
  return new Cluster(
    nodes.map((node) => ({ host: node.split(":")[0] ?? "", port: Number(node.split(":")[1]) })),
    { redisOptions: { maxRetriesPerRequest: null } },
  );
}

/** All keys with this prefix, on every node. */
export async function keysOf(redis: Redis | Cluster, prefix: string): Promise<string[]> {
  const nodes = redis instanceof Cluster ? redis.nodes("master") : [redis];
  const keys = await Promise.all(nodes.map((node) => node.keys(`${prefix}:*`)));
  return keys.flat().sort();
}
