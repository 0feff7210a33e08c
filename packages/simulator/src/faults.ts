// Faults on demand: which one strikes a send. The first one, in the order they were added, that matches and whose
// dice agree; each rolls its own, so that adding one does not change when another strikes.
import type { FaultRequest, FaultState } from "./admin-types.ts";
import { createStream, type Prng, purpose } from "./prng.ts";
import type { Send } from "./send-request.ts";

export interface Faults {
  add(request: FaultRequest, nowMs: number): FaultState;
  remove(id: string): boolean;
  clear(): void;
  /** Those that may still strike. */
  list(nowMs: number): FaultState[];
  /** The fault for this send, or null. It counts only once `strike` is called. */
  pick(apiKey: string, send: Send, nowMs: number): FaultState | null;
  /** The fault for another call, "GET /message_templates", or null. */
  pickForCall(apiKey: string, call: string, nowMs: number): FaultState | null;
  strike(fault: FaultState): void;
}

export function createFaults(seed: number): Faults {
  let active: { state: FaultState; chance: Prng; untilMs: number }[] = [];
  let added = 0;

  function forgetEnded(nowMs: number): void {
    if (active.some((fault) => fault.untilMs <= nowMs)) active = active.filter((fault) => fault.untilMs > nowMs);
  }

  const remove = (id: string) => {
    const before = active.length;
    active = active.filter((fault) => fault.state.id !== id);
    return active.length < before;
  };

  function first(nowMs: number, isMatch: (state: FaultState) => boolean): FaultState | null {
    forgetEnded(nowMs);
    for (const { state, chance } of active) {
      if (isMatch(state) && (state.rate === undefined || chance() < state.rate)) return state;
    }
    return null;
  }

  return {
    add(request, nowMs) {
      added += 1;
      const state: FaultState = { ...request, id: `fault-${added}`, struck: 0 };
      const untilMs = nowMs + (request.forMs ?? Number.POSITIVE_INFINITY);
      active.push({ state, chance: createStream(seed, purpose.faults, added), untilMs });
      return state;
    },
    remove,
    clear() {
      active = [];
    },
    list(nowMs) {
      forgetEnded(nowMs);
      return active.map((fault) => fault.state);
    },
    pick: (apiKey, send, nowMs) => (active.length === 0 ? null : first(nowMs, (state) => matches(state, apiKey, send))),
    pickForCall: (apiKey, call, nowMs) =>
      first(nowMs, ({ match }) => {
        if (match?.call === undefined || !call.startsWith(match.call)) return false;
        return match.apiKey === undefined || match.apiKey === apiKey;
      }),
    strike(fault) {
      fault.struck += 1;
      if (fault.count !== undefined && fault.struck >= fault.count) remove(fault.id);
    },
  };
}

function matches({ match }: FaultState, apiKey: string, send: Send): boolean {
  if (match === undefined) return true;
  if (match.call !== undefined) return false;
  if (match.apiKey !== undefined && match.apiKey !== apiKey) return false;
  if (match.to !== undefined && match.to !== send.user) return false;
  if (match.toPrefix !== undefined && !send.user.startsWith(match.toPrefix)) return false;
  return match.callbackDataPrefix === undefined || (send.callbackData?.startsWith(match.callbackDataPrefix) ?? false);
}
