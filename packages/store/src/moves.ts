// The moves of a message between its places, each one script and one round trip. The scripts compare and move the
// numbers given here; which numbers is decided here and in packages/core.

import {
  type Clock,
  type DoubtPolicy,
  type Failure,
  LANES,
  type Lane,
  laneNumber,
  laneOf,
  type OutcomeClass,
  type PerLane,
  type SendingPolicy,
  type SendWay,
  STATUSES,
  type Verdict,
  type WaitReason,
  waitReasonNumber,
} from "@tern/core";
import { coalesce, gapOf } from "./coalesce.ts";
import { shortFailure } from "./constants.ts";
import { senderBase, templateKey } from "./keys.ts";
import { packSend, packWamid } from "./record.ts";
import type { Reply, RunScript } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

/** A sender as the moves need it: who, and how fast. */
export interface PacedSender {
  readonly id: string;
  /** Messages per second as configured, or no pacing at all (benchmarks, a provider that paces itself). */
  readonly pace: number | "unlimited";
}

export interface NewMessage {
  /** "+<digits>" or a BSUID. */
  readonly to: string;
  readonly lane: Lane;
  readonly caller: string;
  readonly type: string;
  /** The template's name; null for other types. */
  readonly template: string | null;
  /** Its language: each is a template of its own to the provider, and rests by itself. */
  readonly templateLanguage?: string | null;
  /** Of its fallback, if it has one. */
  readonly fallback?: { readonly template: string; readonly templateLanguage: string } | null;
  readonly isPassthrough?: boolean;
  /** How long the recipient's window must stay open for it to be taken in, ms; null when that is of no matter. */
  readonly windowMarginMs?: number | null;
  /** Which part of it is a marketing template, if one is: before that goes, its recipient's consent is looked at. */
  readonly marketing?: "content" | "fallback" | null;
  /** The content as JSON, without recipient; with a fallback, that is the second line. */
  readonly content: string;
  readonly sendAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly reference: string | null;
  /** JSON. */
  readonly metadata: string | null;
  /** A digest of caller's key, scoped to the caller and the sender; null when there is none. */
  readonly idempotency: { readonly keyDigest: string; readonly bodyDigest: string } | null;
  readonly doubtPolicy: DoubtPolicy;
  /** The span that hands it over (`packTrace`), if its trace is recorded. */
  readonly trace?: string | null;
}

export type Accepted =
  | { readonly kind: "accepted" | "replay" | "conflict"; readonly localId: string }
  /** Its caller has too many waiting; nothing was kept. */
  | { readonly kind: "full" }
  /** The recipient's window is closed, since then if that is known; nothing was kept. */
  | { readonly kind: "closed"; readonly sinceMs: number | null };

export interface AcceptedTogether {
  /** One per message, in order. */
  readonly results: readonly Accepted[];
  /** A worker must be called (packages/queue); if that fails, it comes by itself a moment later. */
  readonly call: boolean;
}

/** How many messages may be taken now, and what of them. */
export interface Room {
  readonly most: number;
  readonly byLane: PerLane<number>;
  /** Bulk rests until then (quiet hours), epoch ms; null when it does not. */
  readonly bulkRestsUntilMs: number | null;
  /** Whether it matters for every message if its recipient's customer service window is open. */
  readonly needsWindows: boolean;
  /** How long before its end a window counts as closed for free-form content, ms; null when that is of no matter. */
  readonly windowMarginMs?: number | null;
}

/** A message taken to the wire: whoever holds it sends it at its slot, or gives it back. */
export interface Taken {
  readonly localId: string;
  readonly slotUs: number;
  readonly wireNumber: number;
  readonly attempts: number;
  readonly to: string;
  readonly contact: string;
  readonly lane: Lane;
  readonly content: string;
  readonly expiresAtMs: number | null;
  readonly doubtPolicy: DoubtPolicy;
  readonly throttles: number;
  /** When it was accepted, or its sendAt if that was later; null when it was ordered again after it failed. */
  readonly dueAtMs: number | null;
  readonly caller: string;
  readonly template: string | null;
  readonly templateLanguage: string | null;
  /** It goes as its fallback: `template` is that one's. */
  readonly isFallback: boolean;
  /** When the recipient's window closes; null when none is known. Only looked up if the room asked for it. */
  readonly windowClosesAtMs: number | null;
  /** From then on its content counts as outside the window, and may not be written; null when that is of no matter. */
  readonly writableUntilMs: number | null;
  /** At its slot. */
  readonly isWindowOpen: boolean;
  /** The endpoint that the provider referred it to; null as long as it has not. */
  readonly way: SendWay | null;
  /** All spellings of the recipient, when what goes is a marketing template; null when it is none. */
  readonly marketingTo: readonly string[] | null;
}

/** Who looks, and which look of his this is: the same again until its answer came. */
export interface LookId {
  readonly by: string;
  readonly number: number;
}

export interface Begun {
  readonly messages: readonly Taken[];
  readonly nowUs: number;
  /** The slot of the next message that waits for the pace alone; null when none does. */
  readonly nextSlotUs: number | null;
  /** More could be taken at once, were there room. */
  readonly hasMore: boolean;
  /** The µs between two messages at the pace in force; 0 when there is no pacing. */
  readonly intervalUs: number;
  /** What this look took before, when its answer was lost on the way: to be given back, for nobody sends it. */
  readonly lost: readonly { readonly localId: string; readonly wireNumber: number }[];
}

export interface Finish {
  readonly localId: string;
  readonly wireNumber: number;
  readonly verdict: Verdict;
  readonly outcome: OutcomeClass | "withheld" | "tier";
  readonly failure: Failure | null;
  readonly begunAtMs: number;
  readonly tookMs: number;
  /** Pairs of spellings that the answer showed to be one person's. */
  readonly spellings?: readonly (readonly [string, string])[];
}

export interface Finished {
  /** late: the message had moved on before this answer came; what it taught is kept. damaged: its record is unreadable. */
  readonly result: "done" | "late" | "damaged";
  /** Something became ready: it is worth looking what may go. */
  readonly isReady: boolean;
}

export type Canceled = "canceled" | "already" | "on-wire" | "too-late" | "unknown";
export type Retried = "retried" | "unknown" | "not-failed" | "expired" | "content-gone";

/** The most finishes in one script call: a few hundred µs of Redis's time. */
const TOGETHER_MOST = 64;
/** Answers come one by one: those of so long share a call, which costs Redis less than half of what one each would. */
const FINISH_GAP_MS = 4;
/** The most messages in one accept: some 5 ms of Redis's time. */
const ACCEPT_MOST = 250;
const REAP_MOST = 200;
/** As accept.lua has it. */
const MARKETING = { content: "c", fallback: "f", none: "" } as const;
const PROMOTE_MOST = 200;
const NO_TRACE = " ".repeat(32);

export function createMoves(
  run: RunScript,
  prefix: string,
  settings: StoreSettings,
  newLocalId: () => string,
  nowMs: () => number | null,
  clock: Pick<Clock, "after"> | null,
  tell: (senderId: string, changes: string) => void,
) {
  const base = (senderId: string) => senderBase(prefix, senderId);
  const now = () => nowMs() ?? "";
  const paceOf = (sender: PacedSender) => (sender.pace === "unlimited" ? 0 : sender.pace);

  /** Takes messages in. Cheapest in batches; more than a few hundred go in several calls, to keep Redis responsive. */
  async function accept(senderId: string, messages: readonly NewMessage[]): Promise<AcceptedTogether> {
    const results: Accepted[] = [];
    let call = false;
    for (let at = 0; at < messages.length; at += ACCEPT_MOST) {
      const accepted = await acceptSome(senderId, messages.slice(at, at + ACCEPT_MOST));
      results.push(...accepted.results);
      call ||= accepted.call;
    }
    return { results, call };
  }

  async function acceptSome(senderId: string, messages: readonly NewMessage[]): Promise<AcceptedTogether> {
    const args: (string | number)[] = [now(), settings.backlogMax, tracesOf(messages)];
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
        message.template === null ? "" : templateKey.of(message.template, message.templateLanguage),
        message.fallback ? templateKey.of(message.fallback.template, message.fallback.templateLanguage) : "",
        message.isPassthrough ? 1 : "",
        message.windowMarginMs ?? "",
        MARKETING[message.marketing ?? "none"],
      );
    }
    const [call, ...replies] = (await run("accept", base(senderId), args)) as [number, ...[Accepted["kind"], string][]];
    return { results: replies.map(readAccepted), call: call === 1 };
  }

  /** Takes what may go now to the wire: each message its slot, its lease, its content. */
  async function begin(sender: PacedSender, room: Room, look?: LookId): Promise<Begun> {
    const [head, ...replies] = (await run("begin", base(sender.id), [
      now(),
      paceOf(sender),
      ...LANES.map((lane) => room.byLane[lane]),
      room.most,
      room.bulkRestsUntilMs ?? 0,
      room.needsWindows ? 1 : 0,
      look?.by ?? "",
      look?.number ?? 0,
      room.windowMarginMs ?? "",
    ])) as [Reply[], ...Reply[][]];
    const [nowUs, nextSlotUs, hasMore, intervalUs, lost, changes] = head as [
      number,
      number,
      number,
      number,
      string,
      string,
    ];
    tell(sender.id, changes);
    return {
      messages: replies.map((reply) => readTaken(reply, room)),
      nowUs,
      nextSlotUs: nextSlotUs < 0 ? null : nextSlotUs,
      hasMore: hasMore === 1,
      intervalUs,
      lost: lost === "" ? [] : lost.split(" ").map(readMember),
    };
  }

  /** Another slot for a message whose slot was missed; null when its lease has run out. */
  async function reslot(sender: PacedSender, taken: Pick<Taken, "localId" | "wireNumber" | "lane">) {
    const args = [now(), paceOf(sender), taken.localId, taken.wireNumber, laneNumber(taken.lane)];
    const reply = (await run("reslot", base(sender.id), args)) as [number, number] | null;
    return reply && { nowUs: reply[0], slotUs: reply[1] };
  }

  const finishTogether = coalesce<string, Finish, Finished>(
    TOGETHER_MOST,
    async (senderId, sends) => {
      const args: (string | number)[] = [now()];
      for (const send of sends) args.push(...finishArgs(send));
      const [isReady, changes, ...replies] = (await run("finish", base(senderId), args)) as [
        string,
        string,
        ...Finished["result"][],
      ];
      tell(senderId, changes);
      return replies.map((result) => ({ result, isReady: isReady === "1" }));
    },
    gapOf(clock, FINISH_GAP_MS),
  );

  /** Carries out the verdict about one send. Calls of one moment share a round trip. */
  function finish(senderId: string, done: Finish): Promise<Finished> {
    return finishTogether(senderId, senderId, done);
  }

  /** Moves what waited for a moment that has come. Safe to run anywhere, at any time; cheap when nothing is due. */
  async function promote(senderId: string): Promise<{ isReady: boolean; nextMs: number | null }> {
    const [isReady, nextMs, changes] = (await run("promote", base(senderId), [now(), PROMOTE_MOST])) as [
      number,
      number,
      string,
    ];
    tell(senderId, changes);
    return { isReady: isReady === 1, nextMs: nextMs < 0 ? null : nextMs };
  }

  /** Declares the sends unconfirmed whose worker has shown no life for a whole lease. */
  async function reap(senderId: string, policy: SendingPolicy): Promise<{ reaped: number; isReady: boolean }> {
    const [reaped, isReady] = (await run("reap", base(senderId), [
      now(),
      REAP_MOST,
      ...LANES.map((lane) => policy.reconcileMs[lane]),
      policy.attemptsMax,
    ])) as [number, number];
    return { reaped, isReady: isReady === 1 };
  }

  /** Prolongs the leases of sends still on the wire; returns those whose lease is gone. */
  async function renew(senderId: string, sends: readonly { localId: string; wireNumber: number }[]): Promise<string[]> {
    const members = sends.map((send) => `${send.localId}.${send.wireNumber}`);
    return (await run("renew", base(senderId), [now(), ...members])) as string[];
  }

  /** Takes a message back. `caller` null: whoever accepted it. */
  async function cancel(senderId: string, localId: string, caller: string | null) {
    const [result, call, changes] = (await run("cancel", base(senderId), [now(), localId, caller ?? ""])) as [
      Canceled,
      number,
      string,
    ];
    tell(senderId, changes);
    return { result, call: call === 1 };
  }

  /** Sends failed messages again, at most some hundred at once. `caller` null: whoever accepted them. */
  async function retry(senderId: string, localIds: readonly string[], caller: string | null) {
    const args = [now(), caller ?? "", ...localIds];
    const [call, ...results] = (await run("retry", base(senderId), args)) as [number, ...Retried[]];
    return { results, call: call === 1 };
  }

  /** Gives the attempts back that sends used up because their provider was away altogether. */
  async function uncount(senderId: string, sends: readonly { localId: string; wireNumber: number }[]): Promise<number> {
    const args = sends.flatMap((send) => [send.localId, send.wireNumber]);
    return (await run("uncount", base(senderId), args)) as number;
  }

  return { accept, begin, reslot, finish, promote, reap, renew, cancel, retry, uncount };
}

/** As accept.lua takes them: one column for all, since mostly none has one. */
function tracesOf(messages: readonly NewMessage[]): string {
  if (!messages.some(({ trace }) => trace)) return "";
  return messages.map(({ trace }) => trace ?? NO_TRACE).join("");
}

function readAccepted([kind, text]: readonly [Accepted["kind"], string]): Accepted {
  switch (kind) {
    case "full":
      return { kind };
    case "closed":
      return { kind, sinceMs: text === "" ? null : Number(text) };
    default:
      return { kind, localId: text };
  }
}

/** As a record numbers them. */
const WAYS: readonly SendWay[] = ["messages", "marketing_messages"];

/** `<local id>.<wire number>` */
function readMember(member: string): { localId: string; wireNumber: number } {
  const [localId = "", wireNumber] = member.split(".");
  return { localId, wireNumber: Number(wireNumber) };
}

function readTaken(reply: readonly Reply[], { windowMarginMs }: Room): Taken {
  const closesAtMs = Number(reply[13]);
  return {
    localId: String(reply[0]),
    slotUs: Number(reply[1]),
    wireNumber: Number(reply[2]),
    attempts: Number(reply[3]),
    to: String(reply[4]),
    contact: String(reply[14]),
    lane: laneOf(Number(reply[5])),
    content: String(reply[6]),
    expiresAtMs: reply[7] === "" ? null : Number(reply[7]),
    doubtPolicy: reply[8] === "0" ? "fail" : "resend",
    throttles: Number(reply[9]),
    dueAtMs: reply[10] === "" ? null : Number(reply[10]),
    caller: String(reply[11]),
    ...templateKey.read(reply[12] === "" ? null : String(reply[12])),
    isFallback: reply[15] === "fallback",
    windowClosesAtMs: closesAtMs === 0 ? null : closesAtMs,
    writableUntilMs: reply[15] === "checked" ? closesAtMs - (windowMarginMs ?? 0) : null,
    isWindowOpen: closesAtMs > Number(reply[1]) / 1_000,
    marketingTo: reply[16] === "" ? null : [...new Set(String(reply[16]).split(" "))],
    way: reply[17] === "" ? null : (WAYS[Number(reply[17])] ?? null),
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
  spellings = [],
}: Finish): (string | number)[] {
  const status = statusAfter(verdict);
  const code = failure?.code ?? null;
  const httpStatus = failure?.httpStatus ?? null;
  const hold = verdict.kind === "snooze" ? verdict.hold : null;
  const rests = verdict.kind === "fail" && verdict.endsTemplate ? "template" : (hold?.of ?? "");
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
    waitReasonNumber(reasonAfter(verdict)),
    verdict.kind === "doubt" ? (verdict.unsettled === "resend" ? 1 : 0) : "",
    isCounted(verdict) ? 1 : 0,
    rests,
    hold && hold.forMs !== null ? Math.ceil(hold.forMs) : -1,
    verdict.kind === "snooze" && verdict.slow ? 1 : 0,
    begunAtMs,
    verdict.kind === "retry" && verdict.asFallback === true ? 1 : "",
    spellings.flat().join(" "),
    verdict.kind === "retry" && verdict.way !== undefined ? WAYS.indexOf(verdict.way) : "",
  ];
}

function isCounted(verdict: Verdict): boolean {
  if (verdict.kind === "doubt") return verdict.counted;
  return verdict.kind === "fail" ? verdict.counted !== false : verdict.kind !== "snooze";
}

function reasonAfter(verdict: Verdict): WaitReason {
  if (verdict.kind === "snooze") return verdict.reason;
  return verdict.kind === "doubt" || verdict.kind === "retry" ? verdict.kind : "none";
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
