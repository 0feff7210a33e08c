// Everything that a world's keys and values say, as one text: what must be nowhere is looked for in it.

import type { Redis } from "ioredis";
import type { RedisConnection } from "../scripts.ts";
import type { World } from "./world.ts";

/** One line per key: its name and all it holds. */
export async function everythingIn(world: World): Promise<string> {
  const lines = await Promise.all(
    (await world.keys()).map(async (key) => `${key} ${await contentOf(world.redis, key)}`),
  );
  return lines.join("\n");
}

async function contentOf(connection: RedisConnection, key: string): Promise<string> {
  const redis = connection as Redis; // a Cluster has the same commands
  switch (await redis.type(key)) {
    case "string":
      return (await redis.get(key)) ?? "";
    case "hash":
      return JSON.stringify(await redis.hgetall(key));
    case "list":
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case "set":
      return JSON.stringify(await redis.smembers(key));
    case "zset":
      return JSON.stringify(await redis.zrange(key, "0", "-1", "WITHSCORES"));
    case "stream":
      return JSON.stringify(await redis.xrange(key, "-", "+"));
    default:
      throw new Error(`${key} is of a type that nobody reads`);
  }
}
