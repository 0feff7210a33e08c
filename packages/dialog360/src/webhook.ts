// From the raw body of a webhook to items. The border is here: nothing that the provider may send makes it throw, and one
// bad update never costs its neighbours. Loose about what we do not use, narrow about what we do. Source: docs/sources.md, webhook bodies.
//
// Fast on purpose: statuses come three for every message sent, so fields are read by hand and only texts that are kept
// are written back to JSON.

import type { Status } from "@tern/core";
import { failureOf, readProviderError } from "./provider-error.ts";
import { asArray, asBoolean, asInteger, asObject, asText, asTimeMs, type JsonObject, parseJson } from "./read.ts";
import { parseCallbackData } from "./send-body.ts";
import type { NumberErrorItem, Pricing, ReportedFailure, WebhookItem } from "./webhook-items.ts";

/** The items of a body, or why there are none: not JSON, or not an object. */
export type WebhookContent = { readonly items: WebhookItem[] } | { readonly unreadable: string };

/** Longest id (wamid, phone number id, WABA id, BSUID with prefix) that is taken for one. */
const ID_LENGTH_MAX = 512;
/** Longest word (status, type, field, pricing). */
const WORD_LENGTH_MAX = 100;

/** The provider's words that are statuses of ours; `deleted` and future words are not. */
const STATUS_BY_WORD = new Map<string, Status>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "played"],
  ["failed", "failed"],
]);

/**
 * Takes a webhook body apart.
 *
 * raw       the bytes as received, up to 3 MB
 * returns   the items in the order of the body; never throws
 */
export function parseWebhook(raw: Buffer | string): WebhookContent {
  const text = typeof raw === "string" ? raw : raw.toString("utf8");
  const parsed = parseJson(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  if (parsed === undefined) return { unreadable: text.trim() === "" ? "the body is empty" : "the body is not JSON" };
  const body = asObject(parsed);
  if (body === undefined) return { unreadable: "the body is not a JSON object" };
  const items: WebhookItem[] = [];
  if (body.entry !== undefined) readEntries(body.entry, items);
  else if (carriesMessages(body)) readMessages(body, { phoneNumberId: null, wabaId: null }, items);
  else items.push(aside("a body of an unknown shape", body));
  return { items };
}

const BYTE_ORDER_MARK = 0xfeff;

function readEntries(value: unknown, items: WebhookItem[]): void {
  const entries = asArray(value);
  if (entries === undefined) items.push(aside("entry is not a list", value));
  for (const each of entries ?? []) {
    const entry = asObject(each);
    const changes = asArray(entry?.changes);
    if (changes === undefined) items.push(aside("an entry without changes", each));
    for (const change of changes ?? []) readChange(change, asText(entry?.id, ID_LENGTH_MAX) ?? null, items);
  }
}

interface Origin {
  readonly phoneNumberId: string | null;
  readonly wabaId: string | null;
}

function readChange(each: unknown, wabaId: string | null, items: WebhookItem[]): void {
  const change = asObject(each);
  const value = asObject(change?.value);
  if (change === undefined || value === undefined) {
    items.push(aside("a change without a value", each));
    return;
  }
  const phoneNumberId = asText(asObject(value.metadata)?.phone_number_id, ID_LENGTH_MAX) ?? null;
  const field = asText(change.field, WORD_LENGTH_MAX) ?? "messages";
  // Other fields have lists of the same names with other meanings (the statuses of `calls`).
  if (field === "messages" && carriesMessages(value)) readMessages(value, { phoneNumberId, wabaId }, items);
  else items.push(withJson(value, (json) => ({ kind: "other", field, phoneNumberId, wabaId, json })));
}

function carriesMessages(value: JsonObject): boolean {
  return value.statuses !== undefined || value.messages !== undefined || value.errors !== undefined;
}

function readMessages(value: JsonObject, origin: Origin, items: WebhookItem[]): void {
  for (const each of listOf(value.statuses, "statuses is not a list", items)) items.push(readStatus(each, origin));
  const messages = listOf(value.messages, "messages is not a list", items);
  const contactOf = messages.length > 0 ? contactsBy(value.contacts, messages.length) : noContact;
  for (const each of messages) items.push(readInbound(each, origin, contactOf));
  for (const each of listOf(value.errors, "errors is not a list", items)) items.push(readNumberError(each, origin));
}

function listOf(value: unknown, reason: string, items: WebhookItem[]): readonly unknown[] {
  const list = asArray(value);
  if (list === undefined && value !== undefined && value !== null) items.push(aside(reason, value));
  return list ?? [];
}

function readStatus(each: unknown, { phoneNumberId }: Origin): WebhookItem {
  const report = asObject(each);
  const wamid = asText(report?.id, ID_LENGTH_MAX);
  const statusText = asText(report?.status, WORD_LENGTH_MAX);
  if (report === undefined || wamid === undefined || statusText === undefined) {
    return aside("a status without id or status", each);
  }
  const status = STATUS_BY_WORD.get(statusText) ?? null;
  const callback = report.biz_opaque_callback_data;
  return {
    kind: "status",
    phoneNumberId,
    wamid,
    status,
    statusText,
    atMs: asTimeMs(report.timestamp) ?? null,
    recipient: asText(report.recipient_id, ID_LENGTH_MAX) ?? asText(report.recipient_user_id, ID_LENGTH_MAX) ?? null,
    callback: typeof callback === "string" ? parseCallbackData(callback) : null,
    failure: status === "failed" || status === null ? reportedFailureOf(report.errors, status) : null,
    pricing: readPricing(report.pricing),
  };
}

function readPricing(value: unknown): Pricing | null {
  const pricing = asObject(value);
  if (pricing === undefined) return null;
  return {
    category: asText(pricing.category, WORD_LENGTH_MAX) ?? null,
    type: asText(pricing.type, WORD_LENGTH_MAX) ?? null,
    model: asText(pricing.pricing_model, WORD_LENGTH_MAX) ?? null,
    billable: asBoolean(pricing.billable) ?? null,
  };
}

function reportedFailureOf(errors: unknown, status: Status | null): ReportedFailure | null {
  const list = asArray(errors) ?? [];
  const failure = list.length > 0 ? failureOfReport(list[0]) : null;
  return failure ?? (status === "failed" ? UNEXPLAINED : null);
}

/** A code without a row is a final refusal here: in a webhook nothing is left to try. */
function failureOfReport(value: unknown): ReportedFailure | null {
  const error = readProviderError(value);
  return error === undefined ? null : { ...failureOf(error, null), class: error.row?.class ?? "rejected" };
}

const UNEXPLAINED: ReportedFailure = {
  class: "rejected",
  code: null,
  httpStatus: null,
  reason: "the provider reported the message as failed without saying why",
  hint: "Ask 360dialog support with the wamid if it happens more than once.",
};

function readInbound(each: unknown, { phoneNumberId }: Origin, contactOf: ContactOf): WebhookItem {
  const message = asObject(each);
  const wamid = asText(message?.id, ID_LENGTH_MAX);
  if (message === undefined || wamid === undefined) return aside("an inbound message without id", each);
  const from = asText(message.from, ID_LENGTH_MAX) ?? asText(message.from_user_id, ID_LENGTH_MAX) ?? null;
  const atMs = asTimeMs(message.timestamp) ?? null;
  const type = asText(message.type, WORD_LENGTH_MAX) ?? "unknown";
  return withJson({ message, contact: contactOf(message) }, (json) => {
    return { kind: "inbound", phoneNumberId, wamid, from, atMs, type, json };
  });
}

type ContactOf = (message: JsonObject) => JsonObject | undefined;

const noContact: ContactOf = () => undefined;

/** Finds the contact of a message by phone number or BSUID; the only contact of an only message needs no match. */
function contactsBy(value: unknown, messageCount: number): ContactOf {
  const contacts = (asArray(value) ?? []).map(asObject).filter((contact) => contact !== undefined);
  if (contacts.length === 0) return noContact;
  const byId = new Map<string, JsonObject>();
  for (const contact of contacts) {
    for (const id of [asText(contact.wa_id, ID_LENGTH_MAX), asText(contact.user_id, ID_LENGTH_MAX)]) {
      if (id !== undefined) byId.set(id, contact);
    }
  }
  const only = contacts.length === 1 && messageCount === 1 ? contacts[0] : undefined;
  return ({ from, from_user_id }) => {
    const phone = asText(from, ID_LENGTH_MAX);
    const bsuid = asText(from_user_id, ID_LENGTH_MAX);
    return (phone && byId.get(phone)) || (bsuid && byId.get(bsuid)) || only;
  };
}

function readNumberError(each: unknown, { phoneNumberId }: Origin): WebhookItem {
  const failure = failureOfReport(each);
  if (failure === null) return aside("an error without code", each);
  const code = asInteger(asObject(each)?.code) ?? null;
  return withJson(each, (json): NumberErrorItem => ({ kind: "number-error", phoneNumberId, code, failure, json }));
}

function aside(reason: string, value: unknown): WebhookItem {
  return withJson(value, (json) => ({ kind: "aside", reason, json }));
}

/** Makes an item with the value's JSON text. Printing fails on one thing only, a nesting too deep for the stack. */
function withJson(value: unknown, itemOf: (json: string) => WebhookItem): WebhookItem {
  try {
    return itemOf(JSON.stringify(value));
  } catch {
    return { kind: "aside", reason: "nested too deeply", json: "null" };
  }
}
