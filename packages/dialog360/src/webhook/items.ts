// What a webhook body is taken apart into: items that can be applied one by one, in any order. A body may carry up to
// 1,000 updates for several numbers, so every item names its number. docs/events.md shows each with an example.
//
// Here: reports about messages of ours, messages from people, and what is neither. The items of the other fields are in
// field-items.ts, what a person wrote is in inbound-shape.ts.

import type { Failure, Status } from "@tern/core";
import type { FailureClass } from "../judgement.ts";
import type { CallbackData } from "../send-body.ts";
import type { FieldItem } from "./field-items.ts";
import type { InboundContent, InboundContext, InboundError, Referral } from "./inbound-shape.ts";

/**
 * The ids and names of a person, as one update tells them. Null is what it does not tell, or tells in a form that is no
 * such id; a person may be without any.
 */
export interface WebhookContact {
  /** "+<digits>". */
  readonly phone: string | null;
  /** Business-scoped user id, such as `US.13491208655302741918` (docs/sources.md, user ids). */
  readonly bsuid: string | null;
  /** The id across portfolios, `US.ENT.…`; only where the business is enrolled. */
  readonly parentBsuid: string | null;
  /** For display: people change it, and it is never a key. */
  readonly username: string | null;
  readonly profileName: string | null;
}

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

/** Since v24.0 only inside a free entry point window. */
export interface Conversation {
  readonly id: string | null;
  /** `referral_conversion` is the free entry point. */
  readonly originType: string | null;
  /** Only with `sent`. */
  readonly expiresAtMs: number | null;
}

/** One report about a message of ours, or of somebody else who sends from the same number. */
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
  /** "+<digits>" for a phone number; a group's id or whatever else stands there as it is; null when absent. */
  readonly recipientId: string | null;
  /** The recipient's BSUID. */
  readonly recipientUserId: string | null;
  readonly recipientParentUserId: string | null;
  /** The recipient as the body's contacts tell of them; `phone` is the `wa_id`, which may be another spelling of `recipientId`. */
  readonly contact: WebhookContact | null;
  /** Which send of which message; null when absent or not ours. */
  readonly callback: CallbackData | null;
  /** Always set for `failed`, null for every other known status. */
  readonly failure: ReportedFailure | null;
  readonly pricing: Pricing | null;
  readonly conversation: Conversation | null;
}

/** One message from a person to a number of ours, of whatever type. */
export interface InboundItem {
  readonly kind: "inbound";
  readonly phoneNumberId: string | null;
  readonly wamid: string;
  readonly atMs: number | null;
  /** Meta's word; `unknown` when there is none. */
  readonly type: string;
  readonly contact: WebhookContact;
  /** A person wrote or tapped it: it opens the customer service window. False for every type not known to be so. */
  readonly opensWindow: boolean;
  /** It opens the window and comes from a click-to-WhatsApp ad or post: an answer within 24 h opens the free entry point. */
  readonly isFromAd: boolean;
  /** What was written; null when the type is unknown or its payload cannot be read. */
  readonly content: InboundContent | null;
  readonly context: InboundContext | null;
  readonly referral: Referral | null;
  readonly errors: readonly InboundError[];
  readonly groupId: string | null;
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

/** What cannot be used. It is kept and counted; its neighbours are not touched by it. */
export interface AsideItem {
  readonly kind: "aside";
  /** A fixed phrase, fit for a metric label. */
  readonly reason: string;
  readonly json: string;
}

export type WebhookItem = StatusItem | InboundItem | NumberErrorItem | FieldItem | AsideItem;
