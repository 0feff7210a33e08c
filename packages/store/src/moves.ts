// The moves of a message between its places, each one script and one round trip. The scripts compare and move the
// numbers given here; which numbers is decided here and in packages/core.

import {
  type DoubtPolicy,
  type DueJob,
  type Failure,
  type Lane,
  laneNumber,
  type OutcomeClass,
  type SendingPolicy,
  STATUSES,
  TAKEN_RANK,
  type Verdict,
  waitReasonNumber,
} from "@tern/core";
import { DAY_MS, HOUR_MS, indexTtlMs, senderBase } from "./keys.ts";
import { type FailureRecord, packSend, packWamid } from "./record.ts";
import type { Reply, RunScript } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

/** A sender as the moves need it: who, and how fast. */
export interface PacedSender {
  readonly id: string;
  /** Messages per second, or no pacing at all (benchmarks, a provider that paces itself). */
  readonly pace: number | "unlimited";
}

export interface NewMessage {
  readonly to: string;
  readonly lane: Lane;
  readonly caller: string;
  readonly type: string;
  readonly template: string | null;
  /** The content as JSON, without recipient. */
  readonly content: string;
  readonly sendAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly reference: string | null;
  /** JSON. */
  readonly metadata: string | null;
  /** A digest of caller's key, scoped to the caller and the sender; null when there is none. */
  readonly idempotency: { readonly keyDigest: string; readonly bodyDigest: string } | null;
  readonly doubtPolicy: DoubtPolicy;
}

export type Accepted =
  | { readonly kind: "accepted"; readonly localId: string; readonly job: DueJob | null }
  | { readonly kind: "replay"; readonly localId: string }
  | { readonly kind: "conflict"; readonly localId: string };

export interface Promoted {
  readonly jobs: readonly DueJob[];
  readonly backlogRemains: boolean;
  /** When the next message in `later` is due, epoch ms by Redis's clock. */
  readonly nextLaterMs: number | null;
}

export type Begun =
  | {
      readonly kind: "send";
      readonly localId: string;
      readonly nowUs: number;
      readonly slotUs: number;
      readonly wireNumber: number;
      readonly attempts: number;
      readonly to: string;
      readonly lane: Lane;
      readonly content: string;
      readonly expiresAtMs: number | null;
      readonly doubtPolicy: DoubtPolicy;
      readonly throttles: number;
      readonly acceptedAtMs: number;
      readonly caller: string;
    }
  | { readonly kind: "stale" | "waits" }
  | { readonly kind: "expired"; readonly next: DueJob | null };

export interface Finish {
  readonly localId: string;
  readonly wireNumber: number;
  readonly verdict: Verdict;
  readonly outcome: OutcomeClass | "withheld";
  readonly failure: Failure | null;
  readonly begunAtMs: number;
  readonly tookMs: number;
}

export interface Finished {
  /** False when the message had moved on before this answer came; what it taught is kept. */
  readonly inTime: boolean;
  readonly next: DueJob | null;
}

export type Canceled = "canceled" | "already" | "on-wire" | "too-late" | "unknown";

const LANE_ORDER = ["urgent", "normal", "bulk"] as const satisfies readonly Lane[];
/** A slot may lie this much beyond the horizon before a begun message is put back: several workers begin at once. */
const SLOT_SLACK = 2;
const REAP_MOST = 200;
const LATER_MOST = 200;

export function createMoves(
  run: RunScript,
  prefix: string,
  settings: StoreSettings,
  newLocalId: () => string,
  nowMs: () => number | null,
) {
  const recordTtlMs = settings.messageDays * DAY_MS;
  const bodyTtlMs = settings.bodyDays * DAY_MS;
  const horizons = LANE_ORDER.map((lane) => settings.horizonMs[lane]);
  const farthest = horizons.map((ms) => ms * SLOT_SLACK);
  const base = (senderId: string) => senderBase(prefix, senderId);
  const now = () => nowMs() ?? "";

  const paceArgs = (sender: PacedSender) => [
    now(),
    sender.pace === "unlimited" ? 0 : 1e6 / (sender.pace * settings.paceMargin),
    settings.bulkShare,
    settings.slowRecoveryPerSecond,
  ];

  /**
   * Takes messages in. Cheapest in batches; a few hundred at a time keep Redis responsive.
   *
   * returns   one result per message, in order; those with a job must be handed to BullMQ (if that fails, the sweep
   *           does it within `sweepMs`)
   */
  async function accept(sender: PacedSender, messages: readonly NewMessage[]): Promise<Accepted[]> {
    const args: (string | number)[] = [
      ...paceArgs(sender),
      ...horizons,
      settings.dueMax,
      settings.sweepMs,
      indexTtlMs(settings.messageDays),
      settings.idempotencyHours * HOUR_MS,
      14,
    ];
    for (const message of messages) {
      args.push(
        newLocalId(),
        message.to,
        laneNumber(message.lane),
        message.caller,
        message.type,
        message.content,
        message.sendAtMs ?? "",
        message.expiresAtMs ?? "",
        message.reference ?? "",
        message.metadata ?? "",
        message.idempotency?.keyDigest ?? "",
        message.idempotency?.bodyDigest ?? "",
        message.doubtPolicy === "resend" ? 1 : 0,
        message.template ?? "",
      );
    }
    const replies = (await run("accept", base(sender.id), args)) as [string, string, number][];
    return replies.map(([code, localId, promotion], at) => {
      if (code === "replay" || code === "conflict") return { kind: code, localId };
      const lane = laneNumber((messages[at] as NewMessage).lane);
      return { kind: "accepted", localId, job: code === "due" ? { localId, promotion, lane } : null };
    });
  }

  /** Tops `due` up; the jobs it returns must be handed to BullMQ. Safe to run anywhere, at any time. */
  async function promote(sender: PacedSender): Promise<Promoted> {
    const reply = (await run("promote", base(sender.id), [
      ...paceArgs(sender),
      ...horizons,
      settings.dueMax,
      settings.sweepMs,
      recordTtlMs,
      bodyTtlMs,
      settings.eventsMax,
      LATER_MOST,
      STATUSES.failed.rank,
      "failed",
      shortFailure(UNSETTLED),
      JSON.stringify(UNSETTLED),
      STATUSES.expired.rank,
      "expired",
    ])) as [(string | number)[], number, number];
    return { jobs: readJobs(reply[0]), backlogRemains: reply[1] === 1, nextLaterMs: reply[2] < 0 ? null : reply[2] };
  }

  /** Takes one due message to the wire: its slot, its lease, its content. */
  async function begin(sender: PacedSender, localId: string, promotion: number): Promise<Begun> {
    const reply = (await run("begin", base(sender.id), [
      ...paceArgs(sender),
      localId,
      promotion,
      settings.leaseMs,
      ...farthest,
      settings.sweepMs,
      recordTtlMs,
      bodyTtlMs,
      settings.eventsMax,
      STATUSES.sending.rank,
      STATUSES.expired.rank,
      "expired",
      waitReasonNumber("pace"),
      waitReasonNumber("sender-held"),
    ])) as Reply[];
    const kind = reply[0] as Begun["kind"];
    if (kind === "expired") return { kind, next: readJob(reply[1] ?? null) };
    if (kind !== "send") return { kind };
    return {
      kind,
      localId,
      nowUs: Number(reply[1]),
      slotUs: Number(reply[2]),
      wireNumber: Number(reply[3]),
      attempts: Number(reply[4]),
      to: String(reply[5]),
      lane: LANE_ORDER[Number(reply[6])] as Lane,
      content: String(reply[7]),
      expiresAtMs: reply[8] === "" ? null : Number(reply[8]),
      doubtPolicy: reply[9] === "0" ? "fail" : "resend",
      throttles: Number(reply[10]),
      acceptedAtMs: Number(reply[11]),
      caller: String(reply[12]),
    };
  }

  /** Another slot for a message whose slot was missed; null when its lease has run out. */
  async function reslot(sender: PacedSender, localId: string, wireNumber: number, lane: Lane) {
    const reply = (await run("reslot", base(sender.id), [
      ...paceArgs(sender),
      localId,
      wireNumber,
      settings.leaseMs,
      laneNumber(lane),
    ])) as [number, number] | null;
    return reply && { nowUs: reply[0], slotUs: reply[1] };
  }

  /** Carries out the verdict about one send. */
  async function finish(senderId: string, done: Finish): Promise<Finished> {
    const { verdict } = done;
    const failure = done.failure && { class: done.outcome, ...done.failure };
    const usedAttempt = verdict.kind !== "snooze";
    const reply = (await run("finish", base(senderId), [
      now(),
      done.localId,
      done.wireNumber,
      verdict.kind === "submit" ? "submit" : verdict.kind === "fail" ? "fail" : "later",
      STATUSES[statusAfter(verdict)].rank,
      statusAfter(verdict),
      packSend({
        atMs: done.begunAtMs,
        tookMs: done.tookMs,
        outcome: done.outcome,
        code: done.failure?.code ?? null,
        httpStatus: done.failure?.httpStatus ?? null,
      }),
      verdict.kind === "submit" ? packWamid(verdict.wamid) : "",
      failure ? shortFailure(failure) : "",
      failure ? JSON.stringify(failure) : "",
      "afterMs" in verdict ? Math.ceil(verdict.afterMs) : 0,
      waitReasonNumber(
        verdict.kind === "snooze"
          ? verdict.reason
          : verdict.kind === "doubt"
            ? "doubt"
            : verdict.kind === "retry"
              ? "retry"
              : "none",
      ),
      verdict.kind === "doubt" ? (verdict.unsettled === "resend" ? 1 : 0) : "",
      usedAttempt ? 1 : 0,
      verdict.kind === "snooze" ? Math.ceil(verdict.holdSenderMs) : 0,
      verdict.kind === "snooze" && verdict.slow ? settings.slowFactor : "",
      settings.slowFloor,
      settings.slowRecoveryPerSecond,
      recordTtlMs,
      bodyTtlMs,
      settings.sweepMs,
      settings.eventsMax,
      TAKEN_RANK,
      indexTtlMs(settings.messageDays),
      STATUSES.delivered.rank,
    ])) as Reply[];
    return { inTime: reply[0] === "done", next: readJob(reply[1] ?? null) };
  }

  /** Declares the sends unconfirmed whose worker has shown no life for a whole lease. */
  async function reap(senderId: string, policy: SendingPolicy): Promise<{ reaped: number; jobs: DueJob[] }> {
    const reply = (await run("reap", base(senderId), [
      now(),
      REAP_MOST,
      ...LANE_ORDER.map((lane) => policy.reconcileMs[lane]),
      policy.attemptsMax,
      STATUSES.unconfirmed.rank,
      "unconfirmed",
      waitReasonNumber("doubt"),
      TAKEN_RANK,
      recordTtlMs,
      bodyTtlMs,
      settings.sweepMs,
      settings.eventsMax,
      shortFailure(LOST),
      JSON.stringify(LOST),
    ])) as [number, (string | number)[]];
    return { reaped: reply[0], jobs: readJobs(reply[1]) };
  }

  /** Prolongs the leases of sends still on the wire; returns those whose lease is gone. */
  async function renew(senderId: string, sends: readonly { localId: string; wireNumber: number }[]): Promise<string[]> {
    const members = sends.map((send) => `${send.localId}.${send.wireNumber}`);
    return (await run("renew", base(senderId), [now(), settings.leaseMs, ...members])) as string[];
  }

  /** Takes a message back. `caller` null: whoever accepted it. */
  async function cancel(
    senderId: string,
    localId: string,
    caller: string | null,
  ): Promise<{ result: Canceled; next: DueJob | null }> {
    const reply = (await run("cancel", base(senderId), [
      now(),
      localId,
      caller ?? "",
      STATUSES.canceled.rank,
      "canceled",
      recordTtlMs,
      bodyTtlMs,
      settings.sweepMs,
      settings.eventsMax,
    ])) as Reply[];
    return { result: reply[0] as Canceled, next: readJob(reply[1] ?? null) };
  }

  return { accept, promote, begin, reslot, finish, reap, renew, cancel };
}

export type Moves = ReturnType<typeof createMoves>;

/** What stands in a record whose send was never answered because its worker died or froze. */
const LOST: FailureRecord = {
  class: "unknown",
  code: null,
  httpStatus: null,
  reason: "the worker that was sending it stopped before the answer came",
  hint: "A status webhook settles it; otherwise its doubt policy is carried out.",
};

/** What stands in a record whose doubt nothing settled and whose policy is to give up. */
const UNSETTLED: FailureRecord = {
  class: "unknown",
  code: null,
  httpStatus: null,
  reason: "it may have been sent: no answer came, and no webhook settled it in time",
  hint: "Ask the recipient or wait: a late webhook still corrects this status. Sending it again may send it twice.",
};

/** The failure in one short field of the record: class, code, HTTP status. */
export function shortFailure(failure: FailureRecord): string {
  return [failure.class, failure.code, failure.httpStatus].map((part) => part ?? "").join(":");
}

function statusAfter(verdict: Verdict): "submitted" | "failed" | "unconfirmed" | "queued" {
  switch (verdict.kind) {
    case "submit":
      return "submitted";
    case "fail":
      return "failed";
    case "doubt":
      return "unconfirmed";
    default:
      return "queued";
  }
}

export function readJobs(flat: readonly (string | number)[]): DueJob[] {
  const jobs: DueJob[] = [];
  for (let at = 0; at < flat.length; at += 3) {
    jobs.push({ localId: String(flat[at]), promotion: Number(flat[at + 1]), lane: Number(flat[at + 2]) });
  }
  return jobs;
}

function readJob(reply: Reply): DueJob | null {
  return Array.isArray(reply) ? (readJobs(reply as (string | number)[])[0] ?? null) : null;
}
