// The record of a message: its fields in Redis, one letter each because a million of them wait at a time, and what they
// mean. A record is read whole; only the scripts write it.
//
// to recipient as the caller wrote it · ct its contact, if that is another spelling (ADR 20) · pt not checked, passed through
// mk marketing: c it is, f its fallback is · wy endpoint that an answer referred it to: 1 marketing_messages, 0 messages
// ft template of its fallback · fb the send from which on it goes as its fallback (2.5: from the third on, the provider said so) · l lane · c caller · y type (only if not template) · tp template, <name>/<language> · k rank · p place
// q accepted ms · s sendAt ms · e expiresAt ms · d doubt policy (0: fail; absent: resend) · f reference
// a attempts · x wire number (sends begun) · h throttles of the pair in a row · z sent again after an unsettled doubt
// md has metadata (key d:) · g holds its recipient's turn · j next in the chain · r wait reason · u waits until ms · th unsettled doubt (1, 0)
// w wamid without its prefix · pr pricing · er failure, short · t<rank> when it got that rank, ms after q
// ry how often somebody ordered it again after it failed · rt last send before that order · rf the same, if the provider had
// reported that send as failed · un the last send whose attempt was given back
// tr the span that handed it over, in 32 characters (packTrace in packages/core), if its trace is recorded
// o<wire number> one send: begun ms after q[,took ms,class,code,HTTP status]
// v the release's version of records (constants.ts) that it takes to send this one; absent: 1, which every release knows (ADR 24)

import {
  type DoubtPolicy,
  isFinal,
  type Lane,
  laneOf,
  messageId,
  type Place,
  placeOf,
  type Status,
  statusOf,
  type WaitReason,
  waitReasonOf,
} from "@tern/core";
import { templateKey } from "./keys.ts";

export interface Send {
  /** 1-based; throttled sends leave a gap. */
  readonly number: number;
  readonly atMs: number;
  /** Null while it is on the wire. `lost` when the worker's lease ran out before an answer. */
  readonly outcome: string | null;
  readonly tookMs: number | null;
  readonly code: number | null;
  readonly httpStatus: number | null;
}

export interface FailureRecord {
  readonly class: string;
  readonly code: number | null;
  readonly httpStatus: number | null;
  readonly reason: string;
  readonly hint: string;
}

export interface MessageRecord {
  readonly id: string;
  readonly sender: string;
  /** A phone number in E.164 or a BSUID, as the caller wrote it. */
  readonly to: string;
  /** The spelling under which its order, budget and window are kept: mostly the same (ADR 20). */
  readonly contact: string;
  readonly lane: Lane;
  readonly caller: string;
  readonly type: string;
  readonly template: string | null;
  /** Null for other types, and where none was told. */
  readonly templateLanguage: string | null;
  /** The template sent instead where the customer service window is closed. */
  readonly fallback: { readonly template: string | null; readonly templateLanguage: string | null } | null;
  /** Which of the two its last send was; null before the first one. */
  readonly sentAs: "message" | "fallback" | null;
  /** It was taken in without being looked at. */
  readonly isPassthrough: boolean;
  readonly reference: string | null;
  readonly metadata: unknown;
  readonly status: Status;
  readonly isFinal: boolean;
  readonly place: Place;
  readonly waitReason: WaitReason;
  readonly waitUntilMs: number | null;
  readonly acceptedAtMs: number;
  readonly sendAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly attempts: number;
  /** How often in a row the provider said: too many messages to this recipient. */
  readonly throttles: number;
  /** How often it was put on the wire again after a doubt that nothing settled. */
  readonly resends: number;
  readonly doubtPolicy: DoubtPolicy;
  readonly wamid: string | null;
  readonly pricing: Pricing | null;
  readonly failure: FailureRecord | null;
  readonly sends: readonly Send[];
  readonly timeline: readonly { readonly status: Status; readonly atMs: number }[];
}

export interface Pricing {
  readonly category: string | null;
  readonly type: string | null;
  readonly model: string | null;
  readonly billable: boolean | null;
}

/**
 * Words that nearly every record repeats, written as `~` and their place here. Append only: records outlive releases.
 * Any other word is written as it is.
 */
const COMMON_WORDS = [
  "accepted",
  "utility",
  "marketing",
  "authentication",
  "service",
  "regular",
  "free_customer_service",
  "free_entry_point",
  "PMP",
  "CBP",
  "marketing_lite",
  "authentication-international",
  "referral_conversion",
];

function shorten(word: string): string {
  const at = COMMON_WORDS.indexOf(word);
  return at < 0 ? word : `~${at}`;
}

function lengthen(stored: string): string {
  return stored.startsWith("~") ? (COMMON_WORDS[Number(stored.slice(1))] ?? stored) : stored;
}

const WAMID_PREFIX = "wamid.";

/** How a wamid is stored: without the prefix that all of them share; anything else is marked by a colon. */
export function packWamid(wamid: string): string {
  const isUsual = wamid.startsWith(WAMID_PREFIX) && wamid[WAMID_PREFIX.length] !== ":";
  return isUsual ? wamid.slice(WAMID_PREFIX.length) : `:${wamid}`;
}

export function unpackWamid(stored: string): string {
  return stored.startsWith(":") ? stored.slice(1) : WAMID_PREFIX + stored;
}

export function packPricing(pricing: Pricing | null): string {
  if (!pricing) return "";
  const billable = pricing.billable === null ? "" : pricing.billable ? "1" : "0";
  return [pricing.category, pricing.type, pricing.model, billable].map((part) => shorten(part ?? "")).join("|");
}

function unpackPricing(stored: string): Pricing {
  const [category, type, model, billable] = stored.split("|").map(lengthen);
  return {
    category: category || null,
    type: type || null,
    model: model || null,
    billable: billable ? billable === "1" : null,
  };
}

/** One send in the record: how long it took and what came of it (finish puts the time it began in front). */
export function packSend(send: Omit<Send, "number" | "atMs">): string {
  return [send.tookMs, shorten(send.outcome ?? ""), send.code, send.httpStatus].map((part) => part ?? "").join(",");
}

function unpackSend(number: number, stored: string, acceptedAtMs: number): Send {
  const [sinceMs, tookMs, outcome, code, httpStatus] = stored.split(",");
  return {
    number,
    atMs: acceptedAtMs + Number(sinceMs),
    outcome: lengthen(outcome ?? "") || null,
    tookMs: numberOrNull(tookMs),
    code: numberOrNull(code),
    httpStatus: numberOrNull(httpStatus),
  };
}

/**
 * Reads the fields of a record as Redis returns them.
 *
 * failureJson, metadataJson   the texts of the keys x: and d:, null when absent
 * returns                     null when there is no such record
 */
export function readRecord(
  address: { sender: string; localId: string },
  fields: Readonly<Record<string, string>>,
  failureJson: string | null,
  metadataJson: string | null,
): MessageRecord | null {
  if (fields.k === undefined || fields.to === undefined) return null;
  const status = statusOf(Number(fields.k));
  const acceptedAtMs = Number(fields.q);
  const sends: Send[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (/^o\d+$/.test(field)) sends.push(unpackSend(Number(field.slice(1)), value, acceptedAtMs));
  }
  sends.sort((a, b) => a.number - b.number);
  return {
    id: messageId(address),
    sender: address.sender,
    to: fields.to,
    contact: fields.ct ?? fields.to,
    lane: laneOf(Number(fields.l)),
    caller: fields.c ?? "",
    type: fields.y ?? "template",
    ...templateKey.read(fields.tp),
    fallback: fields.ft === undefined ? null : templateKey.read(fields.ft),
    sentAs: sentAs(fields, sends),
    isPassthrough: fields.pt !== undefined,
    reference: fields.f ?? null,
    metadata: metadataJson === null ? null : JSON.parse(metadataJson),
    status,
    isFinal: isFinal(status),
    place: placeOf(Number(fields.p ?? 0)),
    waitReason: waitReasonOf(Number(fields.r ?? 0)),
    waitUntilMs: numberOrNull(fields.u),
    acceptedAtMs,
    sendAtMs: numberOrNull(fields.s),
    expiresAtMs: numberOrNull(fields.e),
    attempts: Number(fields.a ?? 0),
    throttles: Number(fields.h ?? 0),
    resends: Number(fields.z ?? 0),
    doubtPolicy: fields.d === "0" ? "fail" : "resend",
    wamid: fields.w === undefined ? null : unpackWamid(fields.w),
    pricing: fields.pr === undefined ? null : unpackPricing(fields.pr),
    failure: failureJson === null ? null : (JSON.parse(failureJson) as FailureRecord),
    sends,
    timeline: readTimeline(fields, sends),
  };
}

function sentAs(fields: Readonly<Record<string, string>>, sends: readonly Send[]): MessageRecord["sentAs"] {
  const last = sends.at(-1);
  if (last === undefined) return null;
  return fields.fb !== undefined && Number(fields.fb) <= last.number ? "fallback" : "message";
}

function readTimeline(fields: Readonly<Record<string, string>>, sends: readonly Send[]): MessageRecord["timeline"] {
  const steps: { rank: number; status: Status; atMs: number }[] = [
    { rank: 0, status: "queued", atMs: Number(fields.q) },
  ];
  if (sends[0]) steps.push({ rank: 10, status: "sending", atMs: sends[0].atMs });
  for (const [field, value] of Object.entries(fields)) {
    if (!/^t\d+$/.test(field)) continue;
    const rank = Number(field.slice(1));
    steps.push({ rank, status: statusOf(rank), atMs: Number(fields.q) + Number(value) });
  }
  // The provider reports whole seconds, ours are exact: what came after is not shown before.
  let latestMs = 0;
  return steps
    .sort((a, b) => a.rank - b.rank)
    .map(({ status, atMs }) => {
      latestMs = Math.max(latestMs, atMs);
      return { status, atMs: latestMs };
    });
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined || text === "" ? null : Number(text);
}
