// What comes of a call that manages something: the result, or why there is none. Nothing that the provider says or
// fails to say is thrown.

import type { Failure, Outcome } from "@tern/core";
import { type Answer, outcomeOfAnswer } from "../answer.ts";
import type { FailureClass } from "../judgement.ts";
import { outcomeOfError } from "../no-answer.ts";

/** Ask with `"failure" in result`. */
export type ManagementResult<T> = { readonly ok: T } | { readonly failure: ManagementFailure };

export interface ManagementFailure extends Failure {
  /** As for a send; `unsupported`: the sender's profile cannot do this. */
  readonly class: FailureClass | "unsupported";
  /** How long the provider asks to wait, in ms. */
  readonly retryAfterMs?: number;
}

/** Whether a call changes something at the provider: then a lost answer leaves a doubt. */
export interface CallKind {
  readonly changes: boolean;
  /** What its id names, in a word; an answer of 404 then means that there is none such. */
  readonly names?: string;
}

/** From an answer that is no success. */
export function failureOfAnswer(answer: Answer, kind: CallKind): ManagementFailure {
  const outcome = outcomeOfAnswer(answer);
  if (outcome.class === "accepted") return unexpectedAnswer(answer.httpStatus);
  if (kind.names !== undefined && answer.httpStatus === 404) {
    const { code, httpStatus } = outcome.failure;
    return { class: "rejected", code, httpStatus, reason: `the provider knows no such ${kind.names}`, hint: GONE_HINT };
  }
  return toFailure(outcome, kind);
}

/** From an exchange that ended without an answer. */
export function failureOfError(error: unknown, written: boolean, kind: CallKind): ManagementFailure {
  if (codeOf(error) === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH") return OTHER_LENGTH;
  const outcome = outcomeOfError(error, { written });
  if (outcome.class === "accepted") throw new Error("an exchange without an answer cannot be accepted");
  return toFailure(outcome, kind);
}

/** A success that does not say what it must. */
export function unexpectedAnswer(httpStatus: number): ManagementFailure {
  return {
    class: "unknown",
    code: null,
    httpStatus,
    reason: "the provider answered with success, but not in the documented shape",
    hint: "Check the sender's base URL; if it is right, look at what the provider has before trying again.",
  };
}

export function unsupported(what: string): ManagementFailure {
  return {
    class: "unsupported",
    code: null,
    httpStatus: null,
    reason: `the sender's profile has no ${what}`,
    hint: 'docs/configuration.md says what each profile can do; the profile "360dialog" can do all of it.',
  };
}

/** Refused before anything was sent. */
export function refused(reason: string, hint: string): ManagementFailure {
  return { class: "rejected", code: null, httpStatus: null, reason, hint };
}

/** What undici says of a body that is not as long as its content-length. */
const OTHER_LENGTH = refused(
  "the file is not as long as was said",
  "Give its true length, or none. The provider saw only a part of it.",
);

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

const GONE_HINT =
  "Check the id. Uploaded media are kept for 30 days, received ones for 7; deleted templates are gone at once.";
/** Graph's code for whatever is wrong with a request, an id that names nothing included. */
const BAD_PARAMETER = 100;
const PARAMETER_HINT = "Check that the id still names something, and the request against the API's documentation.";
const LATER_HINT = "Tern does not repeat such calls by itself: try again later.";
const DOUBT_HINT = "It may have been carried out all the same: look before you try again.";

/** The hints of the tables speak of messages, which Tern sends again by itself; it never repeats one of these calls. */
function toFailure(outcome: Exclude<Outcome, { class: "accepted" }>, { changes }: CallKind): ManagementFailure {
  const { failure, class: outcomeClass } = outcome;
  const wait = "retryAfterMs" in outcome && outcome.retryAfterMs !== undefined ? outcome.retryAfterMs : null;
  return {
    class: outcomeClass,
    ...failure,
    hint: hintOf(outcomeClass, changes) ?? (failure.code === BAD_PARAMETER ? PARAMETER_HINT : failure.hint),
    ...(wait !== null && { retryAfterMs: wait }),
  };
}

function hintOf(outcomeClass: FailureClass, changes: boolean): string | null {
  switch (outcomeClass) {
    case "throttled":
    case "transient":
      return LATER_HINT;
    case "unknown":
      return changes ? DOUBT_HINT : LATER_HINT;
    case "unreachable":
      return `Nothing was sent. ${LATER_HINT} If it lasts, check the network, DNS and the sender's base URL.`;
    default:
      return null;
  }
}
