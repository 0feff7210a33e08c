// Redis's clock, for reads: the scripts have it by themselves.

import type { RedisConnection } from "./scripts.ts";

/**
 * Epoch ms.
 *
 * base    of the keys that are about to be read
 * nowMs   stands in for Redis's clock, unless it gives null
 */
export async function redisNowMs(redis: RedisConnection, base: string, nowMs: () => number | null): Promise<number> {
  const fixed = nowMs();
  if (fixed !== null) return fixed;
  // A script, since TIME itself would go to any node of a cluster.
  return Number(
    await redis.eval("return redis.call('TIME')[1] * 1000 + math.floor(redis.call('TIME')[2] / 1000)", 1, base),
  );
}
