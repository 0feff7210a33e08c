// Sorts the items of one request by the sender they belong to. The message id in a status's callback data says it best;
// then the phone number id; then the account, for items about an account or its templates. What belongs to nobody we
// know, and what cannot be read so far that it names anybody, is kept apart.

import { parseMessageId } from "@tern/core";
import type { AsideItem, WebhookItem } from "@tern/dialog360";
import type { Deployment } from "@tern/runtime";
import type { ConsentChange, InboundMessage, ProviderEvent, SetAside, StatusReport, WindowOpening } from "@tern/store";
import { consentNewsOf } from "./consent-news.ts";
import { type Spellings, spellingsIn } from "./spellings.ts";

export interface SenderItems {
  readonly statuses: StatusReport[];
  readonly inbound: InboundMessage[];
  readonly calls: WindowOpening[];
  readonly spellings: Spellings[];
  /** What people said about marketing. */
  readonly consent: ConsentChange[];
  readonly events: ProviderEvent[];
  readonly aside: SetAside[];
  /** Something here says that the number sends too fast. */
  isThrottled: boolean;
}

export interface RoutedItems {
  readonly bySender: ReadonlyMap<string, SenderItems>;
  readonly unroutable: readonly SetAside[];
  /** Not even readable as an item. */
  readonly unusable: readonly SetAside[];
}

type Senders = Pick<Deployment, "senderById" | "senderByPhoneNumberId" | "sendersByWabaId" | "consentKeywords">;

/** `receivedAtMs` stands in where the provider gave no time. */
export function routeItems(items: readonly WebhookItem[], senders: Senders, receivedAtMs: number): RoutedItems {
  const bySender = new Map<string, SenderItems>();
  const unroutable: SetAside[] = [];
  const unusable: SetAside[] = [];

  const itemsOf = (senderId: string): SenderItems => {
    let found = bySender.get(senderId);
    if (!found) {
      const lists = { statuses: [], inbound: [], calls: [], spellings: [], consent: [], events: [], aside: [] };
      found = { ...lists, isThrottled: false };
      bySender.set(senderId, found);
    }
    return found;
  };

  for (const item of items) {
    if (item.kind === "aside") {
      unusable.push({ reason: item.reason, json: item.json });
      continue;
    }
    const senderIds = sendersOf(item, senders);
    if (senderIds.length === 0) unroutable.push({ reason: `unknown sender (${item.kind})`, json: jsonOf(item) });
    for (const senderId of senderIds) {
      const target = itemsOf(senderId);
      target.isThrottled ||= isThrottle(item, receivedAtMs);
      target.spellings.push(...spellingsIn(item));
      const consent = consentNewsOf(item, senders.consentKeywords, receivedAtMs);
      if (consent !== null) target.consent.push(consent);
      const call = openingOf(item, receivedAtMs);
      if (call !== null) target.calls.push(call);
      if (item.kind === "inbound") target.inbound.push(inboundOf(item, receivedAtMs));
      else if (item.kind !== "status") target.events.push(eventOf(item));
      else if (item.status !== null) target.statuses.push(reportOf(item, item.status, senderId, receivedAtMs));
      else target.aside.push({ reason: "unknown status", json: JSON.stringify(item) });
    }
  }
  return { bySender, unroutable, unusable };
}

type UsableItem = Exclude<WebhookItem, AsideItem>;
/** What is about no message: it is in the feed of events as it is. */
type EventItem = Exclude<UsableItem, { kind: "status" | "inbound" }>;

/** One sender; all of an account for what is about the account or its templates; none for what is about nobody we know. */
function sendersOf(item: UsableItem, senders: Senders): readonly string[] {
  const ours = item.kind === "status" && item.callback ? parseMessageId(item.callback.messageId) : null;
  if (ours && senders.senderById.has(ours.sender)) return [ours.sender];
  const byNumber = item.phoneNumberId === null ? undefined : senders.senderByPhoneNumberId.get(item.phoneNumberId);
  if (byNumber) return [byNumber.id];
  const ofAccount = "wabaId" in item && item.wabaId !== null ? (senders.sendersByWabaId.get(item.wabaId) ?? []) : [];
  const shown = "displayPhone" in item ? ofAccount.find(({ phoneNumber }) => phoneNumber === item.displayPhone) : null;
  return (shown ? [shown] : ofAccount).map(({ id }) => id);
}

/** Too many messages to one person: says nothing about the number. */
const PAIR_THROTTLE = 131_056;
/** A failure told later than this, or repeated, is no news about the pace. */
const THROTTLE_FRESH_MS = 60_000;

/** Throttles come out of band as well, and as failed statuses (docs/sources.md, webhook bodies). */
function isThrottle(item: UsableItem, receivedAtMs: number): boolean {
  if (item.kind !== "number-error" && item.kind !== "status") return false;
  if (item.failure?.class !== "throttled" || item.failure.code === PAIR_THROTTLE) return false;
  return item.kind === "number-error" || receivedAtMs - (item.atMs ?? receivedAtMs) < THROTTLE_FRESH_MS;
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
    json: inboundJson(item),
    opensWindowOf: item.opensWindow ? (item.contact.phone ?? item.contact.bsuid) : null,
    isFromAd: item.isFromAd,
  };
}

/** As docs/events.md has it. An answer of a flow may be nested deeper than can be printed: then it is in `json` alone. */
function inboundJson({
  kind: _kind,
  phoneNumberId: _number,
  ...message
}: Extract<WebhookItem, { kind: "inbound" }>): string {
  try {
    return JSON.stringify(message);
  } catch {
    return JSON.stringify({ ...message, content: null });
  }
}

/** For the feed, as docs/events.md has it. */
function eventOf({ kind, phoneNumberId: _number, ...event }: EventItem): ProviderEvent {
  return { type: kind, atMs: "atMs" in event ? event.atMs : null, json: JSON.stringify(event) };
}

/** What a call opens: the person called, or took a call (docs/sources.md, windows). */
function openingOf(item: UsableItem, receivedAtMs: number): WindowOpening | null {
  if (item.kind !== "call" && item.kind !== "call-status") return null;
  const user = item.contact.phone ?? item.contact.bsuid;
  return item.opensWindow && user !== null ? { user, atMs: item.atMs ?? receivedAtMs } : null;
}

function jsonOf(item: UsableItem): string {
  return "json" in item ? item.json : JSON.stringify(item);
}
