// Webhook bodies as Meta writes them and 360dialog forwards them unchanged (Meta "webhooks/reference/messages" and
// the status page, 2025-11; user ids: "business-scoped user ids", 2026-05). Updates are rendered once to text and
// put together per batch, because three of them follow every message.
import { webhookErrorJson } from "./meta-errors.ts";
import { hashText, mix32 } from "./prng.ts";

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

/** Who a message goes to or comes from: a phone number as "+<digits>", or a BSUID. */
export interface UserIdentity {
  user: string;
  isBsuid: boolean;
}

export interface StatusReport extends UserIdentity {
  wamid: string;
  status: "sent" | "delivered" | "read" | "played" | "failed";
  atMs: number;
  callbackData: string | null;
  pricing: { isBillable: boolean; type: string; category: string } | null;
  errorCode: number | null;
}

/** Renders a status. Failed ones carry errors but no contacts, no pricing, and the user id only if sent by it. */
export function statusUpdate(number: NumberIdentity, report: StatusReport): Update {
  const userId = userIdOf(number.portfolio, report);
  const isFailed = report.status === "failed";
  let json = `{"id":"${report.wamid}","status":"${report.status}","timestamp":"${Math.floor(report.atMs / 1000)}"`;
  if (!report.isBsuid) json += `,"recipient_id":"${report.user.slice(1)}"`;
  if (!isFailed || report.isBsuid) json += `,"recipient_user_id":"${userId}"`;
  if (report.callbackData !== null) json += `,"biz_opaque_callback_data":${JSON.stringify(report.callbackData)}`;
  if (report.pricing !== null) {
    const { isBillable, type, category } = report.pricing;
    json += `,"pricing":{"billable":${isBillable},"pricing_model":"PMP","type":"${type}","category":"${category}"}`;
  }
  if (report.errorCode !== null) json += `,"errors":[${webhookErrorJson(report.errorCode)}]`;
  return { list: "statuses", json: `${json}}`, contactJson: isFailed ? null : contactJson(report, userId, null) };
}

/** Renders a message from a user. `message` overrides every field it names. */
export function inboundUpdate(
  number: NumberIdentity,
  from: UserIdentity,
  { wamid, atMs, profileName, message }: { wamid: string; atMs: number; profileName: string; message: object },
): Update {
  const userId = userIdOf(number.portfolio, from);
  const json = JSON.stringify({
    ...(from.isBsuid ? {} : { from: from.user.slice(1) }),
    from_user_id: userId,
    id: wamid,
    timestamp: String(Math.floor(atMs / 1000)),
    ...message,
  });
  return { list: "messages", json, contactJson: contactJson(from, userId, profileName) };
}

/**
 * Puts updates into one webhook body.
 *
 * inOneChange   whether neighbours of a kind share one `changes[]` item; both forms occur (Meta "webhooks overview")
 */
export function renderWebhook(number: NumberIdentity, updates: Update[], inOneChange: boolean): string {
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

function contactJson({ user, isBsuid }: UserIdentity, userId: string, profileName: string | null): string {
  const waId = isBsuid ? "" : `"wa_id":"${user.slice(1)}",`;
  return `{"profile":{"name":${JSON.stringify(profileName ?? "Simulated User")}},${waId}"user_id":"${userId}"}`;
}

// The country in front of a BSUID; enough calling codes for test data, the rest shows the first.
const countryByCallingCode: [callingCode: string, country: string][] = [
  ["+1", "US"],
  ["+31", "NL"],
  ["+33", "FR"],
  ["+34", "ES"],
  ["+39", "IT"],
  ["+44", "GB"],
  ["+49", "DE"],
  ["+52", "MX"],
  ["+55", "BR"],
  ["+91", "IN"],
];

/** A user's BSUID: the same for every number of a portfolio, different in another portfolio. */
function userIdOf(portfolio: string, { user, isBsuid }: UserIdentity): string {
  if (isBsuid) return user;
  const country = countryByCallingCode.find(([callingCode]) => user.startsWith(callingCode))?.[1] ?? "US";
  const hash = hashText(portfolio) ^ hashText(user);
  return `${country}.${mix32(hash)}${mix32(hash ^ 0x5bd1e995)}`;
}
