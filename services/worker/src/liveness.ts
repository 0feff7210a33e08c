// Alive means that the loops turn: every sender's promote was answered, or Redis is the one that is away. A process
// whose loops stand still although Redis answers is wedged, and only a restart helps.

import type { Check } from "@tern/runtime";
import type { SenderLoop } from "./sender-loop.ts";

/** Far above the slowest tick (250 ms), far below the 60 s within which promise P9 wants a dead worker reported. */
const STILL_MAX_MS = 30_000;

export function checkAlive(loops: ReadonlyMap<string, SenderLoop>, redisIsAway: boolean, monotonicMs: number): Check {
  if (redisIsAway) return { ok: true };
  const still = [...loops].filter(([, loop]) => monotonicMs - loop.lastAliveMs > STILL_MAX_MS).map(([id]) => id);
  return still.length === 0 ? { ok: true } : { ok: false, why: `no work was done for ${still.join(", ")} for 30 s` };
}
