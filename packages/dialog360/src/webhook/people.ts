// Who an update is about. People have up to three ids, any of which may be missing or in the wrong field: the phone
// number (`wa_id`, `from`), the business-scoped user id (`user_id`, `from_user_id`) and its parent. Names come from the
// body's contacts, which are fewer than the updates when a person has several. Source: docs/sources.md, user ids.

import { asObject, type JsonObject } from "../read.ts";
import { idOf, objectsOf, textOf, wordOf } from "./fields.ts";
import type { WebhookContact } from "./items.ts";

const PHONE = /^\+?\d{5,20}$/;

/** "+<digits>", or null. */
export function phoneOf(value: unknown): string | null {
  const text = typeof value === "string" ? value : idOf(value);
  if (text === null || !PHONE.test(text)) return null;
  return text.charCodeAt(0) === PLUS ? text : `+${text}`;
}

const PLUS = 0x2b;

const BSUID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

export function bsuidOf(value: unknown): string | null {
  return typeof value === "string" && BSUID.test(value) ? value : null;
}

/** The ids that an update itself gives. A BSUID also occurs where a phone number belongs. */
export interface Ids {
  readonly phone: unknown;
  readonly bsuid: unknown;
  readonly parentBsuid?: unknown;
}

/**
 * A person, from the ids of an update and the contact that came with it.
 *
 * The update's own ids win. A contact with another phone number or BSUID, and no id in common, is somebody else: joining
 * the two would make one person of them.
 */
export function personOf(ids: Ids, contact: JsonObject | undefined): WebhookContact {
  const phone = phoneOf(ids.phone);
  const bsuid = bsuidOf(ids.bsuid) ?? bsuidOf(ids.phone);
  const parentBsuid = bsuidOf(ids.parentBsuid);
  const known = contact === undefined ? NOBODY : contactOf(contact);
  if (isAnother(phone, bsuid, known)) return { ...NOBODY, phone, bsuid, parentBsuid };
  return {
    phone: phone ?? known.phone,
    bsuid: bsuid ?? known.bsuid,
    parentBsuid: parentBsuid ?? known.parentBsuid,
    username: known.username,
    profileName: known.profileName,
  };
}

function isAnother(phone: string | null, bsuid: string | null, known: WebhookContact): boolean {
  const samePhone = phone !== null && phone === known.phone;
  const sameBsuid = bsuid !== null && bsuid === known.bsuid;
  if (samePhone || sameBsuid) return false;
  return (phone !== null && known.phone !== null) || (bsuid !== null && known.bsuid !== null);
}

/** An element of `contacts[]`. */
export function contactOf(contact: JsonObject): WebhookContact {
  const profile = asObject(contact.profile);
  return {
    phone: phoneOf(contact.wa_id),
    bsuid: bsuidOf(contact.user_id),
    parentBsuid: bsuidOf(contact.parent_user_id),
    username: profile === undefined ? null : wordOf(profile.username),
    profileName: profile === undefined ? null : textOf(profile.name),
  };
}

const NOBODY: WebhookContact = { phone: null, bsuid: null, parentBsuid: null, username: null, profileName: null };

/** Finds the contact of the update at `index` by what it says of the person. */
export type FindContact = (index: number, phone: unknown, bsuid: unknown) => JsonObject | undefined;

const findNone: FindContact = () => undefined;

/**
 * How to find the contact of each of so many updates. The only contact of an only update needs no match. Mostly a
 * contact stands where its update does, so that place is looked at first, and the rest is sorted only if need be.
 */
export function contactFinder(value: unknown, updateCount: number): FindContact {
  if (!Array.isArray(value) || value.length === 0 || updateCount === 0) return findNone;
  if (value.length === 1 && updateCount === 1) {
    const only = asObject(value[0]);
    return () => only;
  }
  let byId: Map<string, JsonObject> | undefined;
  return (index, phone, bsuid) => {
    const opposite = asObject(value[index]);
    if (opposite !== undefined && isOf(opposite, phone, bsuid)) return opposite;
    byId ??= sortById(objectsOf(value));
    return byId.get(keyOf(phone)) ?? byId.get(keyOf(bsuid));
  };
}

function isOf(contact: JsonObject, phone: unknown, bsuid: unknown): boolean {
  return (
    (typeof phone === "string" && contact.wa_id === phone) || (typeof bsuid === "string" && contact.user_id === bsuid)
  );
}

function sortById(contacts: readonly JsonObject[]): Map<string, JsonObject> {
  const byId = new Map<string, JsonObject>();
  for (const contact of contacts) {
    for (const key of [keyOf(contact.wa_id), keyOf(contact.user_id)]) if (key !== "") byId.set(key, contact);
  }
  return byId;
}

/** One key for all spellings of an id; "" for none. */
function keyOf(id: unknown): string {
  return phoneOf(id) ?? idOf(id) ?? "";
}
