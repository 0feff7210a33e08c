// What a caller may ask for per second and per day, across all replicas of the API. The limits stand in the deployment file;
// Redis holds what is used of them, in a slot of each caller's own.

import { callerBase } from "./keys.ts";
import type { RunScript } from "./scripts.ts";

/** One limit, by a name of its own under the caller. A day is a calendar day of UTC. */
export type QuotaLimit = { readonly name: string } & (
  | { readonly kind: "rate"; readonly perSecond: number; readonly burst: number }
  | { readonly kind: "day"; readonly perDay: number }
);

export interface QuotaTaken {
  /** Units granted, 0 to the count asked for: what the scarcest limit has. */
  readonly granted: number;
  /** Until each limit has a unit again; 0 when all still have one. */
  readonly retryInMs: number;
  /** In the order of the limits: units left, and the time until the limit is whole again. */
  readonly limits: readonly { readonly left: number; readonly wholeInMs: number }[];
}

export function createQuotas(run: RunScript, prefix: string, nowMs: () => number | null) {
  return {
    /** Takes up to `count` units of every one of these limits, in one round trip. */
    async takeQuota(caller: string, count: number, limits: readonly QuotaLimit[]): Promise<QuotaTaken> {
      const args: (string | number)[] = [nowMs() ?? "", count];
      for (const limit of limits) {
        if (limit.kind === "day") args.push(limit.name, "day", limit.perDay, "");
        else args.push(limit.name, "rate", limit.perSecond, limit.burst);
      }
      const [granted, retryInMs, ...parts] = (await run("take_quota", callerBase(prefix, caller), args)) as [
        number,
        number,
        ...number[],
      ];
      return {
        granted,
        retryInMs,
        limits: limits.map((_, at) => ({ left: parts[at * 2] ?? 0, wholeInMs: parts[at * 2 + 1] ?? 0 })),
      };
    },
  };
}
