// Why a message waits, for what, and when it is due: arithmetic over a snapshot (snapshot.ts), as begin.lua, promote.lua and
// the includes beside them do it, taking for granted that nothing new comes in and that the provider goes on answering as
// it does. Pure.

import { LANES, type Lane, laneNumber, type Place, type QuietHours, quietUntilMs, type WaitReason } from "@tern/core";
import { concerns, type SenderState } from "./inspect.ts";
import type { PacedSender } from "./moves.ts";
import type { StoreSettings } from "./settings.ts";

export const WAITS_FOR = [
  "none", // it does not wait: it is on the wire, or nothing more is done
  "pace", // others go first, at the sender's pace
  "turn", // the message before it to the same recipient is not answered
  "time", // its sendAt
  "pair", // what the provider allows this recipient
  "tier", // what the provider allows the portfolio in 24 h
  "template", // its template rests
  "sender-paused", // by an operator
  "sender-held", // by the provider's word
  "lane-paused", // by an operator
  "quiet-hours",
  "provider-away", // no connection could be made
  "doubt", // a webhook, or else its policy
  "retry", // the next try after a passing failure
  "throttled", // the provider told the number to slow down
  "upgrade", // a worker of the newer release that wrote it
] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

/** The sender as its declaration has it. */
export interface ExplainedSender extends PacedSender {
  readonly quietHours: QuietHours | null;
}

/** A message in its place, or the head of the chain it waits in. */
export interface Waiter {
  readonly localId: string;
  readonly lane: Lane;
  readonly caller: string;
  readonly template: string | null;
  readonly templateLanguage: string | null;
  readonly place: Place;
  readonly reason: WaitReason;
  readonly untilMs: number | null;
  /** Those before it: in its caller's backlog, in its template's list, or with the same moment in `later`; null unknown. */
  readonly position: number | null;
  /** What follows a doubt that nothing settles. */
  readonly unsettled: "resend" | "fail" | null;
}

export interface WaitSnapshot {
  readonly message: Waiter;
  readonly sender: SenderState;
  readonly declared: ExplainedSender;
  /** The recipient's budget: when it is full again, and until when waiting messages have been given times. */
  readonly pair: { readonly fullAtMs: number; readonly promisedMs: number };
  /** For a message that waits for its turn: who holds it, and how many go first, the holder included. */
  readonly chain: { readonly head: Waiter; readonly ahead: number } | null;
  /** How long the provider takes to answer. */
  readonly answerMs: number;
}

export interface Explanation {
  readonly for: WaitsFor;
  /** The moment at which what it waits for ends; null when that is no moment, or nobody knows it. */
  readonly untilMs: number | null;
  /** How many messages go first; null when that is unknown or does not matter. */
  readonly ahead: number | null;
  /** When it will be on the wire; null when something must happen first that nobody can foresee. */
  readonly dueAtMs: number | null;
  /** The local id of the message whose answer it waits for. */
  readonly blockedBy: string | null;
  /** What that message waits for itself. */
  readonly blockerFor: WaitsFor | null;
}

const FOR_REASON: Readonly<Record<WaitReason, WaitsFor>> = {
  none: "pace",
  scheduled: "time",
  retry: "retry",
  throttled: "throttled",
  "pair-throttled": "pair",
  doubt: "doubt",
  "sender-held": "sender-held",
  "template-held": "template",
  pace: "pace",
  pair: "pair",
  tier: "tier",
  "provider-away": "provider-away",
  upgrade: "upgrade",
};

/** A pair budget that is short by less is not what a message waits for. */
const PAIR_MATTERS_MS = 1_000;
/** Stands for a pace that never comes back. */
const GAIN_LEAST_PER_MS = 1e-12;
/** More nights than this are not looked through. */
const NIGHTS_MOST = 60;

type PaceSettings = Pick<
  StoreSettings,
  | "bulkShare"
  | "paceMargin"
  | "slowRecoveryPerSecond"
  | "callerCredit"
  | "pairBurst"
  | "pairIntervalMs"
  | "pairJitterMs"
>;

/** What the snapshot says; never throws, and dueAtMs is never before now. */
export function explain(snapshot: WaitSnapshot, settings: PaceSettings): Explanation {
  const { message, sender, chain } = snapshot;
  const rest = restOf(snapshot, message);
  switch (message.place) {
    case "none":
    case "wire":
      return explanation("none");
    case "later": {
      const isOver = (message.untilMs ?? 0) <= sender.nowMs;
      const dueAtMs = laterDueMs(snapshot, message, settings);
      if (isOver && rest) return explanation(rest.for, { untilMs: rest.untilMs, dueAtMs });
      return explanation(FOR_REASON[message.reason], { untilMs: message.untilMs, dueAtMs });
    }
    case "held": {
      const untilMs = rest?.for === "template" ? rest.untilMs : null;
      const dueAtMs = rest?.isForGood
        ? null
        : paceDue(snapshot, message, restsUntilMs(snapshot, message), settings).dueAtMs;
      return explanation("template", { untilMs, dueAtMs, ahead: message.position });
    }
    case "turn": {
      const dueAtMs = chain && turnDueMs(snapshot, chain, settings);
      const ahead = chain?.ahead ?? null;
      const blockedBy = chain?.head.localId ?? null;
      const blockerFor = chain && explain({ ...snapshot, message: chain.head, chain: null }, settings).for;
      if (rest && rest.for !== "template")
        return explanation(rest.for, { untilMs: rest.untilMs, dueAtMs, ahead, blockedBy, blockerFor });
      return explanation("turn", { untilMs: chain?.head.untilMs ?? null, dueAtMs, ahead, blockedBy, blockerFor });
    }
    case "backlog": {
      const { ahead, dueAtMs: paceMs } = paceDue(snapshot, message, restsUntilMs(snapshot, message), settings);
      const pairMs = pairFreeMs(snapshot.pair.fullAtMs, settings);
      const dueAtMs = paceMs === null ? null : Math.max(paceMs, pairMs > paceMs ? promiseMs(snapshot, settings) : 0);
      if (rest)
        return explanation(rest.for, { untilMs: rest.untilMs, ahead, dueAtMs: rest.isForGood ? null : dueAtMs });
      if (paceMs !== null && pairMs - paceMs > PAIR_MATTERS_MS)
        return explanation("pair", { untilMs: pairMs, ahead, dueAtMs });
      return explanation("pace", { ahead, dueAtMs });
    }
    default:
      throw new Error(`nothing is known of ${message.place satisfies never}`);
  }
}

function explanation(what: WaitsFor, more: Partial<Explanation> = {}): Explanation {
  return { for: what, untilMs: null, ahead: null, dueAtMs: null, blockedBy: null, blockerFor: null, ...more };
}

interface StandStill {
  readonly for: WaitsFor;
  readonly untilMs: number | null;
  /** It ends by somebody's doing only, or in a way nobody can foresee. */
  readonly isForGood: boolean;
}

/** All that keeps this message although it would be its time: what a person must know first comes first. */
function restsOf({ sender, declared }: WaitSnapshot, message: Waiter): StandStill[] {
  const { lane } = message;
  const rests: StandStill[] = [];
  const add = (what: WaitsFor, untilMs: number | null, isForGood = untilMs === null) =>
    rests.push({ for: what, untilMs, isForGood });
  const { paused, tierFullUntilMs } = sender.lanes[lane];
  const held = sender.templates.find(
    (one) => concerns(one, message) && (one.untilMs === null || one.untilMs > sender.nowMs),
  );
  const quietMs = lane === "bulk" && declared.quietHours ? quietUntilMs(declared.quietHours, sender.nowMs) : null;
  if (sender.paused) add("sender-paused", null);
  if (sender.held) add(sender.held.why.startsWith("throttled") ? "throttled" : "sender-held", sender.held.untilMs);
  if (sender.isProviderAway) add("provider-away", null);
  if (paused) add("lane-paused", null);
  if (held) add("template", held.untilMs);
  if (tierFullUntilMs !== null) add("tier", tierFullUntilMs, true); // one place comes free then; how many need one, nobody knows
  if (quietMs !== null) add("quiet-hours", quietMs);
  return rests;
}

function restOf(snapshot: WaitSnapshot, message: Waiter): StandStill | null {
  return restsOf(snapshot, message)[0] ?? null;
}

/** When everything that keeps it has ended; null when nobody knows. */
function restsUntilMs(snapshot: WaitSnapshot, message: Waiter): number | null {
  let latestMs = snapshot.sender.nowMs;
  for (const { untilMs, isForGood } of restsOf(snapshot, message)) {
    if (isForGood || untilMs === null) return null;
    latestMs = Math.max(latestMs, untilMs);
  }
  return latestMs;
}

/** The slot of a message with `position` before it in its caller's backlog, not before that moment. */
function paceDue(
  snapshot: WaitSnapshot,
  { lane, caller, position }: Waiter,
  notBeforeMs: number | null,
  settings: PaceSettings,
): { ahead: number | null; dueAtMs: number | null } {
  if (position === null) return { ahead: null, dueAtMs: null };
  const { sender } = snapshot;
  const before = lanesBefore(sender, lane);
  const beside = sharedLane(sender, lane, caller, position, settings.callerCredit);
  const ahead = before + beside;
  if (notBeforeMs === null) return { ahead, dueAtMs: null };
  const pace = paceOf(snapshot, settings);
  const freeMs = pace.after(Math.max(sender.nextSlotMs, notBeforeMs), before);
  if (lane !== "bulk") return { ahead, dueAtMs: pace.after(freeMs, beside) };
  const startMs = Math.max(freeMs, sender.nextBulkSlotMs);
  return { ahead, dueAtMs: pace.afterNights(startMs, beside, settings.bulkShare, snapshot.declared.quietHours) };
}

/** What waits in lanes that are served first, as far as they are served. */
function lanesBefore(sender: SenderState, lane: Lane): number {
  return LANES.slice(0, laneNumber(lane))
    .map((other) => sender.lanes[other])
    .filter(({ paused, tierFullUntilMs }) => !paused && tierFullUntilMs === null)
    .reduce((sum, { waiting }) => sum + waiting, 0);
}

/** How many of its lane go first: those of its own caller, and those that the others' virtual times let pass. */
function sharedLane(sender: SenderState, lane: Lane, caller: string, position: number, credit: number): number {
  const { byCaller } = sender.lanes[lane];
  const own = byCaller.findIndex((other) => other.caller === caller);
  // A caller that comes back starts a little behind the lane's time, which is about that of the one served next.
  const startTime = byCaller[own]?.time ?? Math.min(...byCaller.map(({ time }) => time)) - credit;
  let ahead = position;
  for (const [at, { time, waiting }] of byCaller.entries()) {
    if (at === own) continue;
    const tie = own >= 0 && at < own ? 1 : 0;
    ahead += Math.min(waiting, Math.max(0, startTime + position - time + tie));
  }
  return ahead;
}

/** When a message in `later` is on the wire: its moment, then its line, at whose head it stands unless it was planned. */
function laterDueMs(snapshot: WaitSnapshot, message: Waiter, settings: PaceSettings): number | null {
  const { sender } = snapshot;
  const { untilMs, unsettled, reason, lane, caller, position } = message;
  const restMs = restsUntilMs(snapshot, message);
  if (untilMs === null || unsettled === "fail" || restMs === null) return null;
  const thenMs = Math.max(untilMs, restMs);
  const sameMoment = position ?? 0;
  const atHead = paceDue(emptied(snapshot, thenMs), { ...message, position: sameMoment }, thenMs, settings).dueAtMs;
  if (reason !== "scheduled") return atHead;
  const queued = sender.lanes[lane].byCaller.find((other) => other.caller === caller)?.waiting ?? 0;
  const behind = paceDue(snapshot, { ...message, position: queued + sameMoment }, restMs, settings).dueAtMs;
  return atHead === null || behind === null ? null : Math.max(atHead, behind);
}

/** The sender at a later moment, when what waits now has gone: nothing new comes in. */
function emptied(snapshot: WaitSnapshot, thenMs: number): WaitSnapshot {
  if (thenMs <= snapshot.sender.nowMs) return snapshot;
  const lanes = Object.fromEntries(
    LANES.map((lane) => [lane, { ...snapshot.sender.lanes[lane], waiting: 0, byCaller: [] }]),
  ) as unknown as SenderState["lanes"];
  return { ...snapshot, sender: { ...snapshot.sender, lanes } };
}

/** One answer after the other, each with a slot and a place in the recipient's budget. */
function turnDueMs(
  snapshot: WaitSnapshot,
  chain: NonNullable<WaitSnapshot["chain"]>,
  settings: PaceSettings,
): number | null {
  const { head, ahead } = chain;
  const restMs = restsUntilMs(snapshot, snapshot.message);
  if (restMs === null) return null;
  const pace = paceOf(snapshot, settings);
  const { sender, answerMs } = snapshot;
  let fullAtMs = snapshot.pair.fullAtMs;
  let atMs = sender.nowMs; // when the one before was put on the wire
  if (head.place !== "wire") {
    const dueMs = explain({ ...snapshot, message: head, chain: null }, settings).dueAtMs;
    if (dueMs === null) return null;
    atMs = Math.max(dueMs, pairFreeMs(fullAtMs, settings));
    fullAtMs = Math.max(fullAtMs, atMs) + settings.pairIntervalMs;
  }
  const others = sender.lanes[head.lane].byCaller.filter(({ caller }) => caller !== head.caller).length;
  for (let left = ahead; left > 0; left--) {
    const slotMs = pace.after(Math.max(atMs + answerMs, restMs), others);
    atMs = Math.max(slotMs, pairFreeMs(fullAtMs, settings));
    fullAtMs = Math.max(fullAtMs, atMs) + settings.pairIntervalMs;
  }
  return atMs;
}

/** When a budget allows one more; include/pair.lua. */
function pairFreeMs(fullAtMs: number, { pairBurst, pairIntervalMs, pairJitterMs }: PaceSettings): number {
  return fullAtMs + pairIntervalMs - (pairBurst * pairIntervalMs - pairJitterMs);
}

/** The time that a message gets which finds its recipient's budget used up. */
function promiseMs({ pair }: WaitSnapshot, settings: PaceSettings): number {
  return Math.max(
    pairFreeMs(pair.fullAtMs, settings),
    pair.promisedMs > 0 ? pair.promisedMs + settings.pairIntervalMs : 0,
  );
}

/** The pace in force, whose slow factor comes back as time passes; include/pace.lua. */
function paceOf({ sender, declared }: WaitSnapshot, settings: PaceSettings) {
  const { nowMs, slowFactor } = sender;
  const perSecond = sender.paceOrdered ?? declared.pace;
  const perMs = perSecond === "unlimited" ? Number.POSITIVE_INFINITY : (perSecond * settings.paceMargin) / 1_000;
  const gainPerMs = Math.max(settings.slowRecoveryPerSecond / 1_000, GAIN_LEAST_PER_MS);
  const wholeMs = nowMs + (1 - slowFactor) / gainPerMs;
  const factorAt = (ms: number) => (ms >= wholeMs ? 1 : Math.min(1, slowFactor + gainPerMs * (ms - nowMs)));

  /** Milliseconds of the whole pace between two moments. */
  function wholeBetween(fromMs: number, toMs: number): number {
    const rampEndMs = Math.min(Math.max(fromMs, wholeMs), toMs);
    return ((rampEndMs - fromMs) * (factorAt(fromMs) + factorAt(rampEndMs))) / 2 + (toMs - rampEndMs);
  }

  /** When so many slots, at a share of the pace, have passed. */
  function after(fromMs: number, slots: number, share = 1): number {
    const needMs = slots / (perMs * share);
    if (needMs === 0) return fromMs;
    const rampMs = fromMs < wholeMs ? wholeBetween(fromMs, wholeMs) : 0;
    if (needMs >= rampMs) return Math.max(fromMs, wholeMs) + needMs - rampMs;
    const factor = factorAt(fromMs);
    return fromMs + (Math.sqrt(factor * factor + 2 * gainPerMs * needMs) - factor) / gainPerMs;
  }

  /** The same where nights are left out; null when it would take too many of them. */
  function afterNights(fromMs: number, slots: number, share: number, hours: QuietHours | null): number | null {
    if (!hours) return after(fromMs, slots, share);
    const days = { ...hours, from: hours.to, to: hours.from };
    let [atMs, left] = [fromMs, slots];
    for (let night = 0; night < NIGHTS_MOST; night++) {
      atMs = quietUntilMs(hours, atMs) ?? atMs;
      const dayEndMs = quietUntilMs(days, atMs) ?? Number.POSITIVE_INFINITY;
      const doneMs = after(atMs, left, share);
      if (doneMs <= dayEndMs) return doneMs;
      left -= wholeBetween(atMs, dayEndMs) * perMs * share;
      atMs = dayEndMs;
    }
    return null;
  }

  return { after, afterNights };
}
