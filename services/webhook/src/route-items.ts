// Sorts the items of one request by the sender they belong to. The message id in a status's callback data says it best;
// then the phone number id; then the account, for items about an account or its templates. What belongs to nobody we
// know, and what cannot be read so far that it names anybody, is kept apart.

import { parseMessageId } from "@tern/core";
import type { AsideItem, WebhookItem } from "@tern/dialog360";
import type { Deployment } from "@tern/runtime";
import type { InboundMessage, SetAside, StatusReport, WindowOpening } from "@tern/store";
import { type Spellings, spellingsIn } from "./spellings.ts";

export interface SenderItems {
  readonly statuses: StatusReport[];
  readonly inbound: InboundMessage[];
  readonly calls: WindowOpening[];
  readonly spellings: Spellings[];
  readonly aside: SetAside[];
}

export interface RoutedItems {
  readonly bySender: ReadonlyMap<string, SenderItems>;
  readonly unroutable: readonly SetAside[];
  /** Not even readable as an item. */
  readonly unusable: readonly SetAside[];
}

type Senders = Pick<Deployment, "senderById" | "senderByPhoneNumberId" | "sendersByWabaId">;

/** `receivedAtMs` stands in where the provider gave no time. */
export function routeItems(items: readonly WebhookItem[], senders: Senders, receivedAtMs: number): RoutedItems {
  const bySender = new Map<string, SenderItems>();
  const unroutable: SetAside[] = [];
  const unusable: SetAside[] = [];

  const itemsOf = (senderId: string): SenderItems => {
    let found = bySender.get(senderId);
    if (!found) {
      found = { statuses: [], inbound: [], calls: [], spellings: [], aside: [] };
      bySender.set(senderId, found);
    }
    return found;
  };

  for (const item of items) {
    if (item.kind === "aside") {
      unusable.push({ reason: item.reason, json: item.json });
      continue;
    }
    const senderId = senderOf(item, senders);
    if (senderId === null) {
      unroutable.push({ reason: `unknown sender (${item.kind})`, json: jsonOf(item) });
      continue;
    }
    const target = itemsOf(senderId);
    target.spellings.push(...spellingsIn(item));
    const call = openingOf(item, receivedAtMs);
    if (call !== null) target.calls.push(call);
    if (item.kind === "status" && item.status !== null)
      target.statuses.push(reportOf(item, item.status, senderId, receivedAtMs));
    else if (item.kind === "inbound") target.inbound.push(inboundOf(item, receivedAtMs));
    else target.aside.push({ reason: reasonOf(item), json: jsonOf(item) });
  }
  return { bySender, unroutable, unusable };
}

type UsableItem = Exclude<WebhookItem, AsideItem>;

function senderOf(item: UsableItem, senders: Senders): string | null {
  const ours = item.kind === "status" && item.callback ? parseMessageId(item.callback.messageId) : null;
  if (ours && senders.senderById.has(ours.sender)) return ours.sender;
  const byNumber = item.phoneNumberId === null ? undefined : senders.senderByPhoneNumberId.get(item.phoneNumberId);
  if (byNumber) return byNumber.id;
  const ofAccount = "wabaId" in item && item.wabaId !== null ? senders.sendersByWabaId.get(item.wabaId) : undefined;
  return ofAccount?.[0]?.id ?? null;
}

type StatusItem = Extract<WebhookItem, { kind: "status" }>;

function reportOf(
  item: StatusItem,
  status: NonNullable<StatusItem["status"]>,
  senderId: string,
  receivedAtMs: number,
): StatusReport {
  const address = item.callback && parseMessageId(item.callback.messageId);
  return {
    wamid: item.wamid,
    status,
    atMs: item.atMs ?? receivedAtMs,
    message:
      item.callback && address?.sender === senderId
        ? { localId: address.localId, wireNumber: item.callback.wireNumber }
        : null,
    pricing: item.pricing,
    failure: item.failure,
  };
}

function inboundOf(item: Extract<WebhookItem, { kind: "inbound" }>, receivedAtMs: number): InboundMessage {
  return {
    wamid: item.wamid,
    atMs: item.atMs ?? receivedAtMs,
    json: item.json,
    opensWindowOf: item.opensWindow ? (item.contact.phone ?? item.contact.bsuid) : null,
    isFromAd: item.isFromAd,
  };
}

/** What a call opens: the person called, or took a call (docs/sources.md, windows). */
function openingOf(item: UsableItem, receivedAtMs: number): WindowOpening | null {
  if (item.kind !== "call" && item.kind !== "call-status") return null;
  const user = item.contact.phone ?? item.contact.bsuid;
  return item.opensWindow && user !== null ? { user, atMs: item.atMs ?? receivedAtMs } : null;
}

/** Why an item that has a sender is set aside; a closed set of words, for it also labels a metric. */
function reasonOf(item: UsableItem): string {
  switch (item.kind) {
    case "status":
      return "unknown status";
    case "number-error":
      return "number error";
    case "inbound":
      return "inbound";
    default:
      return "other field";
  }
}

function jsonOf(item: UsableItem): string {
  return "json" in item ? item.json : JSON.stringify(item);
}
