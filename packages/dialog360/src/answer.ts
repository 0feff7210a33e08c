// From an HTTP answer of the provider to an Outcome. Bodies come in five shapes (docs/sources.md, error bodies): Meta's error object,
// 360dialog's `{"error": "text"}` and `{"message": "text"}`, the legacy `{"meta": {httpCode, developerMessage}}`, and
// whatever a proxy in between writes. Judged in this order: message id, documented code, documented text, HTTP status.

import type { NamedRecipient, Outcome } from "@tern/core";
import { toOutcome } from "./judgement.ts";
import { statusRuleOf, textRuleOf } from "./plain-answers.ts";
import { failureOf, type ProviderError, readProviderError } from "./provider-error.ts";
import { asArray, asInteger, asObject, asText, type JsonObject, parseJson } from "./read.ts";
import { reasonText } from "./reason.ts";
import { retryAfterMs } from "./retry-after.ts";
import { bsuidOf, phoneOf } from "./webhook/people.ts";

export interface Answer {
  readonly httpStatus: number;
  readonly headers: { readonly retryAfter?: string | undefined };
  readonly body: string;
  /** Epoch milliseconds, to read a Retry-After that is a date. */
  readonly nowMs: number;
}

/** A wamid is opaque; Meta's are some 60 characters long. Longer than this is no id. */
const WAMID_LENGTH_MAX = 512;
/** The two statuses that mean "taken, but kept back by pacing" (docs/sources.md, sending). */
const HELD = new Set<unknown>(["held_for_quality_assessment", "paused"]);

/**
 * Judges one answer to a send.
 *
 * answer    whatever came back, of any shape; a body that was too long to read may be passed as ""
 * returns   an Outcome; never throws. `throttled`, `transient` and `number-paused` carry the wait that the table or
 *           Retry-After names. A 2xx without a wamid is `unknown` of the grade "no-answer": it was most likely taken.
 * source    docs/sources.md, sending, error bodies, error codes
 */
export function outcomeOfAnswer({ httpStatus, headers, body, nowMs }: Answer): Outcome {
  const json = asObject(parseJson(body));
  if (httpStatus >= 200 && httpStatus < 300) {
    const message = asObject(asArray(json?.messages)?.[0]);
    const wamid = typeof message?.id === "string" ? asText(message.id, WAMID_LENGTH_MAX) : undefined;
    if (wamid !== undefined) {
      const recipient = recipientOf(asObject(asArray(json?.contacts)?.[0]));
      return { class: "accepted", wamid, held: HELD.has(message?.message_status), ...(recipient && { recipient }) };
    }
  }
  const askedWaitMs = retryAfterMs(headers.retryAfter, nowMs);
  const error = readProviderError(json?.error);
  if (error !== undefined) return outcomeOfCode(error, httpStatus, askedWaitMs);
  return outcomeOfText(textOf(json, body), httpStatus, askedWaitMs);
}

/** Whom the answer names; the `wa_id` of a Brazilian or Mexican number may be another spelling of it. */
function recipientOf(contact: JsonObject | undefined): NamedRecipient | null {
  const phone = phoneOf(contact?.wa_id);
  const bsuid = bsuidOf(contact?.user_id);
  if (phone === null && bsuid === null) return null;
  return { ...(phone !== null && { phone }), ...(bsuid !== null && { bsuid }) };
}

function outcomeOfCode(error: ProviderError, httpStatus: number, askedWaitMs: number | undefined): Outcome {
  const failure = failureOf(error, httpStatus);
  if (error.row !== undefined) return toOutcome(error.row, failure, askedWaitMs);
  // `is_transient` says "try again", not "not taken": with a server error the message may have gone out all the same.
  if (error.isTransient && httpStatus >= 400 && httpStatus < 500) {
    return toOutcome({ class: "transient" }, failure, askedWaitMs);
  }
  return toOutcome(statusRuleOf(httpStatus, { coded: true }), failure, askedWaitMs);
}

function outcomeOfText(text: string | undefined, httpStatus: number, askedWaitMs: number | undefined): Outcome {
  const isSuccess = httpStatus >= 200 && httpStatus < 300;
  const textRule = text === undefined || isSuccess ? undefined : textRuleOf(text);
  const rule = textRule ?? statusRuleOf(httpStatus, { coded: false });
  const meaning = textRule?.meaning ?? `HTTP ${httpStatus}, ${rule.meaning}`;
  return toOutcome(rule, { code: null, httpStatus, reason: reasonText(meaning, text), hint: rule.hint }, askedWaitMs);
}

/** The words in a body without a code: from 360dialog's shapes, or the body itself when it is a short plain text. */
function textOf(json: JsonObject | undefined, body: string): string | undefined {
  if (json !== undefined) {
    const meta = asObject(json.meta);
    const error = asObject(json.error);
    const said = [json.error, error?.message, json.message, meta?.developerMessage, meta?.developer_message];
    const text = said.find((one) => typeof one === "string" && one !== "") as string | undefined;
    return text ?? (asInteger(meta?.httpCode) === undefined ? undefined : `httpCode ${meta?.httpCode}`);
  }
  const plain = body.slice(0, PLAIN_TEXT_LENGTH_MAX + 1).trim();
  const isPlain = plain !== "" && plain.length <= PLAIN_TEXT_LENGTH_MAX && !/^[<{["]/.test(plain);
  return isPlain ? plain : undefined; // HTML and broken JSON say nothing to a person
}

const PLAIN_TEXT_LENGTH_MAX = 500;
