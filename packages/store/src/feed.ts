// The feeds of a sender, read by position: what the provider reported (`ev`) and what people wrote (`in`).
//
// A position is a stream id, and a reader goes on after it. Ids follow Redis's clock, so who has read to the end may move
// on to a moment ago, although nothing came: then a stream that loses its old entries by age is not taken for one that
// was read too late.

import { DAY_MS, keyOf, senderBase } from "./keys.ts";
import { unpackWamid } from "./record.ts";
import type { RunScript } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

export const FEEDS = ["events", "inbound"] as const;
export type Feed = (typeof FEEDS)[number];

export interface FeedEntry {
  /** Where the entry is; goes up along the feed. */
  readonly position: string;
  /** By Redis's clock, when it was written. */
  readonly writtenAtMs: number;
  readonly fields: Readonly<Record<string, string>>;
}

export interface FeedPart {
  /** In the order in which they were written. */
  readonly entries: readonly FeedEntry[];
  /** Where who has taken no entry goes on; who has taken some goes on after the last one. */
  readonly before: string;
  /** Where to go on after all of them. */
  readonly after: string;
  /** There may be more behind them. */
  readonly hasMore: boolean;
}

/** `gone`: entries after this position were thrown away before anybody asked for them. */
export type FeedRead = FeedPart | "gone";

/** Where to begin: after a position of an earlier read, at a moment, or with the oldest entry that is kept. */
export type FeedStart = { readonly after: string } | { readonly fromMs: number } | "oldest";

export const FEED_POSITION = /^\d{1,16}-\d{1,20}$/;

/** So far may the clocks of a Redis and of the replica that takes its place be apart without a reader missing anything. */
const CLOCK_SKEW_MS = 60_000;
/** XADD trims by whole nodes, and the erasure of a person takes single entries out: so full is as good as at the cap. */
const FULL_SHARE = 0.9;
const BEFORE_ALL = "0-0";

type RawEntry = [position: string, flat: string[]];

export function createFeedReads(run: RunScript, prefix: string, settings: StoreSettings) {
  /**
   * Reads a part of a feed.
   *
   * count    the most entries
   */
  async function readFeed(sender: string, feed: Feed, start: FeedStart, count: number): Promise<FeedRead> {
    const { stream, most } = shapeOf(feed, settings);
    const from = positionOf(start);
    const [nowMs, length, oldest, raw] = (await run("read_feed", senderBase(prefix, sender), [
      stream,
      from,
      count,
    ])) as [number, number, string, RawEntry[]];

    const isBeforeAll = oldest === "" || comparePositions(from, predecessor(oldest)) < 0;
    if (typeof start === "object" && "after" in start && isBeforeAll) {
      const isOld = timeOf(from) < nowMs - settings.inboundDays * DAY_MS;
      if (isOld || length >= most * FULL_SHARE) return "gone";
    }
    const entries = raw.map(entryOf);
    const hasMore = entries.length === count;
    const last = entries.at(-1)?.position ?? from;
    const aMomentAgo = `${nowMs - CLOCK_SKEW_MS}-0`;
    return {
      entries,
      hasMore,
      before: entries[0] ? laterOf(from, predecessor(entries[0].position)) : from,
      after: hasMore ? last : laterOf(last, aMomentAgo),
    };
  }

  return { readFeed };
}

/** The key of a feed, for whoever waits for its next entry. */
export function feedKey(prefix: string, sender: string, feed: Feed): string {
  const base = senderBase(prefix, sender);
  return feed === "events" ? keyOf.events(base) : keyOf.inbound(base);
}

function shapeOf(feed: Feed, settings: StoreSettings) {
  return feed === "events" ? { stream: "ev", most: settings.eventsMax } : { stream: "in", most: settings.inboundMax };
}

function positionOf(start: FeedStart): string {
  if (start === "oldest") return BEFORE_ALL;
  if ("after" in start) return start.after;
  return start.fromMs <= 0 ? BEFORE_ALL : predecessor(`${start.fromMs}-0`);
}

function entryOf([position, flat]: RawEntry): FeedEntry {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) fields[flat[at] as string] = flat[at + 1] as string;
  if (fields.wamid !== undefined) fields.wamid = unpackWamid(fields.wamid);
  return { position, writtenAtMs: timeOf(position), fields };
}

function timeOf(position: string): number {
  return Number(position.split("-")[0]);
}

/** Negative when `one` comes before `other`. */
export function comparePositions(one: string, other: string): number {
  const [oneMs = "", oneAt = "0"] = one.split("-");
  const [otherMs = "", otherAt = "0"] = other.split("-");
  return Number(oneMs) - Number(otherMs) || (BigInt(oneAt) < BigInt(otherAt) ? -1 : Number(oneAt !== otherAt));
}

function laterOf(one: string, other: string): string {
  return comparePositions(one, other) < 0 ? other : one;
}

/** Redis's largest number of an entry within a millisecond. */
const LAST_OF_MS = "18446744073709551615";

/** The position right before this one. */
function predecessor(position: string): string {
  const [ms = "0", at = "0"] = position.split("-");
  if (at !== "0") return `${ms}-${BigInt(at) - 1n}`;
  return ms === "0" ? BEFORE_ALL : `${Number(ms) - 1}-${LAST_OF_MS}`;
}
