// What webhooks bring, applied per sender in one script call: statuses, inbound messages, odd items and the raw body.

import { type Clock, rankOf, type Status } from "@tern/core";
import { coalesce, gapOf } from "./coalesce.ts";
import { shortFailure } from "./constants.ts";
import { senderBase, unroutableBase } from "./keys.ts";
import type { PacedSender } from "./moves.ts";
import { type FailureRecord, type Pricing, packPricing, packWamid } from "./record.ts";
import type { RunScript } from "./scripts.ts";

export interface StatusReport {
  readonly wamid: string;
  readonly status: Status;
  readonly atMs: number;
  /** From the callback data: which message of ours, and which of its sends; null when the provider gave none. */
  readonly message: { readonly localId: string; readonly wireNumber: number } | null;
  readonly pricing: Pricing | null;
  readonly failure: FailureRecord | null;
}

export interface InboundMessage {
  readonly wamid: string;
  readonly atMs: number;
  readonly json: string;
  /** "+<digits>" or BSUID of the user whose customer service window this opens; null when it opens none. */
  readonly opensWindowOf: string | null;
  /** An ad led to it: an answer within a day opens the free entry point window. */
  readonly isFromAd?: boolean;
}

/** What opens a window besides messages: a call of the user's, or one that it took. */
export interface WindowOpening {
  /** "+<digits>" or BSUID. */
  readonly user: string;
  readonly atMs: number;
}

/** What the provider told and is about no message of ours: for the feed. */
export interface ProviderEvent {
  /** As docs/events.md calls it: `template-status`, `call`, … */
  readonly type: string;
  /** By the provider's clock; null: it did not tell, and a repetition counts as another event. */
  readonly atMs: number | null;
  readonly json: string;
}

export interface SetAside {
  readonly reason: string;
  readonly json: string;
}

export interface WebhookBatch {
  readonly statuses: readonly StatusReport[];
  readonly inbound: readonly InboundMessage[];
  readonly calls?: readonly WindowOpening[];
  /** Pairs of spellings ("+<digits>", BSUIDs) that are one person's; of two numbers, the second is the newer one. */
  readonly spellings?: readonly (readonly [string, string])[];
  readonly events?: readonly ProviderEvent[];
  readonly aside: readonly SetAside[];
  /** The provider said in passing that the number sends too fast. */
  readonly isThrottled?: boolean;
  /** The body as it came, to be replayed if we misread it; null to keep none. */
  readonly raw: string | Buffer | null;
}

/**
 * applied: it told something new · same: known already · parked: nobody knows the wamid yet · gone: no such record ·
 * damaged: the record cannot be read, and was set aside.
 */
export type Applied = "applied" | "same" | "parked" | "gone" | "damaged";

export interface BatchResult {
  readonly statuses: readonly Applied[];
  readonly newInbound: number;
  /** A turn passed because a doubt was settled: a worker must be called (or comes by itself a moment later). */
  readonly call: boolean;
  /** People the portfolio must hear of: `spellings` that were news, and older ones that nobody has told it. */
  readonly learned: readonly LearnedPerson[];
}

/** Two spellings turned out to be one person's. */
export interface LearnedPerson {
  /** What `confirmLearned` takes. */
  readonly pair: string;
  /** All that this sender knows to name the person. */
  readonly names: readonly string[];
}

type Args = (string | number | Buffer)[];

/**
 * Requests with few items share a script call when they come together; one with many has Redis to itself long enough.
 * Eight keep both this process and Redis at work: fewer cost more calls, and with more, each waits for the other.
 */
const TOGETHER_MOST = 8;
const FEW_ITEMS = 50;
/** At some thousand requests a second, those of so long make a handful. */
const GAP_MS = 2;
/** How often a busy process does a sender's chores with its webhooks: it makes room, and hands out again what is untold. */
const CHORES_EVERY_MS = 50;

interface Target {
  /** "" for what belongs to nobody we know. */
  readonly senderId: string;
  readonly base: string;
  /** Messages per second, 0 for none. */
  readonly pace: number;
}

export interface ApplyParts {
  readonly run: RunScript;
  readonly prefix: string;
  /** The clock of a test; null: the machine's. */
  readonly nowMs: () => number | null;
  readonly tell: (senderId: string, changes: string) => void;
  /** What spaces calls and chores; without one, the chores are done with every call. */
  readonly clock: Pick<Clock, "monotonicMs" | "after"> | null;
}

export function createApply({ run, prefix, nowMs, tell, clock }: ApplyParts) {
  const areChoresDue = clock ? everySoOften(CHORES_EVERY_MS, clock) : () => true;
  /** By sender; told to Redis with the next call. Those of a process that dies are told to the portfolio again. */
  const confirmed = new Map<string, string[]>();

  async function applyAll({ senderId, base, pace }: Target, batches: readonly WebhookBatch[]): Promise<BatchResult[]> {
    const heardOf = confirmed.get(senderId)?.join(",") ?? "";
    confirmed.delete(senderId);
    const isThrottled = batches.some((batch) => batch.isThrottled);
    const args: Args = [nowMs() ?? "", pace, isThrottled ? 1 : "", heardOf, areChoresDue(base) ? 1 : ""];
    for (const batch of batches) pushBatch(args, batch);
    const [call, news, changes, ...replies] = (await run("apply", base, args)) as [
      number,
      string,
      string,
      ...[Applied[], number][],
    ];
    tell(senderId, changes);
    const learned = learnedBy(batches, news);
    return replies.map(([statuses, newInbound], at) => ({
      statuses,
      newInbound,
      call: call === 1,
      learned: learned[at] ?? [],
    }));
  }

  const applyTogether = coalesce<Target, WebhookBatch, BatchResult>(TOGETHER_MOST, applyAll, gapOf(clock, GAP_MS));

  async function applyAt(target: Target, batch: WebhookBatch): Promise<BatchResult> {
    const { statuses, inbound, calls = [], spellings = [], events = [], aside } = batch;
    const lists = [statuses, inbound, calls, spellings, events, aside];
    const items = lists.reduce((sum, { length }) => sum + length, 0);
    if (items <= FEW_ITEMS) return applyTogether(target.base, target, batch);
    return (await applyAll(target, [batch]))[0] as BatchResult;
  }

  return {
    /** Applies a batch of one sender; safe to repeat. Batches of one moment share a round trip. */
    apply: ({ id, pace }: PacedSender, batch: WebhookBatch) =>
      applyAt({ senderId: id, base: senderBase(prefix, id), pace: pace === "unlimited" ? 0 : pace }, batch),
    /** The portfolio has heard of these; until then they are among what is `learned` again, after some seconds. */
    confirmLearned(senderId: string, people: readonly LearnedPerson[]): void {
      if (people.length === 0) return;
      confirmed.set(senderId, [...(confirmed.get(senderId) ?? []), ...people.map(({ pair }) => pair)]);
    },
    /** Keeps what belongs to no sender we know. */
    setAside: (items: readonly SetAside[], raw: string | Buffer | null) =>
      applyAt(
        { senderId: "", base: unroutableBase(prefix), pace: 0 },
        { statuses: [], inbound: [], aside: items, raw },
      ),
  };
}

/** What each of the requests has to tell the portfolio: its own news, and the first of them what others have left. */
function learnedBy(batches: readonly WebhookBatch[], news: string): LearnedPerson[][] {
  const learned: LearnedPerson[][] = batches.map(() => []);
  if (news === "") return learned;
  const told = batches.map(({ spellings = [] }) => new Set(spellings.map((pair) => pair.join(" "))));
  for (const text of news.split(",")) {
    const [pair = "", names = ""] = text.split("|");
    const by = Math.max(
      0,
      told.findIndex((pairs) => pairs.has(pair)),
    );
    learned[by]?.push({ pair, names: [...new Set(names.split(" "))] });
  }
  return learned;
}

/**
 * One request as apply.lua takes it, in few arguments: each costs ioredis and Redis more than its bytes. A Buffer goes to Redis
 * as it is.
 */
function pushBatch(args: Args, batch: WebhookBatch): void {
  const { raw, statuses, inbound, calls = [], spellings = [], events = [], aside } = batch;
  const lists = [statuses, inbound, calls, spellings, events, aside];
  args.push(raw ?? "", lists.map(({ length }) => length).join(" "));
  for (const { message, wamid, status, atMs, pricing, failure } of statuses) {
    const wire = message?.wireNumber ?? "";
    const hasFailed = failure ? 1 : 0;
    args.push(`${message?.localId ?? ""} ${wire} ${rankOf(status, "provider")} ${atMs} ${status} ${hasFailed}`);
    args.push(packWamid(wamid), packPricing(pricing));
    if (failure) args.push(shortFailure(failure), JSON.stringify(failure));
  }
  for (const { wamid, atMs, json, opensWindowOf, isFromAd } of inbound) {
    args.push(packWamid(wamid), atMs, json, opensWindowOf ?? "", isFromAd ? 1 : "");
  }
  for (const call of calls) args.push(call.user, call.atMs);
  for (const [one, other] of spellings) args.push(one, other);
  for (const event of events) args.push(event.type, event.atMs ?? "", event.json);
  for (const item of aside) args.push(item.reason, item.json);
}

/** Returns whether it is time again, for each key by itself: so long after it last was. */
function everySoOften(everyMs: number, clock: Pick<Clock, "monotonicMs">): (key: string) => boolean {
  const lastMs = new Map<string, number>();
  return (key) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - (lastMs.get(key) ?? Number.NEGATIVE_INFINITY) < everyMs) return false;
    lastMs.set(key, nowMs);
    return true;
  };
}
