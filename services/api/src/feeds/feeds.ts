// Reading the feeds of several senders as one: in the order in which entries were written, each at least once, page by
// page, and waiting for the next when there is none.

import type { Clock } from "@tern/core";
import {
  comparePositions,
  type Feed,
  type FeedEntry,
  type FeedPart,
  type FeedStart,
  type FeedWatch,
  feedKey,
  type Store,
} from "@tern/store";
import { ApiProblem } from "../problems.ts";
import type { Positions } from "./feed-cursor.ts";

export interface FeedsDeps {
  readonly store: Pick<Store, "readFeed" | "prefix">;
  readonly feedWatch: FeedWatch;
  readonly clock: Pick<Clock, "after" | "monotonicMs">;
  /** Once aborted, nobody waits any more. */
  readonly stopping?: AbortSignal;
}

export interface FeedRequest {
  readonly feed: Feed;
  readonly senders: readonly string[];
  /** From the page before; null: from `fromMs`. A sender that is not in it begins with its oldest entry. */
  readonly positions: Positions | null;
  /** Epoch ms; null: from the oldest entry that is kept. */
  readonly fromMs: number | null;
  readonly limit: number;
  readonly matches: (entry: FeedEntry) => boolean;
  readonly waitMs: number;
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal;
}

export interface FeedPage {
  readonly entries: readonly SenderEntry[];
  readonly positions: Positions;
  /** There is more already: nothing is to be waited for. */
  readonly hasMore: boolean;
}

export interface SenderEntry {
  readonly sender: string;
  readonly entry: FeedEntry;
}

export interface Feeds {
  /** throws   ApiProblem: 410 when entries after a position are gone, 503 when too many wait */
  readPage(request: FeedRequest): Promise<FeedPage>;
}

/** The most entries one request looks at, whatever it filters: then it answers with where it stands. */
const SCANNED_MAX = 5_000;
/** How many entries of a sender are read at once. */
const CHUNK_MIN = 100;
/** Each holds a connection of a caller. */
const WAITING_MAX = 1_000;
const RETRY_AFTER_SECONDS = 5;

export function createFeeds({ store, feedWatch, clock, stopping }: FeedsDeps): Feeds {
  /** Reads on from the positions once. */
  async function readOnce({ feed, senders, limit, matches }: FeedRequest, starts: ReadonlyMap<string, FeedStart>) {
    const count = Math.max(limit, CHUNK_MIN);
    const parts = await Promise.all(
      senders.map(async (sender): Promise<[string, FeedPart]> => {
        const part = await store.readFeed(sender, feed, starts.get(sender) ?? "oldest", count);
        if (part === "gone") throw cursorExpired(sender);
        return [sender, part];
      }),
    );
    const all = parts
      .flatMap(([sender, { entries }]) => entries.map((entry) => ({ sender, entry })))
      .sort((one, other) => comparePositions(one.entry.position, other.entry.position));
    // Behind the last entry of a part that has more, another sender's entries would come too early.
    const bound = parts
      .flatMap(([, part]) => (part.hasMore ? [(part.entries.at(-1) as FeedEntry).position] : []))
      .sort(comparePositions)[0];

    const taken: SenderEntry[] = [];
    const positions = new Map(parts.map(([sender, part]) => [sender, part.before]));
    let scanned = 0;
    for (const one of all) {
      if (taken.length === limit || (bound !== undefined && comparePositions(one.entry.position, bound) > 0)) break;
      scanned += 1;
      positions.set(one.sender, one.entry.position);
      if (matches(one.entry)) taken.push(one);
    }
    const isAll = scanned === all.length;
    for (const [sender, part] of parts) {
      const last = part.entries.at(-1)?.position;
      if (last === undefined || positions.get(sender) === last) positions.set(sender, part.after);
    }
    return { taken, positions, scanned, hasMore: !isAll || bound !== undefined };
  }

  /** Reads until the page is full, the feeds are at their end, or enough was looked at. */
  async function readOn(request: FeedRequest, starts: ReadonlyMap<string, FeedStart>): Promise<FeedPage> {
    const entries: SenderEntry[] = [];
    let from = starts;
    for (let scanned = 0; ; ) {
      const read = await readOnce({ ...request, limit: request.limit - entries.length }, from);
      entries.push(...read.taken);
      scanned += read.scanned;
      if (!read.hasMore || entries.length === request.limit || scanned >= SCANNED_MAX) {
        return { entries, positions: read.positions, hasMore: read.hasMore };
      }
      from = startsAfter(read.positions);
    }
  }

  async function waitForMore(request: FeedRequest, first: FeedPage): Promise<FeedPage> {
    if (feedWatch.waiting >= WAITING_MAX) throw tooManyWaiting();
    const patience = new AbortController();
    const timer = clock.after(request.waitMs, () => patience.abort());
    const signals = [patience.signal, request.gone, ...(stopping ? [stopping] : [])];
    const signal = AbortSignal.any(signals);
    try {
      let page = first;
      while (!signal.aborted && page.entries.length === 0 && !page.hasMore) {
        const places = new Map<string, string>();
        for (const [sender, position] of page.positions) {
          places.set(feedKey(store.prefix, sender, request.feed), position);
        }
        await feedWatch.wait(places, signal);
        if (request.gone.aborted) break;
        page = await readOn(request, startsAfter(page.positions));
      }
      return page;
    } finally {
      timer.cancel();
    }
  }

  return {
    async readPage(request) {
      const page = await readOn(request, startsOf(request));
      if (page.entries.length > 0 || page.hasMore || request.waitMs === 0) return page;
      return waitForMore(request, page);
    },
  };
}

function startsOf({ senders, positions, fromMs }: FeedRequest): ReadonlyMap<string, FeedStart> {
  if (positions !== null) return startsAfter(positions);
  return new Map(senders.map((sender) => [sender, fromMs === null ? "oldest" : { fromMs }]));
}

function startsAfter(positions: Positions): ReadonlyMap<string, FeedStart> {
  return new Map([...positions].map(([sender, after]) => [sender, { after }]));
}

function cursorExpired(sender: string): ApiProblem {
  return new ApiProblem("cursor-expired", {
    detail: `Entries of the sender ${sender} after this cursor are gone: newer ones have pushed them out. Go on without a cursor, which begins with the oldest that is kept, or with from.`,
    members: { sender },
  });
}

function tooManyWaiting(): ApiProblem {
  return new ApiProblem("unavailable", {
    detail: `Too many readers wait at this process already: ask again in ${RETRY_AFTER_SECONDS} s, or without waitSeconds.`,
    headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
  });
}
