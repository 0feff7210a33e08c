// How full Redis is, asked of every master once a second: `used_memory` over `maxmemory`, of the fullest one, since each
// sender lives on one of them.

import type { Clock, Timer } from "@tern/core";
import type { RedisConnection } from "@tern/store";

export interface RedisMemory {
  /** 0 to 1, and above for a Redis whose limit was lowered; null when it has no limit, or could not be asked. */
  readonly used: number | null;
  stop(): void;
}

const ASK_EVERY_MS = 1_000;

/** Asks at once, and then again and again. While Redis is away nothing is known, and its own errors say so. */
export function watchRedisMemory(redis: RedisConnection, clock: Pick<Clock, "after">): RedisMemory {
  let used: number | null = null;
  let timer: Timer | null = null;
  let stopped = false;

  async function ask(): Promise<void> {
    const masters = "nodes" in redis ? redis.nodes("master") : [redis];
    const parts = await Promise.all(masters.map(async (node) => usedPart(await node.info("memory"))));
    const limited = parts.filter((part) => part !== null);
    used = limited.length === 0 ? null : Math.max(...limited);
  }
  const run = () => {
    ask()
      .catch(() => {
        used = null;
      })
      .finally(() => {
        if (!stopped) timer = clock.after(ASK_EVERY_MS, run);
      });
  };
  run();

  return {
    get used() {
      return used;
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** From the text of INFO memory (https://redis.io/docs/latest/commands/info); null when there is no limit. */
export function usedPart(info: string): number | null {
  const numberOf = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const limit = numberOf("maxmemory");
  return limit === 0 ? null : numberOf("used_memory") / limit;
}
