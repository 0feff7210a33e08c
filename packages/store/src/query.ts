// Reading: one message, and pages of them by recipient, reference or time. Pages filter as they read and stop after a
// bounded number of records, so a page may be short (even empty) although a cursor says that more may follow.

import { type Lane, localIdTimeMs, type Place, type Status } from "@tern/core";
import type { createContactReads } from "./contact.ts";
import { DAY_MS, HOUR_MS, keyOf, senderBase } from "./keys.ts";
import { type MessageRecord, readRecord } from "./record.ts";
import type { RedisConnection } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

/** What a message must be to be found; null and absent: whatever it is. */
export interface MessageFilter {
  /** Of any spelling: messages to the same contact are found, too (ADR 20). */
  readonly recipient: string | null;
  readonly status: Status | null;
  /** Only messages this caller accepted. */
  readonly caller: string | null;
  /** Accepted in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly reference?: string | null;
  readonly places?: readonly Place[] | null;
  readonly lane?: Lane | null;
  readonly template?: string | null;
  /** Of the last thing that went wrong. */
  readonly class?: string | null;
  readonly code?: number | null;
}

export interface MessageQuery extends MessageFilter {
  readonly sender: string;
  readonly reference: string | null;
  readonly limit: number;
  /** The local id after which to go on (newest first), from the page before. */
  readonly after: string | null;
}

export interface MessagePage {
  readonly messages: readonly MessageRecord[];
  /** Null when this was the last page. */
  readonly next: string | null;
}

/** The most records one request reads, whatever it filters. */
const READ_MOST = 2_000;
const CHUNK = 100;
const BLOCK = 500;
/** How far the order of ids may be from the order of acceptance: what clocks differ by, and a request takes. */
const DISORDER_MAX_MS = 2_000;
const LOCAL_IDS = /.{26}/g;

export function createQueries(
  redis: RedisConnection,
  prefix: string,
  settings: StoreSettings,
  { spellingsOf }: Pick<ReturnType<typeof createContactReads>, "spellingsOf">,
) {
  async function readMany(sender: string, localIds: readonly string[]): Promise<(MessageRecord | null)[]> {
    const base = senderBase(prefix, sender);
    return Promise.all(
      localIds.map(async (localId) => {
        const [fields, failure, metadata] = await Promise.all([
          redis.hgetall(keyOf.record(base, localId)),
          redis.get(keyOf.failure(base, localId)),
          redis.get(keyOf.metadata(base, localId)),
        ]);
        return readRecord({ sender, localId }, fields, failure, metadata);
      }),
    );
  }

  async function read(sender: string, localId: string): Promise<MessageRecord | null> {
    return (await readMany(sender, [localId]))[0] ?? null;
  }

  /** Pages of messages, newest first. */
  async function list(query: MessageQuery): Promise<MessagePage> {
    const found: MessageRecord[] = [];
    let readCount = 0;
    const spellings = query.recipient === null ? null : await spellingsOf(query.sender, query.recipient);
    for await (const ids of newestFirst(candidates(query, spellings), query.after)) {
      for (let at = 0; at < ids.length; at += CHUNK) {
        const chunk = ids.slice(at, at + CHUNK);
        const records = await readMany(query.sender, chunk);
        for (const [index, record] of records.entries()) {
          if (!record || !passes(record, query)) continue;
          if (spellings && !spellings.includes(record.to) && !spellings.includes(record.contact)) continue;
          found.push(record);
          if (found.length === query.limit) return { messages: found, next: chunk[index] ?? null };
        }
        readCount += chunk.length;
        if (readCount >= READ_MOST) return { messages: found, next: chunk.at(-1) ?? null };
      }
    }
    return { messages: found, next: null };
  }

  /** Local ids that may match, from the narrowest index: the last accepted block first, down to the cursor and beyond. */
  async function* candidates(query: MessageQuery, spellings: readonly string[] | null): AsyncGenerator<string[]> {
    const base = senderBase(prefix, query.sender);
    const oldestKeptMs = Math.max(query.fromMs, query.toMs - settings.messageDays * 2 * DAY_MS, 0);
    const newestMs = query.after ? Math.min(query.toMs, localIdTimeMs(query.after) + HOUR_MS) : query.toMs;

    if (query.reference !== null) {
      yield* blocksOf(keyOf.reference(base, query.reference));
    } else if (spellings !== null) {
      for (let day = Math.floor(newestMs / DAY_MS); day >= Math.floor(oldestKeptMs / DAY_MS); day--) {
        const packed = (await redis.hmget(keyOf.recipientsOfDay(base, day), ...spellings)).join("");
        if (packed) yield (packed.match(LOCAL_IDS) ?? []).sort();
      }
    } else {
      for (let hour = Math.floor(newestMs / HOUR_MS); hour >= Math.floor(oldestKeptMs / HOUR_MS); hour--) {
        yield* blocksOf(keyOf.acceptedInHour(base, hour));
      }
    }
  }

  /** A list from its end, a block at a time; within a block oldest first, as it was accepted. */
  async function* blocksOf(key: string): AsyncGenerator<string[]> {
    for (let end = -1; ; end -= BLOCK) {
      const ids = await redis.lrange(key, end - BLOCK + 1, end);
      if (ids.length > 0) yield ids;
      if (ids.length < BLOCK) return;
    }
  }

  return { read, readMany, list };
}

/**
 * Sorts ids over the seams of their blocks, and leaves those up to the cursor out. Blocks are in the order of acceptance,
 * by Redis's clock; ids were made by the clocks of the APIs. So an older block may still hold an id that is a little newer
 * than the oldest of this one, and what is so close to the seam is held back for the next block.
 */
async function* newestFirst(blocks: AsyncIterable<string[]>, after: string | null): AsyncGenerator<string[]> {
  let held: string[] = [];
  for await (const block of blocks) {
    const seamMs = localIdTimeMs(block[0] ?? "") + DISORDER_MAX_MS;
    const sorted = [...held, ...(after === null ? block : block.filter((id) => id < after))].sort().reverse();
    const certain = sorted.findIndex((id) => localIdTimeMs(id) < seamMs);
    held = certain < 0 ? [] : sorted.splice(certain);
    if (sorted.length > 0) yield sorted;
  }
  yield held;
}

export function passes(record: MessageRecord, filter: MessageFilter): boolean {
  const isWanted = <T>(wanted: T | null | undefined, value: T) =>
    wanted === null || wanted === undefined || wanted === value;
  return (
    isWanted(filter.status, record.status) &&
    isWanted(filter.caller, record.caller) &&
    isWanted(filter.reference, record.reference) &&
    isWanted(filter.lane, record.lane) &&
    isWanted(filter.template, record.template) &&
    isWanted(filter.class, record.failure?.class) &&
    isWanted(filter.code, record.failure?.code) &&
    (!filter.places || filter.places.includes(record.place)) &&
    record.acceptedAtMs >= filter.fromMs &&
    record.acceptedAtMs < filter.toMs
  );
}
