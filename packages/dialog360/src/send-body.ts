// The body of POST /messages (docs/sources.md, sending): our envelope around content that is stored as JSON text. The content is
// joined in as text, so that a send parses and prints nothing that it does not need.

import { parseMessageId } from "@tern/core";

/** A business-scoped user id, such as US.13491208655302741918 (docs/sources.md, sending; M:business-scoped-user-ids). */
export const BSUID_PATTERN = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

export interface SendBody {
  /**
   * E.164 with "+": without it Meta puts the calling code of the business number's country in front. Anything else is a
   * BSUID.
   */
  readonly to: string;
  /** Comes back in every status webhook of the message; see {@link formatCallbackData}. */
  readonly callbackData: string;
  /** JSON text of an object with `type` and what belongs to it, as `contentJson` writes it. */
  readonly content: string;
  /** JSON text of more fields of the body, as {@link marketingFields} writes it; empty or left out for none. */
  readonly extraFields?: string;
}

/** The JSON text to send. Throws when the content is not the text of one object with fields: a corrupt record. */
export function buildSendBody({ to, callbackData, content, extraFields = "" }: SendBody): string {
  // A line break would be a fallback that nobody took off (stored-content.ts).
  if (!content.startsWith('{"') || content.includes("\n")) {
    throw new Error("the content of a message is not the JSON text of an object");
  }
  const recipient = `"recipient_type":"individual",${to.startsWith("+") ? '"to"' : '"recipient"'}:${JSON.stringify(to)}`;
  const tracking = `"biz_opaque_callback_data":${JSON.stringify(callbackData)}`;
  const extra = extraFields === "" ? "" : `${extraFields},`;
  return `{"messaging_product":"whatsapp",${recipient},${tracking},${extra}${content.slice(1)}`;
}

/** What only POST /marketing_messages takes (M:marketing-messages/send-marketing-messages). */
export interface MarketingOptions {
  /** Whether a template that cannot go that way goes the usual one, or fails. */
  readonly productPolicy?: "CLOUD_API_FALLBACK" | "STRICT";
  /** Whether Meta may use what the recipient does with the message to choose recipients. */
  readonly messageActivitySharing?: boolean;
}

/** The fields of these options for {@link SendBody.extraFields}; empty if none is given. */
export function marketingFields({ productPolicy, messageActivitySharing }: MarketingOptions): string {
  return JSON.stringify({ product_policy: productPolicy, message_activity_sharing: messageActivitySharing }).slice(
    1,
    -1,
  );
}

/** What ties a status webhook to one put-on-the-wire of one message. */
export interface CallbackData {
  readonly messageId: string;
  /** Which of the message's sends it was: a whole number from 0 to 999,999,999. */
  readonly wireNumber: number;
}

/** `tern1:<messageId>:<wireNumber>`: at most 79 characters, far below the 512 that the provider keeps. */
export function formatCallbackData({ messageId, wireNumber }: CallbackData): string {
  return `tern1:${messageId}:${wireNumber}`;
}

const CALLBACK_DATA = /^tern1:([^:]{1,80}):(0|[1-9]\d{0,8})$/;

/** The reverse of {@link formatCallbackData}; null for anything else, such as another system's data. Never throws. */
export function parseCallbackData(text: string): CallbackData | null {
  const match = CALLBACK_DATA.exec(text);
  if (!match?.[1] || !match[2] || parseMessageId(match[1]) === null) return null;
  return { messageId: match[1], wireNumber: Number(match[2]) };
}
