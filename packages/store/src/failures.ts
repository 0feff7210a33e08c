// What failed: counts by class and code, and pages, from the index of failures (`nf:<day>`, newest last). A message that
// failed twice stands there twice; it counts once, and only while it is failed.

import type { Lane } from "@tern/core";
import { DAY_MS, keyOf, senderBase } from "./keys.ts";
import { type createQueries, type MessagePage, passes } from "./query.ts";
import type { FailureRecord, MessageRecord } from "./record.ts";
import type { RedisConnection } from "./scripts.ts";

export interface FailureQuery {
  readonly sender: string;
  readonly class: string | null;
  readonly code: number | null;
  readonly template?: string | null;
  readonly lane?: Lane | null;
  readonly caller?: string | null;
  readonly reference?: string | null;
  /** Failed in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly acceptedFromMs?: number;
  readonly acceptedToMs?: number;
  readonly limit: number;
  /** From the page before. */
  readonly after: string | null;
}

export interface FailureCount {
  readonly class: string;
  readonly code: number | null;
  readonly count: number;
  /** Of one of them. */
  readonly reason: string;
  readonly hint: string;
}

export interface FailureCounts {
  readonly counts: readonly FailureCount[];
  /** False when there were more failures than are read at once; the newest are counted. */
  readonly isComplete: boolean;
}

/** Where a page of failures ends: a day and a place in its list. */
export const FAILURE_POSITION = /^(\d{1,6})-(\d{1,10})$/;
const READ_MOST = 2_000;
const COUNT_MOST = 10_000;
const CHUNK = 200;

interface Entry {
  readonly localId: string;
  readonly position: string;
}

export function createFailureReads(
  redis: RedisConnection,
  prefix: string,
  { readMany }: Pick<ReturnType<typeof createQueries>, "readMany">,
) {
  /** The index from its end, in chunks; each id once. */
  async function* newestFirst(
    sender: string,
    fromMs: number,
    toMs: number,
    after: string | null,
  ): AsyncGenerator<Entry[]> {
    const base = senderBase(prefix, sender);
    const [, afterDay, afterIndex] = FAILURE_POSITION.exec(after ?? "") ?? [];
    const seen = new Set<string>();
    const newestDay = Math.floor((toMs - 1) / DAY_MS);
    for (let day = Math.min(newestDay, Number(afterDay ?? newestDay)); day >= Math.floor(fromMs / DAY_MS); day--) {
      const key = keyOf.failedOnDay(base, day);
      let end = afterDay !== undefined && day === Number(afterDay) ? Number(afterIndex) : await redis.llen(key);
      for (; end > 0; end -= CHUNK) {
        const start = Math.max(0, end - CHUNK);
        const ids = await redis.lrange(key, start, end - 1);
        const entries = ids.map((localId, at) => ({ localId, position: `${day}-${start + at}` })).reverse();
        const fresh = entries.filter(({ localId }) => !seen.has(localId));
        for (const { localId } of fresh) seen.add(localId);
        yield fresh;
      }
    }
  }

  return {
    /** Failed messages, the last to fail first. */
    async listFailed(query: FailureQuery): Promise<MessagePage> {
      const found: MessageRecord[] = [];
      let readCount = 0;
      for await (const entries of newestFirst(query.sender, query.fromMs, query.toMs, query.after)) {
        const records = await readMany(
          query.sender,
          entries.map(({ localId }) => localId),
        );
        for (const [at, record] of records.entries()) {
          if (!record || !hasFailedAs(record, query)) continue;
          found.push(record);
          if (found.length === query.limit) return { messages: found, next: entries[at]?.position ?? null };
        }
        readCount += entries.length;
        if (readCount >= READ_MOST) return { messages: found, next: entries.at(-1)?.position ?? null };
      }
      return { messages: found, next: null };
    },

    /** How many failed as what; `limit` and `after` are of no matter. */
    async countFailed(query: FailureQuery): Promise<FailureCounts> {
      const counts = new Map<string, { localId: string; count: number }>();
      let readCount = 0;
      for await (const entries of newestFirst(query.sender, query.fromMs, query.toMs, null)) {
        const records = await readMany(
          query.sender,
          entries.map(({ localId }) => localId),
        );
        for (const [at, record] of records.entries()) {
          if (!record?.failure || !hasFailedAs(record, query)) continue;
          const what = `${record.failure.class}:${record.failure.code ?? ""}`;
          const known = counts.get(what);
          counts.set(what, { localId: known?.localId ?? entries[at]?.localId ?? "", count: (known?.count ?? 0) + 1 });
        }
        readCount += entries.length;
        if (readCount >= COUNT_MOST) return { counts: await named(query.sender, counts), isComplete: false };
      }
      return { counts: await named(query.sender, counts), isComplete: true };
    },
  };

  async function named(sender: string, counts: ReadonlyMap<string, { localId: string; count: number }>) {
    const examples = await readMany(
      sender,
      [...counts.values()].map(({ localId }) => localId),
    );
    return [...counts.values()]
      .flatMap(({ count }, at): FailureCount[] => {
        const failure: FailureRecord | null = examples[at]?.failure ?? null;
        return failure
          ? [{ class: failure.class, code: failure.code, count, reason: failure.reason, hint: failure.hint }]
          : [];
      })
      .sort((a, b) => b.count - a.count);
  }
}

function hasFailedAs(record: MessageRecord, query: FailureQuery): boolean {
  const failedAtMs = record.timeline.find(({ status }) => status === "failed")?.atMs ?? 0;
  return (
    record.status === "failed" &&
    failedAtMs >= query.fromMs &&
    failedAtMs < query.toMs &&
    passes(record, {
      ...query,
      status: null,
      recipient: null,
      caller: query.caller ?? null,
      fromMs: query.acceptedFromMs ?? 0,
      toMs: query.acceptedToMs ?? Number.POSITIVE_INFINITY,
    })
  );
}
