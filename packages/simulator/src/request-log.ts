// What is written down of each request: one ledger entry at the moment its fate is decided, the counts of the
// summary, and later the moment of its answer.
import type { ServerResponse } from "node:http";
import type { FaultKind, OutageKind } from "./admin-types.ts";
import type { Ledger } from "./ledger.ts";
import type { NumberState } from "./number.ts";
import type { World } from "./world.ts";

/** What can be told of a request. */
export interface LedgerView {
  user: string | null;
  type: string | null;
  callbackData: string | null;
}

export interface Fate {
  nowMs: number;
  /** Which taken message it is, from 1; 0: not taken. */
  ordinal: number;
  answer: string | number;
  /** 0: no answer was given. */
  httpStatus: number;
  fault: FaultKind | null;
}

/** An entry in the ledger it was written to, which after a reset is not the world's any more. */
export interface Entry {
  ledger: Ledger;
  seq: number;
}

/** Writes a request down; returns the entry, still to be answered. */
export function record(world: World, apiKey: string, { user, type, callbackData }: LedgerView, fate: Fate): Entry {
  const { nowMs, ordinal, answer, httpStatus, fault } = fate;
  const { counts, ledger } = world;
  counts.requests += 1;
  if (ordinal !== 0) counts.taken += 1;
  if (fault !== null) countFault(world, fault);
  const seq = ledger.add({ atMs: nowMs, number: apiKey, user, type, callbackData, ordinal, answer, fault, httpStatus });
  return { ledger, seq };
}

export function countFault({ counts }: World, kind: FaultKind | `down:${OutageKind}`): void {
  counts.byFault.set(kind, (counts.byFault.get(kind) ?? 0) + 1);
}

export function countRefusal({ counts }: World, code: string | number): void {
  counts.refusedByCode.set(String(code), (counts.refusedByCode.get(String(code)) ?? 0) + 1);
}

const throttles: ReadonlySet<string | number> = new Set([130429, 80007, 4, "endpointRateLimit"]);

/** Counts what a refusal, by a limit or a fault, told the number about its limits. */
export function countLimit(number: NumberState, { answer, httpStatus }: Pick<Fate, "answer" | "httpStatus">): void {
  if (throttles.has(answer) || httpStatus === 429) number.throttledCount += 1;
  else if (answer === 131056) number.pairRefusedCount += 1;
}

/** Notes that the answer has just been given. */
export function noteAnswer({ clock }: World, { ledger, seq }: Entry): void {
  ledger.answered(seq, clock.nowMs());
}

/**
 * Lets the end of the connection stand for an answer that has not come yet: a caller who gives up waits no longer.
 * For every request that is not answered by the time its handler returns.
 */
export function watchEnd(world: World, entry: Entry, response: ServerResponse): void {
  if (!entry.ledger.isAnswered(entry.seq)) response.once("close", () => noteAnswer(world, entry));
}
