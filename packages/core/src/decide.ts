// The one place that goes from what happened to what happens next. Pure: time and chance are arguments.

import { backoffMs, pairBackoffMs } from "./backoff.ts";
import type { Lane } from "./lane.ts";
import type { Failure, Outcome, SendWay } from "./outcome.ts";
import type { WaitReason } from "./places.ts";
import type { DoubtPolicy, SendingPolicy } from "./policy.ts";

export type Verdict =
  /** The provider has it. */
  | { readonly kind: "submit"; readonly wamid: string }
  /** Later, and nothing was used up: a throttle or a stopped sender is not a failure. `slow`: the sender slows down. */
  | {
      readonly kind: "snooze";
      readonly afterMs: number;
      readonly reason: WaitReason;
      readonly slow: boolean;
      readonly hold: Hold | null;
    }
  /**
   * Later, and an attempt was used up. `asFallback`: from now on its fallback goes instead of the message. `way`: from now on
   * it goes through this endpoint.
   */
  | { readonly kind: "retry"; readonly afterMs: number; readonly asFallback?: true; readonly way?: SendWay }
  /** Wait for a webhook to settle it; then `unsettled` is carried out. `counted`: an attempt was used up. */
  | { readonly kind: "doubt"; readonly afterMs: number; readonly unsettled: DoubtPolicy; readonly counted: boolean }
  /** It ends here; `endsTemplate`: and so does every other message with this template. `counted` false: it never went. */
  | { readonly kind: "fail"; readonly failure: Failure; readonly endsTemplate: boolean; readonly counted?: false };

/** What rests besides the message itself, for how long; null: until somebody resumes it. */
export interface Hold {
  readonly of: "sender" | "lane" | "template" | "recipient";
  readonly forMs: number | null;
}

export interface DecideInput {
  readonly outcome: Outcome;
  readonly lane: Lane;
  /** Sends that reached the provider so far, this one included; 1-based; throttles are not counted. */
  readonly attempts: number;
  /** Throttles of this recipient in a row, this one included; 1-based; only read for the scope `pair`. */
  readonly pairThrottles: number;
  /** What the message itself wants when a doubt stays unsettled. */
  readonly doubtPolicy: DoubtPolicy;
  /** It has a fallback, and this send was not it. Absent: no. */
  readonly hasFallback?: boolean;
  /** The provider is failing as a whole: what this message met says nothing about the message. */
  readonly providerFails: boolean;
  /** Milliseconds until the message expires; Infinity when it does not. */
  readonly expiresInMs: number;
  /** A number from [0, 1) for jitter. */
  readonly chance: number;
}

/**
 * Decides what happens to a message after one send.
 *
 * returns   a Verdict; never throws; every wait is >= 0 ms, and a doubt never waits beyond the message's expiry
 * source    ADR 9; classes from docs/sources.md, error codes
 */
export function decide(input: DecideInput, policy: SendingPolicy): Verdict {
  const { outcome } = input;
  switch (outcome.class) {
    case "accepted":
      return { kind: "submit", wamid: outcome.wamid };
    case "throttled":
      if (outcome.scope === "pair") {
        const waitMs = outcome.retryAfterMs ?? pairBackoffMs(input.pairThrottles);
        return snooze(waitMs, "pair-throttled", { of: "recipient", forMs: waitMs });
      }
      return { ...snooze(outcome.retryAfterMs ?? policy.throttledWaitMs, "throttled"), slow: true };
    case "transient":
      if (input.attempts >= policy.attemptsMax) return exhausted(outcome.failure, policy);
      return { kind: "retry", afterMs: outcome.retryAfterMs ?? backoffMs(input.attempts, input.chance, policy) };
    case "unreachable":
      return snooze(policy.unreachableWaitMs, "provider-away");
    case "unknown":
      return decideDoubt(outcome.grade, input, policy);
    case "rejected":
      // Once at most, so attempts need not bound it.
      if (outcome.isWindowClosed && input.hasFallback) return { kind: "retry", afterMs: 0, asFallback: true };
      return { kind: "fail", failure: outcome.failure, endsTemplate: false };
    case "misrouted":
      if (input.attempts >= policy.attemptsMax) return exhausted(outcome.failure, policy); // each refers to the other
      return { kind: "retry", afterMs: 0, way: outcome.way };
    case "template-paused":
      return snooze(0, "template-held", { of: "template", forMs: policy.templatePausedMs });
    case "template-disabled":
      return { kind: "fail", failure: outcome.failure, endsTemplate: true };
    case "number-paused":
      return snooze(0, "sender-held", { of: "sender", forMs: outcome.retryAfterMs ?? null });
    case "misconfigured":
      return snooze(0, "sender-held", { of: "sender", forMs: null });
    default:
      throw new Error(`no verdict for ${JSON.stringify(outcome satisfies never)}`);
  }
}

function decideDoubt(grade: "ambiguous-answer" | "no-answer", input: DecideInput, policy: SendingPolicy): Verdict {
  const answered = grade === "ambiguous-answer";
  const waitMs = answered ? policy.ambiguousWaitMs : policy.reconcileMs[input.lane];
  // An ambiguous answer was most likely "not taken", so it is sent again in every lane; attempts bound it.
  const wanted = answered ? "resend" : input.doubtPolicy;
  return {
    kind: "doubt",
    afterMs: Math.max(0, Math.min(waitMs, input.expiresInMs)),
    unsettled: !input.providerFails && input.attempts >= policy.attemptsMax ? "fail" : wanted,
    counted: !input.providerFails,
  };
}

function snooze(afterMs: number, reason: WaitReason, hold: Hold | null = null): Extract<Verdict, { kind: "snooze" }> {
  return { kind: "snooze", afterMs, reason, slow: false, hold };
}

function exhausted(failure: Failure, policy: SendingPolicy): Verdict {
  return {
    kind: "fail",
    failure: { ...failure, reason: `${failure.reason} (${policy.attemptsMax} attempts)` },
    endsTemplate: false,
  };
}
