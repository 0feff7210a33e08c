// The items of all fields but `messages`: templates, the account, the number, people's choices and ids, calls. What is
// needed to act on is read; the provider's JSON is kept beside it. Words in capitals are Meta's and are not checked
// against a list, for lists grow. Source: docs/sources.md, webhook bodies; docs/events.md has an example of each.

import type { CallbackData } from "../send-body.ts";
import type { InboundContent } from "./inbound-shape.ts";
import type { WebhookContact } from "./items.ts";

interface OfField {
  /** `changes[].field`. */
  readonly field: string;
  /** Null for account and template fields. */
  readonly phoneNumberId: string | null;
  readonly wabaId: string | null;
  /** When it happened, else when the webhook was triggered, epoch ms; null when neither is said. */
  readonly atMs: number | null;
  /** JSON text as received: the field's value, or of a list in it (calls, preferences, …) this one part. */
  readonly json: string;
}

/** At least one of `id` and `name` is there. */
export interface TemplateRef {
  readonly id: string | null;
  readonly name: string | null;
  readonly language: string | null;
}

export interface TemplateStatusItem extends OfField {
  readonly kind: "template-status";
  readonly template: TemplateRef;
  /** APPROVED, ARCHIVED, DELETED, DISABLED, FLAGGED, IN_APPEAL, LIMIT_EXCEEDED, LOCKED, PAUSED, PENDING, REINSTATED, PENDING_DELETION, REJECTED. */
  readonly event: string;
  readonly category: string | null;
  readonly reason: string | null;
  readonly disableAtMs: number | null;
  /** FIRST_PAUSE (3 h), SECOND_PAUSE (6 h), RATE_LIMITING_PAUSE, UNPAUSE, DISABLED. */
  readonly pause: string | null;
  /** More words on the pause or the rejection. */
  readonly details: string | null;
  readonly recommendation: string | null;
}

export interface TemplateQualityItem extends OfField {
  readonly kind: "template-quality";
  readonly template: TemplateRef;
  /** GREEN, YELLOW, RED, UNKNOWN. */
  readonly previousScore: string | null;
  readonly newScore: string;
}

export interface TemplateCategoryItem extends OfField {
  readonly kind: "template-category";
  readonly template: TemplateRef;
  /** True: `correctCategory` will hold from `changesAtMs` on, some 24 h later. False: `newCategory` holds. */
  readonly isImpending: boolean;
  readonly previousCategory: string | null;
  readonly newCategory: string | null;
  readonly correctCategory: string | null;
  readonly changesAtMs: number | null;
}

/** The template was edited. */
export interface TemplateComponentsItem extends OfField {
  readonly kind: "template-components";
  readonly template: TemplateRef;
  readonly body: string | null;
  readonly header: string | null;
  readonly footer: string | null;
  readonly buttons: readonly {
    readonly type: string | null;
    readonly text: string | null;
    readonly url: string | null;
    readonly phone: string | null;
  }[];
}

export interface AccountUpdateItem extends OfField {
  readonly kind: "account-update";
  /** ACCOUNT_DELETED, ACCOUNT_VIOLATION, ACCOUNT_RESTRICTION, DISABLED_UPDATE, MM_LITE_TERMS_SIGNED, PARTNER_REMOVED, … */
  readonly event: string;
  /** What was violated. */
  readonly violationType: string | null;
  readonly restrictions: readonly {
    /** RESTRICTED_BIZ_INITIATED_MESSAGING, RESTRICTED_CUSTOMER_INITIATED_MESSAGING, RESTRICTED_ADD_PHONE_NUMBER_ACTION. */
    readonly type: string;
    /** Null when no end is said. */
    readonly expiresAtMs: number | null;
  }[];
  readonly ban: {
    /** DISABLE, REINSTATE, SCHEDULE_FOR_DISABLE. */
    readonly state: string | null;
    /** As the provider writes it; its form is not documented. */
    readonly date: string | null;
  } | null;
}

export interface AccountAlertItem extends OfField {
  readonly kind: "account-alert";
  readonly entityType: string | null;
  readonly entityId: string | null;
  readonly severity: string | null;
  readonly status: string | null;
  readonly alertType: string | null;
  readonly description: string | null;
}

export interface AccountReviewItem extends OfField {
  readonly kind: "account-review";
  /** APPROVED, REJECTED, PENDING, DEFERRED. */
  readonly decision: string;
}

/** People who may be written to outside their windows within 24 h, per portfolio. Null: not said, or a word we do not know. */
export type MessagingTier = number | "unlimited" | null;

export interface PhoneQualityItem extends OfField {
  readonly kind: "phone-quality";
  /** "+<digits>"; the field has no phone number id. */
  readonly displayPhone: string | null;
  /** ONBOARDING, THROUGHPUT_UPGRADE; older UPGRADE, DOWNGRADE, FLAGGED, UNFLAGGED. */
  readonly event: string | null;
  readonly tier: MessagingTier;
}

export interface PhoneNameItem extends OfField {
  readonly kind: "phone-name";
  readonly displayPhone: string | null;
  readonly decision: string | null;
  readonly requestedName: string | null;
  readonly rejectionReason: string | null;
}

export interface BusinessCapabilityItem extends OfField {
  readonly kind: "business-capability";
  readonly tier: MessagingTier;
  readonly phoneNumbersMax: number | null;
}

/** A person stopped or resumed the marketing messages of the number. */
export interface UserPreferencesItem extends OfField {
  readonly kind: "user-preferences";
  readonly contact: WebhookContact;
  /** `marketing_messages`. */
  readonly category: string | null;
  readonly value: "stop" | "resume";
  readonly detail: string | null;
}

/** A person's BSUID has changed: with their phone number, for instance. */
export interface UserIdUpdateItem extends OfField {
  readonly kind: "user-id-update";
  /** With the present ids, as far as they are told. */
  readonly contact: WebhookContact;
  readonly previousBsuid: string | null;
  readonly currentBsuid: string | null;
  readonly previousParentBsuid: string | null;
  readonly currentParentBsuid: string | null;
  readonly detail: string | null;
}

export interface CallItem extends OfField {
  readonly kind: "call";
  readonly callId: string;
  /** `connect`, `terminate` or a word we do not know. */
  readonly event: string | null;
  /** Inbound: the person calls. Null when the provider does not say. */
  readonly direction: "inbound" | "outbound" | null;
  /** The person, not the business; without ids where the direction is not known. */
  readonly contact: WebhookContact;
  /** It opens the customer service window: the person called, answered or not. */
  readonly opensWindow: boolean;
  /** COMPLETED, FAILED, …, in capitals; only with `terminate`. */
  readonly status: string | null;
  readonly durationSeconds: number | null;
  readonly callback: CallbackData | null;
}

/** How a call of the business to a person fares. */
export interface CallStatusItem extends OfField {
  readonly kind: "call-status";
  readonly callId: string;
  /** RINGING, ACCEPTED, REJECTED, in capitals. */
  readonly status: string;
  readonly contact: WebhookContact;
  /** It opens the customer service window: the person accepted the call. */
  readonly opensWindow: boolean;
  readonly callback: CallbackData | null;
}

/** A message that the business sent from its app, beside the API. */
export interface MessageEchoItem extends OfField {
  readonly kind: "message-echo";
  readonly wamid: string;
  /** Meta's word; `unknown` when there is none. */
  readonly type: string;
  /** To whom. */
  readonly contact: WebhookContact;
  readonly content: InboundContent | null;
}

/** Any other field, and the value of a known one that does not read as such. Stored and forwarded. */
export interface OtherItem extends OfField {
  readonly kind: "other";
}

export type FieldItem =
  | TemplateStatusItem
  | TemplateQualityItem
  | TemplateCategoryItem
  | TemplateComponentsItem
  | AccountUpdateItem
  | AccountAlertItem
  | AccountReviewItem
  | PhoneQualityItem
  | PhoneNameItem
  | BusinessCapabilityItem
  | UserPreferencesItem
  | UserIdUpdateItem
  | CallItem
  | CallStatusItem
  | MessageEchoItem
  | OtherItem;
