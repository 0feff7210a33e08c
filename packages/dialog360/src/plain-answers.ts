// Answers without a documented code: 360dialog's own texts, and, when there is no text either, the HTTP status. Two
// tables, tried in this order, from which the second half of docs/errors.md is generated.
//
// Source: docs/sources.md, error bodies (docs.360dialog.com, "API error message list" and the ErrorResp schemas of its API reference).

import type { Judgement } from "./judgement.ts";

export type TextRule = Judgement & {
  /** Matched against the text in lower case. */
  readonly pattern: RegExp;
  /** The text as documented. */
  readonly example: string;
  readonly meaning: string;
  readonly hint: string;
};

export const TEXT_RULES: readonly TextRule[] = [
  {
    class: "throttled",
    scope: "number",
    pattern: /exceeded the endpoint rate limit|exceeded the limit of \d+ requests?/,
    example: "You have exceeded the endpoint rate limit",
    meaning: "360dialog's endpoint rate limit is reached",
    hint: "Nothing to do: Tern slows down and sends again. If it lasts, lower the sender's pace.",
  },
  {
    class: "misconfigured",
    pattern: /lack of payment|overdue invoice/,
    example: "Could not send message due to lack of payment: there are overdue invoices towards 360Dialog",
    meaning: "360dialog has blocked sending because of unpaid invoices",
    hint: "Settle the invoices in the 360dialog Hub, then resume the sender.",
  },
  {
    class: "misconfigured",
    pattern: /invalid api[ _-]?key|token (has )?expired/,
    example: "Invalid API key",
    meaning: "360dialog does not know the API key",
    hint: "Put the sender's current API key into the configuration; create one in the 360dialog Hub if it is lost. The sender goes on when the key changes.",
  },
  {
    class: "misconfigured",
    pattern: /\bhas been disabled\b|\bapi is disabled\b/,
    example: "Your WhatsApp for Business API has been disabled",
    meaning: "360dialog has disabled the number's API access",
    hint: "Ask 360dialog support why the channel is disabled. When it is enabled, resume the sender.",
  },
  {
    class: "misconfigured",
    pattern: /\b(endpoint|url)\b.{0,200}\bis blocked\b/,
    example: "The endpoint is blocked",
    meaning: "360dialog does not allow this path for the number",
    hint: "Check the sender's base URL, or have 360dialog support enable the endpoint. The sender goes on when the address changes or when it is resumed.",
  },
  {
    class: "unknown",
    grade: "ambiguous-answer",
    pattern: /\bapi (is )?not available\b/,
    example: "WhatsApp for Business API not available",
    meaning: "WhatsApp behind 360dialog is not available",
    hint: "Nothing to do: Tern waits for a webhook and sends again if none comes. If it lasts, see 360dialog's status page.",
  },
];

/** The rule for a text of 360dialog's, or undefined when the text is none of the documented ones. */
export function textRuleOf(text: string): TextRule | undefined {
  const lower = text.slice(0, TEXT_LENGTH_MAX).toLowerCase();
  return TEXT_RULES.find((rule) => rule.pattern.test(lower));
}

/** Documented texts are one or two sentences; no more is searched. */
const TEXT_LENGTH_MAX = 2_000;

export type StatusRule = Judgement & {
  readonly from: number;
  readonly to: number;
  readonly meaning: string;
  readonly hint: string;
};

/** Tried from top to bottom; the last one takes whatever is left. */
export const STATUS_RULES: readonly StatusRule[] = [
  {
    from: 200,
    to: 299,
    // Not "most likely not taken": the provider said yes and only the id is lost, so it is as good as no answer.
    class: "unknown",
    grade: "no-answer",
    meaning: "success without a message id",
    hint: "Tern waits for a webhook that tells what became of the message.",
  },
  {
    from: 300,
    to: 399,
    class: "misconfigured",
    meaning: "a redirect instead of an answer",
    hint: "Check the sender's base URL, for instance http instead of https. The sender goes on when it changes.",
  },
  {
    from: 401,
    to: 403,
    class: "misconfigured",
    meaning: "access refused",
    hint: "Check the sender's API key, its invoices and its permissions in the 360dialog Hub. The sender goes on when its key changes or when it is resumed.",
  },
  {
    from: 404,
    to: 405,
    class: "misconfigured",
    meaning: "there is no such endpoint",
    hint: "Check the sender's base URL and its path: every message would meet the same. The sender goes on when the address changes or when it is resumed.",
  },
  {
    from: 408,
    to: 408,
    class: "unknown",
    grade: "ambiguous-answer",
    meaning: "the request timed out on its way",
    hint: "Nothing to do: Tern waits for a webhook and sends again if none comes.",
  },
  {
    from: 429,
    to: 429,
    class: "throttled",
    scope: "number",
    meaning: "too many requests",
    hint: "Nothing to do: Tern slows down and sends again. If it lasts, lower the sender's pace.",
  },
  {
    from: 400,
    to: 499,
    class: "rejected",
    meaning: "the request was refused",
    hint: "Compare the message with the API documentation; the provider gave no code.",
  },
  {
    from: 0,
    to: 999,
    class: "unknown",
    grade: "ambiguous-answer",
    meaning: "a server error",
    hint: "Nothing to do: Tern waits for a webhook and sends again if none comes. If it lasts, see 360dialog's status page.",
  },
];

/** A code we do not know came with the answer: the provider understood the request, so the endpoint exists. */
const REFUSED_WITH_CODE = STATUS_RULES.find((rule) => rule.from === 400) as StatusRule;
const REST = STATUS_RULES.at(-1) as StatusRule;

/**
 * The rule for an HTTP status.
 *
 * coded     the answer carried an error code, though an undocumented one: 403 to 405 then concern this message, not the
 *           sender (docs/sources.md, error codes: unknown code, 4xx, permanent)
 */
export function statusRuleOf(httpStatus: number, { coded }: { readonly coded: boolean }): StatusRule {
  if (coded && httpStatus >= 402 && httpStatus <= 405) return REFUSED_WITH_CODE;
  return STATUS_RULES.find((rule) => httpStatus >= rule.from && httpStatus <= rule.to) ?? REST;
}
