// What a webhook body is taken apart into: items that can be applied one by one, in any order. A body may carry up to
// 1,000 updates for several numbers, so every item names its number.

import type { Failure, Status } from "@tern/core";
import type { FailureClass } from "./judgement.ts";
import type { CallbackData } from "./send-body.ts";

/** A Failure that the provider reported, with the class its code stands for. */
export interface ReportedFailure extends Failure {
  readonly class: FailureClass;
}

/** All as the provider says it; null what it does not say. */
export interface Pricing {
  readonly category: string | null;
  readonly type: string | null;
  readonly model: string | null;
  readonly billable: boolean | null;
}

/** One report about a message of ours. */
export interface StatusItem {
  readonly kind: "status";
  /** Null in legacy bodies (the sandbox), which name no number. */
  readonly phoneNumberId: string | null;
  readonly wamid: string;
  /** Null for a word we do not know; it changes nothing. */
  readonly status: Status | null;
  readonly statusText: string;
  /** When the provider triggered the webhook, epoch ms; null when it does not say or says nonsense. */
  readonly atMs: number | null;
  /** Phone number without "+", BSUID or group; null when absent. */
  readonly recipient: string | null;
  /** Which send of which message; null when absent or not ours. */
  readonly callback: CallbackData | null;
  /** Always set for `failed`, null for every other known status. */
  readonly failure: ReportedFailure | null;
  readonly pricing: Pricing | null;
}

/** One message from a person to a number of ours. */
export interface InboundItem {
  readonly kind: "inbound";
  readonly phoneNumberId: string | null;
  readonly wamid: string;
  /** Phone number without "+", or BSUID; null when the provider names neither. */
  readonly from: string | null;
  readonly atMs: number | null;
  readonly type: string;
  /** JSON text of `{message, contact?}`, both as received. */
  readonly json: string;
}

/** An error that concerns a number, not one message of it (docs/sources.md, webhook bodies): a signal to slow down or look. */
export interface NumberErrorItem {
  readonly kind: "number-error";
  readonly phoneNumberId: string | null;
  readonly code: number | null;
  readonly failure: ReportedFailure;
  readonly json: string;
}

/** Any other field: template and account events, calls, preferences (docs/sources.md, webhook bodies). Stored and forwarded. */
export interface OtherItem {
  readonly kind: "other";
  readonly field: string;
  readonly phoneNumberId: string | null;
  readonly wabaId: string | null;
  /** JSON text of the field's value, as received. */
  readonly json: string;
}

/** What cannot be used. It is kept and counted; its neighbours are not touched by it. */
export interface AsideItem {
  readonly kind: "aside";
  /** A fixed phrase, fit for a metric label. */
  readonly reason: string;
  readonly json: string;
}

export type WebhookItem = StatusItem | InboundItem | NumberErrorItem | OtherItem | AsideItem;
