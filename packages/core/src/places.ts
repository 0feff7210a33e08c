// Where a message is. Whatever waits, waits in Tern's own structures; BullMQ's jobs call a worker to take what may go now
// (ADR 15). Each move between places is one Lua script (packages/store/src/lua) that changes the record and the place
// together.

interface PlaceRow {
  readonly code: number;
  readonly holds: string;
  /** The moves that may take a message out of it; `settle` is evidence from a webhook. */
  readonly leavesBy: readonly string[];
}

export const PLACES = {
  none: { code: 0, holds: "nothing is left to do but listen: submitted or final", leavesBy: ["retry"] },
  backlog: {
    code: 1,
    holds: "a list per lane and caller: ready, and waits for the pace",
    leavesBy: ["begin", "cancel", "expire", "settle", "finish"], // finish: the late answer to an earlier send
  },
  held: {
    code: 2,
    holds: "a list per template: its template is paused",
    leavesBy: ["promote", "cancel", "expire", "settle", "finish"],
  },
  later: {
    code: 3,
    holds: "a sorted set by due time: waits for a moment, the reason says for which",
    leavesBy: ["promote", "cancel", "expire", "settle", "finish"],
  },
  turn: {
    code: 4,
    holds: "a chain per contact and lane: waits for the message before it",
    leavesBy: ["begin", "promote", "finish", "reap", "cancel", "expire", "settle"], // whatever ends the one before it
  },
  wire: {
    code: 5,
    holds: "a sorted set by end of lease: begun, and perhaps already sent",
    leavesBy: ["finish", "reap"],
  },
} as const satisfies Record<string, PlaceRow>;

export type Place = keyof typeof PLACES;

const placeByCode = new Map<number, Place>(Object.entries(PLACES).map(([place, row]) => [row.code, place as Place]));

/** The place that a stored code stands for; throws on an unknown code. */
export function placeOf(code: number): Place {
  const place = placeByCode.get(code);
  if (!place) throw new Error(`no place has the code ${code}`);
  return place;
}

/** Why a message waits in `later`, or waits at all; stored as its index. Append only: records outlive releases. */
export const WAIT_REASONS = [
  "none",
  "scheduled", // its sendAt has not come
  "retry", // a transient failure; backoff
  "throttled", // the provider told the number or account to slow down
  "pair-throttled", // the provider told us to slow down for this recipient
  "doubt", // unconfirmed: waits for a webhook to settle it
  "sender-held", // the sender is stopped or paused
  "template-held", // the template is paused
  "pace", // the sender's pace
  "pair", // the recipient's budget is used up
  "tier", // the portfolio has reached its recipients of 24 h
  "provider-away", // no connection to the provider
  "upgrade", // a newer release wrote it so that only workers of that release can send it
] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

export function waitReasonNumber(reason: WaitReason): number {
  return WAIT_REASONS.indexOf(reason);
}

export function waitReasonOf(number: number): WaitReason {
  return WAIT_REASONS[number] ?? "none";
}
