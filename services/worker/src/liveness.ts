// Alive means consuming: every sender's loop has taken what may go, or found nothing, or a send of its ended, or Redis is
// the one that is away. A process whose loops stand still, or whose places are taken by sends that never end while work
// waits, is wedged, and only a restart helps.

import type { Check } from "@tern/runtime";
import type { SenderLoop } from "./sender-loop.ts";

/** Far above the slowest look (500 ms), and below the 60 s within which promise P9 wants a dead worker reported. */
const STILL_MIN_MS = 30_000;
const STILL_MAX_MS = 50_000;

/** How long a loop may stand still: sends that hang end by their timeout, which is progress. */
export function stillMaxMs(sendTimeoutMs: number): number {
  return Math.min(STILL_MAX_MS, Math.max(STILL_MIN_MS, sendTimeoutMs + 5_000));
}

export function checkAlive(
  loops: ReadonlyMap<string, Pick<SenderLoop, "lastProgressMs">>,
  redisIsAway: boolean,
  monotonicMs: number,
  stillMs: number,
): Check {
  if (redisIsAway) return { ok: true };
  const still = [...loops].filter(([, loop]) => monotonicMs - loop.lastProgressMs > stillMs).map(([id]) => id);
  if (still.length === 0) return { ok: true };
  return { ok: false, why: `no work was done for ${still.join(", ")} for ${Math.round(stillMs / 1_000)} s` };
}
