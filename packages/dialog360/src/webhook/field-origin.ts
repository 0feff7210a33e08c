// What the readers of fields have in common: where a value stood, and what to make of its parts.

import { asArray, asObject, type JsonObject } from "../read.ts";
import type { OtherItem } from "./field-items.ts";
import { timeMsOf } from "./fields.ts";
import type { AsideItem, WebhookItem } from "./items.ts";
import { aside, withJson } from "./print.ts";

/** Where a field's value stood in the body. */
export interface FieldOrigin {
  readonly field: string;
  readonly phoneNumberId: string | null;
  readonly wabaId: string | null;
  /** The entry's time, which only account and template fields have. */
  readonly atMs: number | null;
}

/** The items of a field's value; none when the value does not read as that field, and it is kept whole as `other`. */
export type FieldReader = (value: JsonObject, origin: FieldOrigin) => WebhookItem[];

/** Any value as it is, or one part of it. */
export function other(value: unknown, origin: FieldOrigin): OtherItem | AsideItem {
  return withJson(value, (json) => ({ kind: "other", ...origin, json }));
}

/** One item of the whole value, with the value's JSON. */
export function oneOf(value: JsonObject, itemOf: (json: string) => WebhookItem): WebhookItem[] {
  return [withJson(value, itemOf)];
}

/**
 * What `read` makes of each part of a list. Null: it does not read as such, and is kept as `other`; what is no object
 * is set aside.
 */
export function eachOf(
  list: unknown,
  origin: FieldOrigin,
  read: (part: JsonObject, origin: FieldOrigin, index: number) => ((json: string) => WebhookItem) | null,
): WebhookItem[] {
  return (asArray(list) ?? []).map((each, index) => {
    const part = asObject(each);
    if (part === undefined) return aside("a part of a field that is no object", each);
    const atMs = timeMsOf(part.timestamp) ?? origin.atMs;
    const itemOf = read(part, { ...origin, atMs }, index);
    return itemOf === null ? other(part, origin) : withJson(part, itemOf);
  });
}
