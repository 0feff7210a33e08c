// Webhook bodies as Meta writes them and 360dialog forwards them unchanged (Meta "webhooks/reference/messages" and
// the status page, 2025-11; user ids: "business-scoped user ids", 2026-05). Updates are rendered once to text and
// put together per batch, because three of them follow every message.
import { webhookErrorJson } from "./meta-errors.ts";
import type { Pricing } from "./pricing.ts";
import { hashText } from "./prng.ts";
import type { UserIdentity } from "./recipients.ts";

const DEFAULT_NAME = "Simulated User";
const DEFAULT_NAME_JSON = JSON.stringify(DEFAULT_NAME);

/** One update, rendered. */
export interface Update {
  list: "statuses" | "messages";
  json: string;
  contactJson: string | null;
}

/** What a webhook says of the number it is about. */
export interface NumberIdentity {
  phoneNumberId: string;
  displayPhoneNumber: string;
  wabaId: string;
  portfolio: string;
}

export interface StatusReport {
  to: UserIdentity;
  /** Whether the message was sent to the BSUID. */
  isBsuid: boolean;
  wamid: string;
  status: "sent" | "delivered" | "read" | "played" | "failed";
  atMs: number;
  callbackData: string | null;
  /** null: this status tells none. */
  pricing: Pricing | null;
  errorCode: number | null;
}

/** Renders a status. Failed ones carry errors but no contacts, no pricing, and the user id only if sent by it. */
export function statusUpdate(report: StatusReport): Update {
  const { to } = report;
  const isFailed = report.status === "failed";
  let json = `{"id":"${report.wamid}","status":"${report.status}","timestamp":"${Math.floor(report.atMs / 1000)}"`;
  if (to.phone !== null) json += `,"recipient_id":"${to.phone.slice(1)}"`;
  if (!isFailed || report.isBsuid) json += `,"recipient_user_id":"${to.userId}"`;
  if (!isFailed && to.parentUserId !== null) json += `,"recipient_parent_user_id":"${to.parentUserId}"`;
  if (report.callbackData !== null) json += `,"biz_opaque_callback_data":${JSON.stringify(report.callbackData)}`;
  if (report.pricing !== null) json += pricingJson(report.pricing, report);
  if (report.errorCode !== null) json += `,"errors":[${webhookErrorJson(report.errorCode)}]`;
  // A username comes on delivered and read only ("business-scoped user ids").
  const showsUsername = report.status === "delivered" || report.status === "read";
  return { list: "statuses", json: `${json}}`, contactJson: isFailed ? null : contactJson(to, showsUsername) };
}

/** `conversation` is left out from v24.0 on except within a free entry point, its end comes with `sent` only. */
function pricingJson({ isBillable, type, category, freeUntilMs }: Pricing, { wamid, status }: StatusReport): string {
  const pricing = `,"pricing":{"billable":${isBillable},"pricing_model":"PMP","type":"${type}","category":"${category}"}`;
  if (freeUntilMs === 0) return pricing;
  const end = status === "sent" ? `"expiration_timestamp":"${Math.floor(freeUntilMs / 1000)}",` : "";
  return `,"conversation":{"id":"${hashText(wamid)}",${end}"origin":{"type":"${category}"}}${pricing}`;
}

/** Renders a message from a user. `message` overrides every field it names. */
export function inboundUpdate(
  from: UserIdentity,
  { wamid, atMs, message }: { wamid: string; atMs: number; message: object },
): Update {
  const json = JSON.stringify({
    ...(from.phone !== null && { from: from.phone.slice(1) }),
    from_user_id: from.userId,
    ...(from.parentUserId !== null && { from_parent_user_id: from.parentUserId }),
    id: wamid,
    timestamp: String(Math.floor(atMs / 1000)),
    ...message,
  });
  return { list: "messages", json, contactJson: contactJson(from, true) };
}

/**
 * Puts updates into one webhook body.
 *
 * inOneChange   whether neighbours of a kind share one `changes[]` item; both forms occur (Meta "webhooks overview")
 * isLegacy      without envelope, as on-premises bodies are (360dialog "waba-messaging/sandbox")
 */
export function renderWebhook(
  number: NumberIdentity,
  updates: Update[],
  { inOneChange, isLegacy }: { inOneChange: boolean; isLegacy: boolean },
): string {
  if (isLegacy) return renderLegacy(updates);
  const changes: string[] = [];
  let group: Update[] = [];
  for (const update of updates) {
    const startsNew = group.length > 0 && (!inOneChange || group[0]?.list !== update.list);
    if (startsNew) {
      changes.push(renderChange(number, group));
      group = [];
    }
    group.push(update);
  }
  if (group.length > 0) changes.push(renderChange(number, group));
  const entry = `{"id":${JSON.stringify(number.wabaId)},"changes":[${changes.join(",")}]}`;
  return `{"object":"whatsapp_business_account","entry":[${entry}]}`;
}

function renderLegacy(updates: Update[]): string {
  const listOf = (list: Update["list"]) =>
    updates.filter((update) => update.list === list).map((update) => update.json);
  const parts: [name: string, items: string[]][] = [
    ["contacts", [...new Set(updates.flatMap((update) => update.contactJson ?? []))]],
    ["messages", listOf("messages")],
    ["statuses", listOf("statuses")],
  ];
  return `{${parts.flatMap(([name, items]) => (items.length === 0 ? [] : `"${name}":[${items.join(",")}]`)).join(",")}}`;
}

function renderChange(number: NumberIdentity, updates: Update[]): string {
  const metadata =
    `{"display_phone_number":${JSON.stringify(number.displayPhoneNumber.replace(/\D/g, ""))},` +
    `"phone_number_id":${JSON.stringify(number.phoneNumberId)}}`;
  const contacts = new Set(updates.flatMap((update) => update.contactJson ?? []));
  const contactsJson = contacts.size === 0 ? "" : `"contacts":[${[...contacts].join(",")}],`;
  const items = updates.map((update) => update.json).join(",");
  return (
    `{"value":{"messaging_product":"whatsapp","metadata":${metadata},` +
    `${contactsJson}"${updates[0]?.list}":[${items}]},"field":"messages"}`
  );
}

function contactJson(
  { phone, userId, parentUserId, username, profileName }: UserIdentity,
  showsUsername: boolean,
): string {
  const name = profileName === DEFAULT_NAME ? DEFAULT_NAME_JSON : JSON.stringify(profileName);
  const usernameJson = showsUsername && username !== null ? `,"username":${JSON.stringify(username)}` : "";
  const waId = phone === null ? "" : `"wa_id":"${phone.slice(1)}",`;
  const parent = parentUserId === null ? "" : `,"parent_user_id":"${parentUserId}"`;
  return `{"profile":{"name":${name}${usernameJson}},${waId}"user_id":"${userId}"${parent}}`;
}
