// What webhooks bring, applied per sender in one script call: statuses, inbound messages, odd items and the raw body.

import { type DueJob, rankOf, type Status } from "@tern/core";
import { coalesce } from "./coalesce.ts";
import { shortFailure } from "./constants.ts";
import { senderBase, unroutableBase } from "./keys.ts";
import { readJobs } from "./moves.ts";
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
}

export interface SetAside {
  readonly reason: string;
  readonly json: string;
}

export interface WebhookBatch {
  readonly statuses: readonly StatusReport[];
  readonly inbound: readonly InboundMessage[];
  readonly aside: readonly SetAside[];
  /** The body as it came, to be replayed if we misread it; null to keep none. */
  readonly raw: string | Buffer | null;
}

/** applied: it told something new · same: known already · parked: nobody knows the wamid yet · gone: no such record. */
export type Applied = "applied" | "same" | "parked" | "gone";

export interface BatchResult {
  readonly statuses: readonly Applied[];
  readonly newInbound: number;
  /** Turns that passed because a doubt was settled; they must be handed to BullMQ (or the sweep does it). */
  readonly jobs: readonly DueJob[];
}

type Args = (string | number | Buffer)[];

/** Requests with few items share a script call when they come together; one with many has Redis to itself long enough. */
const TOGETHER_MOST = 16;
const FEW_ITEMS = 50;

export function createApply(run: RunScript, prefix: string, nowMs: () => number | null) {
  async function applyAll(base: string, batches: readonly WebhookBatch[]): Promise<BatchResult[]> {
    const args: Args = [nowMs() ?? ""];
    for (const batch of batches) pushBatch(args, batch);
    const replies = (await run("apply", base, args)) as [Applied[], number, (string | number)[]][];
    return replies.map(([statuses, newInbound, jobs]) => ({ statuses, newInbound, jobs: readJobs(jobs) }));
  }

  const applyTogether = coalesce<string, WebhookBatch, BatchResult>(TOGETHER_MOST, applyAll);

  async function applyAt(base: string, batch: WebhookBatch): Promise<BatchResult> {
    const items = batch.statuses.length + batch.inbound.length + batch.aside.length;
    if (items <= FEW_ITEMS) return applyTogether(base, base, batch);
    return (await applyAll(base, [batch]))[0] as BatchResult;
  }

  return {
    /** Applies a batch of one sender; safe to repeat. Batches of one moment share a round trip. */
    apply: (senderId: string, batch: WebhookBatch) => applyAt(senderBase(prefix, senderId), batch),
    /** Keeps what belongs to no sender we know. */
    setAside: (items: readonly SetAside[], raw: string | Buffer | null) =>
      applyAt(unroutableBase(prefix), { statuses: [], inbound: [], aside: items, raw }),
  };
}

/** One request as apply.lua takes it. A Buffer goes to Redis as it is. */
function pushBatch(args: Args, batch: WebhookBatch): void {
  args.push(batch.raw ?? "", batch.statuses.length);
  for (const report of batch.statuses) {
    args.push(
      report.message?.localId ?? "",
      report.message?.wireNumber ?? "",
      packWamid(report.wamid),
      rankOf(report.status, "provider"),
      report.atMs,
      report.status,
      packPricing(report.pricing),
      report.failure ? shortFailure(report.failure) : "",
      report.failure ? JSON.stringify(report.failure) : "",
    );
  }
  args.push(batch.inbound.length);
  for (const message of batch.inbound) args.push(packWamid(message.wamid), message.atMs, message.json);
  args.push(batch.aside.length);
  for (const item of batch.aside) args.push(item.reason, item.json);
}
