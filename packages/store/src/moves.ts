// The moves of a message between its places, each one script and one round trip. The scripts compare and move the
// numbers given here; which numbers is decided here and in packages/core.

import {
  type DoubtPolicy,
  type DueJob,
  type Failure,
  type Lane,
  laneNumber,
  laneOf,
  type OutcomeClass,
  type SendingPolicy,
  STATUSES,
  type Verdict,
  waitReasonNumber,
} from "@tern/core";
import { coalesce } from "./coalesce.ts";
import { shortFailure } from "./constants.ts";
import { senderBase } from "./keys.ts";
import { packSend, packWamid } from "./record.ts";
import type { Reply, RunScript } from "./scripts.ts";

/** A sender as the moves need it: who, and how fast. */
export interface PacedSender {
  readonly id: string;
  /** Messages per second, or no pacing at all (benchmarks, a provider that paces itself). */
  readonly pace: number | "unlimited";
}

type DueMessage = Pick<DueJob, "localId" | "promotion">;

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
/** The most begins or finishes in one script call: a few hundred µs of Redis's time. */
const TOGETHER_MOST = 64;
/** The most messages in one accept: some 5 ms of Redis's time. */
const ACCEPT_MOST = 250;
const REAP_MOST = 200;
const LATER_MOST = 200;

export function createMoves(
  run: RunScript,
  prefix: string,
  paceMargin: number,
  newLocalId: () => string,
  nowMs: () => number | null,
) {
  const base = (senderId: string) => senderBase(prefix, senderId);
  const now = () => nowMs() ?? "";

  /** Every move that paces starts with these two: the time, and the µs between two messages (0: no pacing). */
  const paceArgs = (sender: PacedSender) => [now(), sender.pace === "unlimited" ? 0 : 1e6 / (sender.pace * paceMargin)];

  /**
   * Takes messages in. Cheapest in batches; more than a few hundred go in several calls, to keep Redis responsive.
   *
   * returns   one result per message, in order; those with a job must be handed to BullMQ (if that fails, the sweep
   *           does it within `sweepMs`)
   */
  async function accept(sender: PacedSender, messages: readonly NewMessage[]): Promise<Accepted[]> {
    const accepted: Accepted[] = [];
    for (let at = 0; at < messages.length; at += ACCEPT_MOST) {
      accepted.push(...(await acceptTogether(sender, messages.slice(at, at + ACCEPT_MOST))));
    }
    return accepted;
  }

  async function acceptTogether(sender: PacedSender, messages: readonly NewMessage[]): Promise<Accepted[]> {
    const args: (string | number)[] = paceArgs(sender);
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
    const args = [...paceArgs(sender), LATER_MOST];
    const reply = (await run("promote", base(sender.id), args)) as [(string | number)[], number, number];
    return { jobs: readJobs(reply[0]), backlogRemains: reply[1] === 1, nextLaterMs: reply[2] < 0 ? null : reply[2] };
  }

  const beginTogether = coalesce<PacedSender, DueMessage, Begun>(TOGETHER_MOST, async (sender, due) => {
    const args = paceArgs(sender);
    for (const { localId, promotion } of due) args.push(localId, promotion);
    const replies = (await run("begin", base(sender.id), args)) as Reply[][];
    return replies.map((reply, at) => readBegun((due[at] as DueMessage).localId, reply));
  });

  /** Takes one due message to the wire: its slot, its lease, its content. Calls of one moment share a round trip. */
  function begin(sender: PacedSender, localId: string, promotion: number): Promise<Begun> {
    return beginTogether(`${sender.id} ${sender.pace}`, sender, { localId, promotion });
  }

  /** Another slot for a message whose slot was missed; null when its lease has run out. */
  async function reslot(sender: PacedSender, localId: string, wireNumber: number, lane: Lane) {
    const args = [...paceArgs(sender), localId, wireNumber, laneNumber(lane)];
    const reply = (await run("reslot", base(sender.id), args)) as [number, number] | null;
    return reply && { nowUs: reply[0], slotUs: reply[1] };
  }

  const finishTogether = coalesce<string, Finish, Finished>(TOGETHER_MOST, async (senderId, sends) => {
    const args: (string | number)[] = [now()];
    for (const send of sends) args.push(...finishArgs(send));
    const replies = (await run("finish", base(senderId), args)) as [string, Reply][];
    return replies.map(([code, next]) => ({ inTime: code === "done", next: readJob(next) }));
  });

  /** Carries out the verdict about one send. Calls of one moment share a round trip. */
  function finish(senderId: string, done: Finish): Promise<Finished> {
    return finishTogether(senderId, senderId, done);
  }

  /** Declares the sends unconfirmed whose worker has shown no life for a whole lease. */
  async function reap(senderId: string, policy: SendingPolicy): Promise<{ reaped: number; jobs: DueJob[] }> {
    const reply = (await run("reap", base(senderId), [
      now(),
      REAP_MOST,
      ...LANE_ORDER.map((lane) => policy.reconcileMs[lane]),
      policy.attemptsMax,
    ])) as [number, (string | number)[]];
    return { reaped: reply[0], jobs: readJobs(reply[1]) };
  }

  /** Prolongs the leases of sends still on the wire; returns those whose lease is gone. */
  async function renew(senderId: string, sends: readonly { localId: string; wireNumber: number }[]): Promise<string[]> {
    const members = sends.map((send) => `${send.localId}.${send.wireNumber}`);
    return (await run("renew", base(senderId), [now(), ...members])) as string[];
  }

  /** Takes a message back. `caller` null: whoever accepted it. */
  async function cancel(
    senderId: string,
    localId: string,
    caller: string | null,
  ): Promise<{ result: Canceled; next: DueJob | null }> {
    const reply = (await run("cancel", base(senderId), [now(), localId, caller ?? ""])) as Reply[];
    return { result: reply[0] as Canceled, next: readJob(reply[1] ?? null) };
  }

  return { accept, promote, begin, reslot, finish, reap, renew, cancel };
}

function readBegun(localId: string, reply: readonly Reply[]): Begun {
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
    lane: laneOf(Number(reply[6])),
    content: String(reply[7]),
    expiresAtMs: reply[8] === "" ? null : Number(reply[8]),
    doubtPolicy: reply[9] === "0" ? "fail" : "resend",
    throttles: Number(reply[10]),
    acceptedAtMs: Number(reply[11]),
    caller: String(reply[12]),
  };
}

/** One send as finish.lua takes it. */
function finishArgs({
  localId,
  wireNumber,
  verdict,
  outcome,
  failure,
  begunAtMs,
  tookMs,
}: Finish): (string | number)[] {
  const status = statusAfter(verdict);
  const code = failure?.code ?? null;
  const httpStatus = failure?.httpStatus ?? null;
  const snooze = verdict.kind === "snooze" ? verdict : null;
  return [
    localId,
    wireNumber,
    verdict.kind === "submit" ? "submit" : verdict.kind === "fail" ? "fail" : "later",
    STATUSES[status].rank,
    status,
    packSend({ tookMs, outcome, code, httpStatus }),
    verdict.kind === "submit" ? packWamid(verdict.wamid) : "",
    failure ? shortFailure({ class: outcome, ...failure }) : "",
    failure ? JSON.stringify({ class: outcome, ...failure }) : "",
    "afterMs" in verdict ? Math.ceil(verdict.afterMs) : 0,
    waitReasonNumber(
      snooze ? snooze.reason : verdict.kind === "doubt" || verdict.kind === "retry" ? verdict.kind : "none",
    ),
    verdict.kind === "doubt" ? (verdict.unsettled === "resend" ? 1 : 0) : "",
    snooze ? 0 : 1,
    snooze ? Math.ceil(snooze.holdSenderMs) : 0,
    snooze?.slow ? 1 : 0,
    begunAtMs,
  ];
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
