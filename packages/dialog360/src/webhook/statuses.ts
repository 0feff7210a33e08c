// `statuses[]`: what became of messages that went out by the number. Three come for every message sent, so this is the
// hot path of the service: fields are read by hand and nothing is printed. Source: docs/sources.md, webhook bodies.

import type { Status } from "@tern/core";
import { asArray, asBoolean, asObject } from "../read.ts";
import { parseCallbackData } from "../send-body.ts";
import { idOf, timeMsOf, wordOf } from "./fields.ts";
import type { AsideItem, Conversation, Pricing, ReportedFailure, StatusItem } from "./items.ts";
import { bsuidOf, contactFinder, contactOf, type FindContact, phoneOf } from "./people.ts";
import { aside } from "./print.ts";
import { reportedFailure } from "./reported-failure.ts";

/** The provider's words that are statuses of ours; `deleted` and future words are not. */
const STATUS_BY_WORD = new Map<string, Status>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "played"],
  ["failed", "failed"],
]);

/** Each report of the list, an odd one set aside. */
export function readStatuses(
  reports: readonly unknown[],
  contacts: unknown,
  phoneNumberId: string | null,
): (StatusItem | AsideItem)[] {
  const findContact = contactFinder(contacts, reports.length);
  return reports.map((report, index) => readStatus(report, index, findContact, phoneNumberId));
}

function readStatus(
  each: unknown,
  index: number,
  findContact: FindContact,
  phoneNumberId: string | null,
): StatusItem | AsideItem {
  const report = asObject(each);
  const wamid = idOf(report?.id);
  const statusText = wordOf(report?.status);
  if (report === undefined || wamid === null || statusText === null) {
    return aside("a status without id or status", each);
  }
  const status = STATUS_BY_WORD.get(statusText) ?? null;
  const callback = report.biz_opaque_callback_data;
  const phone = report.recipient_type === "group" ? null : phoneOf(report.recipient_id);
  const contact = findContact(index, report.recipient_id, report.recipient_user_id);
  return {
    kind: "status",
    phoneNumberId,
    wamid,
    status,
    statusText,
    atMs: timeMsOf(report.timestamp),
    recipientId: phone ?? idOf(report.recipient_id),
    // A BSUID where the phone number belongs is one all the same.
    recipientUserId: bsuidOf(report.recipient_user_id) ?? (phone === null ? bsuidOf(report.recipient_id) : null),
    // The second name held before 2026-05-05.
    recipientParentUserId: bsuidOf(report.recipient_parent_user_id) ?? bsuidOf(report.parent_recipient_user_id),
    contact: contact === undefined ? null : contactOf(contact),
    callback: typeof callback === "string" ? parseCallbackData(callback) : null,
    failure: status === "failed" || status === null ? failureIn(report.errors, status) : null,
    pricing: readPricing(report.pricing),
    conversation: readConversation(report.conversation),
  };
}

function readPricing(value: unknown): Pricing | null {
  const pricing = asObject(value);
  if (pricing === undefined) return null;
  return {
    category: wordOf(pricing.category),
    type: wordOf(pricing.type),
    model: wordOf(pricing.pricing_model),
    billable: asBoolean(pricing.billable) ?? null,
  };
}

function readConversation(value: unknown): Conversation | null {
  const conversation = asObject(value);
  if (conversation === undefined) return null;
  return {
    id: idOf(conversation.id),
    originType: wordOf(asObject(conversation.origin)?.type),
    expiresAtMs: timeMsOf(conversation.expiration_timestamp),
  };
}

function failureIn(errors: unknown, status: Status | null): ReportedFailure | null {
  const list = asArray(errors) ?? [];
  const failure = list.length > 0 ? reportedFailure(list[0]) : null;
  return failure ?? (status === "failed" ? UNEXPLAINED : null);
}

const UNEXPLAINED: ReportedFailure = {
  class: "rejected",
  code: null,
  httpStatus: null,
  reason: "the provider reported the message as failed without saying why",
  hint: "Ask 360dialog support with the wamid if it happens more than once.",
};
