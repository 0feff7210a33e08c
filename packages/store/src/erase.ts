// Erasure: all that is known of a person goes, on one call, on all senders of a portfolio. What waits is taken back first;
// what is on the wire cannot be: then everything else about messages goes and the call is repeated when they have ended.
// Every part is bounded, so that Redis is never held for long, and safe to repeat: the spellings by which the person is
// found go last.

import type { createConsent } from "./consent.ts";
import { portfolioBase, senderBase, unroutableBase } from "./keys.ts";
import type { RunScript } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

export interface ErasureOrder {
  readonly portfolioId: string;
  /** All senders of the portfolio. */
  readonly senderIds: readonly string[];
  /** All that names the person; `findSpellings` knows. */
  readonly spellings: readonly string[];
  /** Whether the opt-outs go on protecting the person, under digests. */
  readonly optOuts: "keep" | "forget";
}

export type Erased =
  | {
      readonly kind: "erased";
      readonly messages: number;
      /** Entries of the streams: events, inbound messages, raw bodies, items set aside, lines of the audit trail. */
      readonly entries: number;
      readonly optOutsKept: number;
      /** Senders for which a worker must be called. */
      readonly call: readonly string[];
    }
  /** Some messages are being sent, or came in meanwhile: the others are gone, and everything else is still there. */
  | { readonly kind: "busy"; readonly messages: number; readonly left: number; readonly call: readonly string[] };

/** The streams whose entries may name people; a stream that is not here keeps them. */
export const STREAMS_OF_SENDER = ["ev", "in", "raw", "aside", "audit"] as const;
const STREAMS_OF_PORTFOLIO = ["audit"] as const;
const STREAMS_OF_NOBODY = ["raw", "aside"] as const;

/** Messages per script call: each touches some ten keys. */
const MESSAGES_AT_ONCE = 50;
/** Ids that one call looks for in a stream. */
const IDS_AT_ONCE = 1_000;
/** A person who is written to all the time is never done with. */
const ROUNDS_MAX = 5;
/** The index reaches back over the life of a record, planned ahead and prolonged by its statuses, and a slack (keys.ts). */
const PLANNED_DAYS = 31;
const SLACK_DAYS = 8;

export interface ErasureDeps {
  readonly run: RunScript;
  readonly prefix: string;
  readonly settings: StoreSettings;
  readonly nowMs: () => number | null;
  readonly consent: Pick<ReturnType<typeof createConsent>, "eraseConsent">;
}

export function createErasure({ run, prefix, settings, nowMs, consent }: ErasureDeps) {
  const indexDays = settings.messageDays * 2 + PLANNED_DAYS + SLACK_DAYS;

  async function eraseContact({ portfolioId, senderIds, spellings, optOuts }: ErasureOrder): Promise<Erased> {
    const call: string[] = [];
    let messages = 0;
    let left = 0;
    const idsBySender = new Map<string, readonly string[]>();
    for (const senderId of senderIds) {
      const ids = await messagesOf(senderId, "list", spellings);
      const done = await eraseMessages(senderId, ids);
      idsBySender.set(senderId, ids);
      messages += done.erased;
      left += done.left;
      if (done.call) call.push(senderId);
    }
    if (left > 0) return { kind: "busy", messages, left, call };

    let entries = 0;
    for (const senderId of senderIds) {
      const base = senderBase(prefix, senderId);
      entries += await eraseEntries(base, STREAMS_OF_SENDER, idsBySender.get(senderId) ?? [], spellings);
    }
    entries += await eraseEntries(portfolioBase(prefix, portfolioId), STREAMS_OF_PORTFOLIO, [], spellings);
    entries += await eraseEntries(unroutableBase(prefix), STREAMS_OF_NOBODY, [], spellings);
    for (const senderId of senderIds) left += (await messagesOf(senderId, "erase", spellings)).length;
    if (left > 0) return { kind: "busy", messages, left, call };
    const { optOutsKept } = await consent.eraseConsent(portfolioId, spellings, optOuts);
    return { kind: "erased", messages, entries, optOutsKept, call };
  }

  /** Lists the messages of a person; or forgets the person at this sender, and lists those that keep it from doing so. */
  async function messagesOf(senderId: string, mode: "list" | "erase", spellings: readonly string[]): Promise<string[]> {
    const args = [nowMs() ?? "", indexDays, mode, ...spellings];
    return (await run("erase_contact", senderBase(prefix, senderId), args)) as string[];
  }

  /** Erases messages of one person; again, as long as that helps, since a link of a chain goes only after what it held up. */
  async function eraseMessages(senderId: string, ids: readonly string[]) {
    let remaining = ids;
    let erased = 0;
    let call = false;
    for (let isChainBroken = false, round = 0; remaining.length > 0 && round < ROUNDS_MAX; round++) {
      const results: string[] = [];
      for (let at = 0; at < remaining.length; at += MESSAGES_AT_ONCE) {
        const args = [nowMs() ?? "", isChainBroken ? 1 : 0, ...remaining.slice(at, at + MESSAGES_AT_ONCE)];
        const [mustCall, ...part] = (await run("erase_messages", senderBase(prefix, senderId), args)) as [
          number,
          ...string[],
        ];
        call ||= mustCall === 1;
        results.push(...part);
      }
      erased += results.filter((result) => result === "erased").length;
      const isOnWire = results.includes("on-wire");
      const stays = remaining.filter((_, at) => results[at] === "on-wire" || results[at] === "linked");
      if (isOnWire && stays.length === remaining.length) return { erased, left: stays.length, call };
      isChainBroken = !isOnWire && stays.length === remaining.length;
      remaining = stays;
    }
    return { erased, left: remaining.length, call };
  }

  /** Returns how many entries were removed. */
  async function eraseEntries(
    base: string,
    streams: readonly string[],
    ids: readonly string[],
    spellings: readonly string[],
  ): Promise<number> {
    const names = spellings.map((spelling) => spelling.replace(/^\+/, ""));
    let removed = 0;
    for (const stream of streams) {
      for (let at = 0; at === 0 || at < ids.length; at += IDS_AT_ONCE) {
        const some = ids.slice(at, at + IDS_AT_ONCE);
        for (let after = "-"; after !== ""; ) {
          const args = [stream, after, some.length, ...some, ...names];
          const [next, count] = (await run("erase_entries", base, args)) as [string, number];
          removed += count;
          after = next;
        }
      }
    }
    return removed;
  }

  return { eraseContact };
}
