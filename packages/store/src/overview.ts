// What operators look at besides the state of a sender: the audit trail, and what waits for a moment and why.

import { LANES, type Lane, type WaitReason, waitReasonOf } from "@tern/core";
import { keyOf, senderBase } from "./keys.ts";
import type { RedisConnection } from "./scripts.ts";

export interface AuditEntry {
  /** Its place in the trail; the next page begins before the last one. */
  readonly position: string;
  readonly atMs: number;
  readonly who: string;
  readonly verb: string;
  readonly kind: string;
  readonly name: string;
  readonly value: string;
  readonly changed: boolean;
}

export interface LaterCounts {
  readonly counts: readonly { readonly lane: Lane; readonly reason: WaitReason; readonly count: number }[];
  /** False when more wait than are read at once; those whose moment comes first are counted. */
  readonly isComplete: boolean;
}

export const AUDIT_POSITION = /^\d{1,16}-\d{1,16}$/;
const LATER_MOST = 5_000;

export function createOverview(redis: RedisConnection, prefix: string) {
  return {
    /** The audit trail, newest first. `before` null: from its end. */
    async readAudit(sender: string, limit: number, before: string | null): Promise<AuditEntry[]> {
      const key = keyOf.audit(senderBase(prefix, sender));
      const entries = await redis.xrevrange(key, before === null ? "+" : `(${before}`, "-", "COUNT", limit);
      return entries.map(([position, flat]) => {
        const fields = Object.fromEntries(
          flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : [])),
        );
        return {
          position,
          atMs: Number(position.split("-")[0]),
          who: fields.who ?? "",
          verb: fields.verb ?? "",
          kind: fields.kind ?? "",
          name: fields.name ?? "",
          value: fields.value ?? "",
          changed: fields.changed === "1",
        };
      });
    },

    /** What waits in `later`, by lane and reason. */
    async countLater(sender: string): Promise<LaterCounts> {
      const base = senderBase(prefix, sender);
      const ids = await redis.zrange(keyOf.later(base), "0", String(LATER_MOST));
      const fields = await Promise.all(
        ids.slice(0, LATER_MOST).map((id) => redis.hmget(keyOf.record(base, id), "l", "r")),
      );
      const counts = new Map<string, number>();
      for (const [lane, reason] of fields) {
        if (lane === null || lane === undefined) continue;
        const what = `${lane} ${reason ?? 0}`;
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
      return {
        counts: [...counts].map(([what, count]) => {
          const [lane, reason] = what.split(" ").map(Number);
          return { lane: LANES[lane ?? 1] ?? "normal", reason: waitReasonOf(reason ?? 0), count };
        }),
        isComplete: ids.length <= LATER_MOST,
      };
    },
  };
}
