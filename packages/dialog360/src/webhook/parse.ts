// From the raw body of a webhook to items. The border is here: nothing that the provider may send makes it throw, and one
// bad update never costs its neighbours. Loose about what we do not use, narrow about what we do. Source: docs/sources.md, webhook bodies.

import { asArray, asInteger, asObject, type JsonObject, parseJson } from "../read.ts";
import {
  readAccountAlert,
  readAccountReview,
  readAccountUpdate,
  readBusinessCapability,
  readPhoneName,
  readPhoneQuality,
} from "./account-fields.ts";
import { type FieldOrigin, type FieldReader, other } from "./field-origin.ts";
import { idOf, timeMsOf, wordOf } from "./fields.ts";
import { readInbound } from "./inbound.ts";
import type { NumberErrorItem, WebhookItem } from "./items.ts";
import { readCalls, readMessageEchoes, readUserIdUpdate, readUserPreferences } from "./person-fields.ts";
import { aside, withJson } from "./print.ts";
import { reportedFailure } from "./reported-failure.ts";
import { readStatuses } from "./statuses.ts";
import {
  readTemplateCategory,
  readTemplateComponents,
  readTemplateQuality,
  readTemplateStatus,
} from "./template-fields.ts";

/** The items of a body, or why there are none: not JSON, or not an object. */
export type WebhookContent = { readonly items: WebhookItem[] } | { readonly unreadable: string };

/** Fields that are read; every other is kept as it is. */
const READERS = new Map<string, FieldReader>([
  ["message_template_status_update", readTemplateStatus],
  ["message_template_quality_update", readTemplateQuality],
  ["template_category_update", readTemplateCategory],
  ["message_template_components_update", readTemplateComponents],
  ["account_update", readAccountUpdate],
  ["account_alerts", readAccountAlert],
  ["account_review_update", readAccountReview],
  ["phone_number_quality_update", readPhoneQuality],
  ["phone_number_name_update", readPhoneName],
  ["business_capability_update", readBusinessCapability],
  ["user_preferences", readUserPreferences],
  ["user_id_update", readUserIdUpdate],
  ["calls", readCalls],
  ["smb_message_echoes", readMessageEchoes],
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
  // Bodies of the old on-premise API, which the sandbox may still send: the value alone, and no number named.
  else if (carriesMessages(body)) readMessages(body, null, items);
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
    for (const change of changes ?? []) readChange(change, entry, items);
  }
}

function readChange(each: unknown, entry: JsonObject | undefined, items: WebhookItem[]): void {
  const change = asObject(each);
  const value = asObject(change?.value);
  if (change === undefined || value === undefined) {
    items.push(aside("a change without a value", each));
    return;
  }
  const phoneNumberId = idOf(asObject(value.metadata)?.phone_number_id);
  const field = wordOf(change.field) ?? "messages";
  // Other fields have lists of the same names with other meanings (the statuses of `calls`).
  if (field === "messages" && carriesMessages(value)) readMessages(value, phoneNumberId, items);
  else readField(value, { field, phoneNumberId, wabaId: idOf(entry?.id), atMs: timeMsOf(entry?.time) }, items);
}

function readField(value: JsonObject, origin: FieldOrigin, items: WebhookItem[]): void {
  const read = READERS.get(origin.field)?.(value, origin) ?? [];
  if (read.length === 0) items.push(other(value, origin));
  for (const item of read) items.push(item);
}

function carriesMessages(value: JsonObject): boolean {
  return value.statuses !== undefined || value.messages !== undefined || value.errors !== undefined;
}

function readMessages(value: JsonObject, phoneNumberId: string | null, items: WebhookItem[]): void {
  const statuses = listOf(value.statuses, "statuses is not a list", items);
  if (statuses.length > 0) add(items, readStatuses(statuses, value.contacts, phoneNumberId));
  const messages = listOf(value.messages, "messages is not a list", items);
  if (messages.length > 0) add(items, readInbound(messages, value.contacts, phoneNumberId));
  for (const each of listOf(value.errors, "errors is not a list", items))
    items.push(readNumberError(each, phoneNumberId));
}

/** Not by spreading: a body may hold more items than a call takes arguments. */
function add(items: WebhookItem[], more: readonly WebhookItem[]): void {
  for (const item of more) items.push(item);
}

function listOf(value: unknown, reason: string, items: WebhookItem[]): readonly unknown[] {
  const list = asArray(value);
  if (list === undefined && value !== undefined && value !== null) items.push(aside(reason, value));
  return list ?? [];
}

function readNumberError(each: unknown, phoneNumberId: string | null): WebhookItem {
  const failure = reportedFailure(each);
  if (failure === null) return aside("an error without code", each);
  const code = asInteger(asObject(each)?.code) ?? null;
  return withJson(each, (json): NumberErrorItem => ({ kind: "number-error", phoneNumberId, code, failure, json }));
}
