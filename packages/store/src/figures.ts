// A sender in figures, for whoever watches it: what waits and since when, what is in doubt, what is in force, and whether
// what waits will go in time. One read (lua/read_figures.lua), and the arithmetic over it, which is pure.

import { LANES, type Lane, type PerLane, type QuietHours, quietUntilMs } from "@tern/core";
import { FOR_EVER_MS } from "./constants.ts";
import { senderBase } from "./keys.ts";
import type { PacedSender } from "./moves.ts";
import type { Reply, RunScript } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

/**
 * stopped: by the provider's word, until somebody resumes it · paused: by an operator · held: by the provider's word, for a
 * time · sending: none of these. The first that is true.
 */
export const SENDER_STATES = ["stopped", "paused", "held", "sending"] as const;
export type SenderStateWord = (typeof SENDER_STATES)[number];

export interface LaneFigures {
  /** In line: only the pace keeps them, and what rests. Those canceled meanwhile are counted until their turn would come. */
  readonly waiting: number;
  /** How long the oldest of them has been due; 0 when none waits. */
  readonly oldestMs: number;
  /** How long it takes until all of them have gone, at the pace in force, if nothing rested; 0 without a pace. */
  readonly drainMs: number;
  /** How many of them will expire before it is their turn, as a sample says. */
  readonly expiring: number;
}

export interface SenderFigures {
  readonly state: SenderStateWord;
  /** Messages per second; 0 for no pacing. What is set, and that less the margin and what throttling took. */
  readonly paceSet: number;
  readonly paceInForce: number;
  readonly lanes: PerLane<LaneFigures>;
  /** How long a message could have gone, or been moved on, and nobody did it; 0 when there is none. */
  readonly dueOldestMs: number;
  /** Waiting for a moment. */
  readonly later: number;
  readonly unconfirmed: {
    readonly count: number;
    /** Longer than their wait for evidence. */
    readonly overdue: number;
    readonly oldestMs: number;
  };
  /** Templates whose messages wait: paused by an operator, or at rest by the provider's word. */
  readonly templatesHeld: number;
  /** Statuses whose wamid nobody knows yet. */
  readonly orphans: number;
}

export interface WatchedSender extends PacedSender {
  readonly quietHours?: QuietHours | null;
}

const STATE_FIELDS = [
  "pace",
  "slow",
  "slowat",
  "tat",
  "tatb",
  "tk",
  "hold",
  "pause",
  ...LANES.flatMap((_, at) => [`pause${at}`, `full${at}`]),
] as const;

interface CallerRead {
  readonly waiting: number;
  /** -1: none that could be seen. */
  readonly oldestDueMs: number;
  /** `endsMs` -1: it does not expire. */
  readonly samples: readonly { readonly position: number; readonly endsMs: number }[];
}

interface Read {
  readonly nowMs: number;
  readonly s: ReadonlyMap<string, string>;
  readonly holds: readonly { readonly until: number; readonly how: string }[];
  readonly isProviderAway: boolean;
  readonly later: number;
  readonly firstLaterMs: number;
  readonly firstLeaseMs: number;
  readonly doubts: readonly [count: number, overdue: number, sinceMs: number];
  readonly orphans: number;
  readonly callers: PerLane<readonly CallerRead[]>;
}

export function createFigures(run: RunScript, prefix: string, settings: StoreSettings, nowMs: () => number | null) {
  return {
    /** One round trip, bounded; rejects when Redis cannot be reached. */
    async readFigures(sender: WatchedSender): Promise<SenderFigures> {
      const reply = await run("read_figures", senderBase(prefix, sender.id), [nowMs() ?? "", ...STATE_FIELDS]);
      return figuresOf(readReply(reply as Reply[]), sender, settings);
    },
  };
}

function readReply(reply: readonly Reply[]): Read {
  const [now, values, holds, away, later, firstLater, firstLease, doubts, orphans, lanes] = reply as [
    number,
    (string | null)[],
    string[],
    number,
    number,
    number,
    number,
    [number, number, number],
    number,
    [number, number, number[]][][],
  ];
  const s = new Map<string, string>();
  for (const [at, field] of STATE_FIELDS.entries()) {
    const value = values[at];
    if (value !== null && value !== undefined) s.set(field, value);
  }
  const callersOf = (lane: number): CallerRead[] =>
    (lanes[lane] ?? []).map(([waiting, oldestDueMs, flat]) => ({
      waiting,
      oldestDueMs,
      samples: flat.flatMap((position, at) => (at % 2 === 0 ? [{ position, endsMs: flat[at + 1] ?? -1 }] : [])),
    }));
  return {
    nowMs: now,
    s,
    holds: holds.flatMap((json, at) => (at % 2 === 1 ? [JSON.parse(json) as Read["holds"][number]] : [])),
    isProviderAway: away === 1,
    later,
    firstLaterMs: firstLater,
    firstLeaseMs: firstLease,
    doubts,
    orphans,
    callers: { urgent: callersOf(0), normal: callersOf(1), bulk: callersOf(2) },
  };
}

type FigureSettings = Pick<StoreSettings, "paceMargin" | "slowRecoveryPerSecond" | "bulkShare">;

/** Until when something rests, ms; Infinity until somebody resumes it, and a moment that is over when it does not. */
type RestsUntilMs = PerLane<number>;

function figuresOf(read: Read, sender: WatchedSender, settings: FigureSettings): SenderFigures {
  const { nowMs, s } = read;
  const paceSet = Number(s.get("pace") ?? (sender.pace === "unlimited" ? 0 : sender.pace));
  const paceInForce = paceSet * settings.paceMargin * slowFactor(read, settings);
  const restsUntil = restsUntilMs(read, sender);
  const [count, overdue, sinceMs] = read.doubts;
  return {
    state: stateOf(read),
    paceSet,
    paceInForce,
    lanes: laneFigures(read, paceInForce, restsUntil, settings),
    dueOldestMs: Math.max(0, nowMs - dueSinceMs(read, restsUntil)),
    later: read.later,
    unconfirmed: { count, overdue, oldestMs: sinceMs < 0 ? 0 : Math.max(0, nowMs - sinceMs) },
    templatesHeld: read.holds.filter(({ until, how }) => how !== "ended" && until > nowMs).length,
    orphans: read.orphans,
  };
}

/** As include/pace.lua has it. */
function slowFactor({ nowMs, s }: Read, settings: FigureSettings): number {
  const slow = s.get("slow");
  if (slow === undefined) return 1;
  const sinceS = (nowMs - Number(s.get("slowat") ?? 0) / 1_000) / 1_000;
  return Math.min(1, Number(slow) + settings.slowRecoveryPerSecond * sinceS);
}

function stateOf({ nowMs, s }: Read): SenderStateWord {
  const heldUntilMs = Number(s.get("hold") ?? 0);
  if (heldUntilMs >= FOR_EVER_MS) return "stopped";
  if (s.has("pause")) return "paused";
  return heldUntilMs > nowMs ? "held" : "sending";
}

function restsUntilMs({ nowMs, s }: Read, { quietHours }: WatchedSender): RestsUntilMs {
  const heldMs = Number(s.get("hold") ?? 0);
  const ofSender = s.has("pause") || heldMs >= FOR_EVER_MS ? Number.POSITIVE_INFINITY : heldMs;
  const ofLane = (lane: Lane, at: number) => {
    if (s.has(`pause${at}`)) return Number.POSITIVE_INFINITY;
    const quietMs = lane === "bulk" && quietHours ? (quietUntilMs(quietHours, nowMs) ?? 0) : 0;
    return Math.max(ofSender, Number(s.get(`full${at}`) ?? 0), quietMs);
  };
  return Object.fromEntries(LANES.map((lane, at) => [lane, ofLane(lane, at)])) as RestsUntilMs;
}

/**
 * Since when somebody should have done something: a message at the head of a lane that does not rest could have a slot, one
 * that waited for a moment has reached it, or a lease has run out. Now, when there is nothing of the kind.
 */
function dueSinceMs(read: Read, restsUntil: RestsUntilMs): number {
  const { nowMs, s, callers, firstLaterMs, firstLeaseMs } = read;
  let sinceMs = nowMs;
  for (const momentMs of [firstLaterMs, firstLeaseMs]) if (momentMs >= 0) sinceMs = Math.min(sinceMs, momentMs);
  if (read.isProviderAway) return sinceMs;
  const slotMs = Number(s.get("tat") ?? 0) / 1_000;
  // Of a sender without pace, and while more urgent lanes take every slot: somebody took something then.
  const takenMs = Number(s.get("tk") ?? 0);
  for (const lane of LANES) {
    if (restsUntil[lane] > nowMs) continue;
    const laneSlotMs = lane === "bulk" ? Math.max(slotMs, Number(s.get("tatb") ?? 0) / 1_000) : slotMs;
    for (const { oldestDueMs } of callers[lane]) {
      if (oldestDueMs < 0) continue;
      sinceMs = Math.min(sinceMs, Math.max(oldestDueMs, laneSlotMs, takenMs, restsUntil[lane]));
    }
  }
  return sinceMs;
}

function laneFigures(
  { nowMs, callers }: Read,
  paceInForce: number,
  restsUntil: RestsUntilMs,
  { bulkShare }: FigureSettings,
): PerLane<LaneFigures> {
  const msPerMessage = paceInForce === 0 ? 0 : 1_000 / paceInForce;
  let before = 0;
  const ofLane = (lane: Lane): LaneFigures => {
    const all = callers[lane];
    const waiting = sum(all.map((caller) => caller.waiting));
    const due = all.map(({ oldestDueMs }) => oldestDueMs).filter((ms) => ms >= 0);
    /** When the n-th of this lane has gone, n counted from 1. */
    const goneMs = (n: number) =>
      Math.max((before + n) * msPerMessage, lane === "bulk" ? (n * msPerMessage) / bulkShare : 0);
    const startMs = Math.max(nowMs, Number.isFinite(restsUntil[lane]) ? restsUntil[lane] : 0);
    /** Callers share a lane: of each as many go first, if it has so many. */
    const turnMs = (own: CallerRead, position: number) =>
      startMs +
      goneMs(position + 1 + sum(all.map((other) => (other === own ? 0 : Math.min(other.waiting, position + 1)))));
    const expiring = sum(
      all.map((caller) => {
        const late = caller.samples.filter(({ position, endsMs }) => endsMs >= 0 && endsMs < turnMs(caller, position));
        return caller.samples.length === 0 ? 0 : (caller.waiting * late.length) / caller.samples.length;
      }),
    );
    const figures = {
      waiting,
      oldestMs: due.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...due)),
      drainMs: waiting === 0 ? 0 : goneMs(waiting),
      expiring: Math.ceil(expiring),
    };
    before += waiting;
    return figures;
  };
  return { urgent: ofLane("urgent"), normal: ofLane("normal"), bulk: ofLane("bulk") };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
