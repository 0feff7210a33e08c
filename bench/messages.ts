// The message of all benches: a template with two parameters whose content is 330 bytes of JSON, each to a recipient of
// its own (messages to one recipient wait for one another), in the shapes of the API, of the store and of a bare queue.
import type { Lane } from "@tern/core";
import type { NewMessage } from "@tern/store";

export const CONTENT_BYTES = 330;
export const CALLER = "test";

/** Numbers messages over the whole run: equal numbers are equal messages. */
export interface Numbering {
  /** The next `count` numbers, never given out before. */
  take(count: number): number[];
}

export function createNumbering(): Numbering {
  let next = 0;
  return {
    take(count) {
      const first = next;
      next += count;
      return Array.from({ length: count }, (_, at) => first + at);
    },
  };
}

/** A German mobile number per message, E.164. */
export function recipientOf(number: number): string {
  return `+49151${String(10_000_000 + (number % 89_999_999))}`;
}

/** `{type, template}` as the Cloud API wants it; its JSON has {@link CONTENT_BYTES} bytes whatever the number. */
export function contentOf(number: number) {
  const parcel = `DE-${String(number).padStart(12, "0")}`;
  const window =
    "today between 14:00 and 16:00; the courier rings twice and leaves a card if nobody opens the door in the afternoon right then";
  return {
    type: "template",
    template: {
      name: "parcel_delivery_window",
      language: { code: "en_GB" },
      components: [
        {
          type: "body",
          parameters: [
            { type: "text", text: parcel },
            { type: "text", text: window },
          ],
        },
      ],
    },
  } as const;
}

/** What a caller posts to the API. */
export function requestOf(sender: string, number: number) {
  return { sender, to: recipientOf(number), ...contentOf(number) };
}

/** What a bare queue carries: all the worker needs for the same HTTP call. */
export function payloadOf(number: number) {
  return { to: recipientOf(number), ...contentOf(number) };
}

/** What the API hands to the store. */
export function newMessageOf(number: number, lane: Lane = "normal"): NewMessage {
  return {
    to: recipientOf(number),
    lane,
    caller: CALLER,
    type: "template",
    template: "parcel_delivery_window",
    content: JSON.stringify(contentOf(number)),
    sendAtMs: null,
    expiresAtMs: null,
    reference: null,
    metadata: null,
    idempotency: null,
    doubtPolicy: "resend",
  };
}
