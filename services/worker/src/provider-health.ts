// How one provider address fares, as this process sees it: a circuit breaker that decides how many messages may be taken,
// and the attempts that an outage must not cost. The first failures of an outage look like any other failure; when they
// turn out to be an outage, the attempts they used up are given back.

import type { Clock } from "@tern/core";
import { type BreakerState, createBreaker, outcomeForBreaker } from "./breaker.ts";
import type { SendOutcome } from "./send-message.ts";

export interface CountedSend {
  readonly senderId: string;
  readonly localId: string;
  readonly wireNumber: number;
}

/** One message taken for this provider. */
export interface HealthAttempt {
  /** Must be called; once is enough. */
  ended(outcome: SendOutcome): void;
  /** An outage touched it: what it met says nothing about the message. */
  metOutage(): boolean;
  /** It failed, ended and used up an attempt: given back if this is, or proves to be, the beginning of an outage. */
  counted(send: CountedSend): void;
}

export interface ProviderHealth {
  /** How many messages may be taken now, and when (monotonic ms) to ask again if none; Infinity while all is well. */
  allowance(): { readonly most: number; readonly nextMs: number | null };
  begin(): HealthAttempt;
  readonly isFailing: boolean;
  readonly state: BreakerState;
}

export interface ProviderHealthDeps {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly giveBack: (sends: readonly CountedSend[]) => void;
  readonly onChange: (state: BreakerState) => void;
}

/** Failures with no answer between them, and what they used up. */
interface Row {
  isOutage: boolean;
  sends: CountedSend[];
}

/** One message a second asks whether the provider is back, so that the pace is kept from the first second on. */
const PROBE_EVERY_MS = 1_000;

export function createProviderHealth({ clock, giveBack, onChange }: ProviderHealthDeps): ProviderHealth {
  let row: Row = { isOutage: false, sends: [] };
  const breaker = createBreaker({
    clock,
    probeMaxMs: PROBE_EVERY_MS,
    onChange: (state) => {
      if (state === "open") {
        row.isOutage = true;
        if (row.sends.length > 0) giveBack(row.sends);
        row.sends = [];
      }
      onChange(state);
    },
  });

  function begin(): HealthAttempt {
    const attempt = breaker.begun();
    let isOver = false;
    let ownRow: Row | null = null;
    return {
      ended(outcome) {
        if (isOver) return;
        isOver = true;
        const how = outcomeForBreaker(outcome);
        if (how === "answered") row = { isOutage: false, sends: [] };
        else ownRow = row;
        attempt.ended(how);
      },
      metOutage: attempt.metOutage,
      counted(send) {
        if (ownRow?.isOutage) giveBack([send]);
        else if (ownRow === row) row.sends.push(send); // else somebody was answered: it is no outage
      },
    };
  }

  return {
    allowance() {
      const most = breaker.allowance();
      return { most, nextMs: most === 0 ? breaker.nextProbeMs() : null };
    },
    begin,
    get isFailing() {
      return breaker.isFailing;
    },
    get state() {
      return breaker.state;
    },
  };
}
