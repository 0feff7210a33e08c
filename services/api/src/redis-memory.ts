// How full Redis is, asked of every master once a second: `used_memory` over `maxmemory`, of the fullest one, since each
// sender lives on one of them.

import type { Clock, Timer } from "@tern/core";
import type { RedisConnection } from "@tern/store";

export interface MemoryState {
  readonly usedBytes: number;
  /** 0: it has no limit. */
  readonly maxBytes: number;
}

export interface RedisMemory {
  /** Of the fullest master; null when they could not be asked. */
  readonly state: MemoryState | null;
  /** 0 to 1, and above for a Redis whose limit was lowered; null when it has no limit, or could not be asked. */
  readonly used: number | null;
  stop(): void;
}

const ASK_EVERY_MS = 1_000;

/** Asks at once, and then again and again. While Redis is away nothing is known, and its own errors say so. */
export function watchRedisMemory(redis: RedisConnection, clock: Pick<Clock, "after">): RedisMemory {
  let state: MemoryState | null = null;
  let timer: Timer | null = null;
  let stopped = false;

  async function ask(): Promise<void> {
    const masters = "nodes" in redis ? redis.nodes("master") : [redis];
    const states = await Promise.all(masters.map(async (node) => readMemory(await node.info("memory"))));
    state = states.reduce((fullest, other) => (isFuller(other, fullest) ? other : fullest));
  }
  const run = () => {
    ask()
      .catch(() => {
        state = null;
      })
      .finally(() => {
        if (!stopped) timer = clock.after(ASK_EVERY_MS, run);
      });
  };
  run();

  return {
    get state() {
      return state;
    },
    get used() {
      return state && usedPart(state);
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** From the text of INFO memory (https://redis.io/docs/latest/commands/info). */
export function readMemory(info: string): MemoryState {
  const numberOf = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  return { usedBytes: numberOf("used_memory"), maxBytes: numberOf("maxmemory") };
}

/** Null when there is no limit. */
export function usedPart({ usedBytes, maxBytes }: MemoryState): number | null {
  return maxBytes === 0 ? null : usedBytes / maxBytes;
}

/** Nearer to its limit; without any limits, the one that uses more. */
function isFuller(one: MemoryState, other: MemoryState): boolean {
  const [part, otherPart] = [usedPart(one) ?? -1, usedPart(other) ?? -1];
  return part === otherPart ? one.usedBytes > other.usedBytes : part > otherPart;
}
