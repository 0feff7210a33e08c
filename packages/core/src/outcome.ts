// What happened to one send: a closed union that adapters produce and `decide` consumes. Which code belongs to which
// class is data in packages/dialog360/src/error-codes.ts.

export const OUTCOME_CLASSES = [
  "accepted", // 2xx with a wamid
  "throttled", // told to slow down; certainly not taken
  "transient", // certainly not taken; worth another try
  "unreachable", // no connection to the provider: certainly not taken, and no fault of the message
  "unknown", // may have been taken
  "rejected", // refused for good
  "misrouted", // refused by this endpoint, to be sent through the other; certainly not taken
  "template-paused", // this template cannot be sent now
  "template-disabled", // this template can never be sent again
  "number-paused", // this sender cannot send now
  "misconfigured", // our side is wrong (key, payment, registration): every message would meet the same
] as const;
export type OutcomeClass = (typeof OUTCOME_CLASSES)[number];

/** Whom a throttle concerns: the business number, the pair of it and one recipient, or the whole account. */
export type ThrottleScope = "number" | "pair" | "account";

/** How an answer is in doubt: the provider answered ambiguously (most likely not taken), or did not answer at all. */
export type DoubtGrade = "ambiguous-answer" | "no-answer";

/** The provider's two endpoints for a message; the second takes marketing templates alone. */
export type SendWay = "messages" | "marketing_messages";

/** Why a send did not simply succeed, for the record and for people. Never holds message text. */
export interface Failure {
  /** Meta's code (https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes), if any. */
  readonly code: number | null;
  /** The HTTP status of the answer; null when there was none. */
  readonly httpStatus: number | null;
  /** A short sentence in the provider's or our words. */
  readonly reason: string;
  /** What a person can do about it. */
  readonly hint: string;
}

/** The recipient as the provider names it in its answer; what it does not say is absent. */
export interface NamedRecipient {
  /** "+<digits>": for some countries another spelling than the one that was sent to. */
  readonly phone?: string;
  readonly bsuid?: string;
}

export type Outcome =
  | {
      readonly class: "accepted";
      readonly wamid: string;
      readonly held: boolean;
      readonly recipient?: NamedRecipient;
    }
  | {
      readonly class: "throttled";
      readonly scope: ThrottleScope;
      readonly failure: Failure;
      readonly retryAfterMs?: number;
    }
  | { readonly class: "transient"; readonly failure: Failure; readonly retryAfterMs?: number }
  | { readonly class: "unreachable"; readonly failure: Failure }
  | { readonly class: "unknown"; readonly grade: DoubtGrade; readonly failure: Failure }
  /** `isWindowClosed`: a template could have been sent instead. */
  | { readonly class: "rejected"; readonly failure: Failure; readonly isWindowClosed?: true }
  | { readonly class: "misrouted"; readonly way: SendWay; readonly failure: Failure }
  | { readonly class: "template-paused"; readonly failure: Failure }
  | { readonly class: "template-disabled"; readonly failure: Failure }
  | { readonly class: "number-paused"; readonly failure: Failure; readonly retryAfterMs?: number }
  | { readonly class: "misconfigured"; readonly failure: Failure };
