// What an answer means for the message: the class, and what belongs to that class alone. The tables of this package
// (codes, texts, HTTP statuses) hold judgements; `toOutcome` makes of one the Outcome that core decides on.

import type { DoubtGrade, Failure, Outcome, OutcomeClass, SendWay, ThrottleScope } from "@tern/core";

export type Judgement =
  | { readonly class: "throttled"; readonly scope: ThrottleScope; readonly retryAfterMs?: number }
  | { readonly class: "transient" | "number-paused"; readonly retryAfterMs?: number }
  | { readonly class: "unknown"; readonly grade: DoubtGrade }
  | { readonly class: "misrouted"; readonly way: SendWay }
  /** `isWindowClosed`: a template could have been sent instead. */
  | { readonly class: "rejected"; readonly isWindowClosed?: true }
  | { readonly class: "unreachable" | "template-paused" | "template-disabled" | "misconfigured" };

/** The class of everything that is not a success. */
export type FailureClass = Exclude<OutcomeClass, "accepted">;

/**
 * The outcome of a judgement about one failure.
 *
 * askedWaitMs   what the answer itself asked for (Retry-After), in ms; the longer of it and the table's wait holds. Only
 *               throttled, transient and number-paused carry a wait; the others ignore it.
 */
export function toOutcome(judgement: Judgement, failure: Failure, askedWaitMs?: number): Outcome {
  switch (judgement.class) {
    case "throttled":
      return { class: "throttled", scope: judgement.scope, failure, ...wait(judgement.retryAfterMs, askedWaitMs) };
    case "transient":
    case "number-paused":
      return { class: judgement.class, failure, ...wait(judgement.retryAfterMs, askedWaitMs) };
    case "unknown":
      return { class: "unknown", grade: judgement.grade, failure };
    case "rejected":
      return { class: "rejected", failure, ...(judgement.isWindowClosed && { isWindowClosed: true }) };
    case "misrouted":
      return { class: "misrouted", way: judgement.way, failure };
    case "unreachable":
    case "template-paused":
    case "template-disabled":
    case "misconfigured":
      return { class: judgement.class, failure };
    default:
      throw new Error(`no outcome for ${JSON.stringify(judgement satisfies never)}`);
  }
}

function wait(tableMs: number | undefined, askedMs: number | undefined): { retryAfterMs?: number } {
  if (tableMs === undefined && askedMs === undefined) return {};
  return { retryAfterMs: Math.max(tableMs ?? 0, askedMs ?? 0) };
}
