// The circuit breaker of one provider origin. It gates the *taking* of messages, not the calling: while the provider is
// failing as a whole, messages stay in their places and lose nothing, and one message at a time goes out to see whether
// it is back. Pure: the clock is an argument, and nothing here waits or calls.
//
// closed      Any number of messages may be taken. A row of failures with no answer between them opens it.
// open        None may be taken until a moment (`nextProbeMs`). Sends that were begun before go on, and if they fail that
//             says nothing new, now or after the outage.
// half-open   The moment has come: one message may be taken, the probe. If it fails, the breaker opens again for twice as
//             long; if it was withheld, another one may be taken at once. A probe that does not come back within the
//             time that a send may take counts for nothing, and another one may be taken.
// In every state an answer closes it at once, whoever brings it.

import type { Clock, Outcome } from "@tern/core";

export type BreakerState = "closed" | "open" | "half-open";

/** What a send says about its provider; `unknown`: nothing. */
export type SendEnd = "answered" | "failed" | "unknown";

export interface BreakerOptions {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Failures in a row, with no answer between them, that open it. */
  readonly failuresToOpen?: number;
  /** From opening to the first probe; doubled with each probe that fails, up to `probeMaxMs`. */
  readonly probeBaseMs?: number;
  readonly probeMaxMs?: number;
  /** Called at each change; `half-open` is told when a probe is taken. Must not throw. */
  readonly onChange?: (state: BreakerState) => void;
}

/** One message taken, from then to its end. */
export interface Attempt {
  /** Called once; more is ignored. One that never ends is no probe any more after the time a send may take. */
  ended(how: SendEnd): void;
  /** The provider was failing as a whole at some time since it began: what it met says nothing about the message. */
  metOutage(): boolean;
}

export interface Breaker {
  /** How many messages may be taken now: Infinity while closed, 1 when a probe may go, else 0. */
  allowance(): number;
  /** From when (monotonic ms) the allowance is 1; in the past if it is so now; null while closed. */
  nextProbeMs(): number | null;
  /** A message was taken. */
  begun(): Attempt;
  /** Open or half-open. */
  readonly isFailing: boolean;
  readonly state: BreakerState;
}

/** The longest a worker waits for an answer (createDialog360Client's sendTimeoutMs). */
const SEND_TIMEOUT_MS = 30_000;

/** The breaker while the provider fails; `null` stands for closed. */
interface Failing {
  /** The wait before the probe that is next or out. */
  readonly waitMs: number;
  readonly probe: Attempt | null;
  /** From when a (or another) probe may go. */
  readonly nextProbeMs: number;
}

export function createBreaker(options: BreakerOptions): Breaker {
  const { clock, failuresToOpen = 10, probeBaseMs = 1_000, probeMaxMs = 5_000, onChange = () => {} } = options;
  const probeLostMs = probeMaxMs + SEND_TIMEOUT_MS;
  let failing: Failing | null = null;
  let failuresInRow = 0;
  let outagesOver = 0;
  let told: BreakerState = "closed";

  function tell(state: BreakerState): void {
    if (state === told) return;
    told = state;
    onChange(state);
  }

  function allowance(): number {
    if (!failing) return Number.POSITIVE_INFINITY;
    return clock.monotonicMs() >= failing.nextProbeMs ? 1 : 0;
  }

  function begun(): Attempt {
    const outagesBefore = outagesOver;
    let isOver = false;
    const attempt: Attempt = {
      ended(how) {
        if (isOver) return;
        isOver = true;
        if (how === "answered") answered();
        else if (failing?.probe === attempt) probeEnded(failing, how);
        else if (how === "failed" && !attempt.metOutage()) failed();
      },
      // A function: V8 makes the accessor of an object literal anew for each of them, in the generation that is seldom swept.
      metOutage: () => failing !== null || outagesOver > outagesBefore,
    };
    if (failing && allowance() === 1) {
      failing = { ...failing, probe: attempt, nextProbeMs: clock.monotonicMs() + probeLostMs };
      tell("half-open");
    }
    return attempt;
  }

  function answered(): void {
    failuresInRow = 0;
    if (!failing) return;
    failing = null;
    outagesOver += 1;
    tell("closed");
  }

  function failed(): void {
    failuresInRow += 1;
    if (failuresInRow < failuresToOpen) return;
    failing = { waitMs: probeBaseMs, probe: null, nextProbeMs: clock.monotonicMs() + probeBaseMs };
    tell("open");
  }

  function probeEnded(current: Failing, how: "failed" | "unknown"): void {
    const nowMs = clock.monotonicMs();
    if (how === "unknown") {
      failing = { ...current, probe: null, nextProbeMs: nowMs };
      return;
    }
    const waitMs = Math.min(2 * current.waitMs, probeMaxMs);
    failing = { waitMs, probe: null, nextProbeMs: nowMs + waitMs };
    tell("open");
  }

  return {
    allowance,
    nextProbeMs: () => failing?.nextProbeMs ?? null,
    begun,
    get isFailing() {
      return failing !== null;
    },
    get state() {
      if (!failing) return "closed";
      return failing.probe !== null || allowance() === 1 ? "half-open" : "open";
    },
  };
}

/**
 * What an outcome says about the provider as a whole. An answer of 500 and above without a verdict about the message is a
 * failure, as no answer is. A refusal of our own, made without asking the provider (no HTTP status), says nothing.
 */
export function outcomeForBreaker(
  outcome: Outcome | { readonly class: "withheld" } | { readonly class: "tier" },
): SendEnd {
  if (outcome.class === "withheld" || outcome.class === "tier") return "unknown";
  if (outcome.class === "accepted") return "answered";
  const { httpStatus } = outcome.failure;
  if (outcome.class === "unreachable") return "failed";
  if (outcome.class === "unknown") return httpStatus === null || httpStatus >= 500 ? "failed" : "answered";
  return httpStatus === null ? "unknown" : "answered";
}
