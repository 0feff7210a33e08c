// Which trace a message belongs to, for whoever makes spans (docs/tracing.md). Asked for beside the moves and not by them, so
// that a deployment that does not trace pays nothing for it.

import { type TraceContext, unpackTrace } from "@tern/core";
import { keyOf, senderBase } from "./keys.ts";
import type { RedisConnection } from "./scripts.ts";

export function createTraceReads(redis: RedisConnection, prefix: string) {
  return {
    /** The span that handed the message over; null when its trace is not recorded, or nothing is known of it any more. */
    async readTrace(senderId: string, localId: string): Promise<TraceContext | null> {
      return unpackTrace(await redis.hget(keyOf.record(senderBase(prefix, senderId), localId), "tr"));
    },
  };
}
