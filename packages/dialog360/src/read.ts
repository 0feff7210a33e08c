// Narrow, forgiving reads from parsed JSON that somebody else wrote: numbers come as strings and the reverse, fields are
// missing, anything may be anything. No read throws. Written by hand because webhooks are read by the thousand.

export type JsonObject = { readonly [key: string]: unknown };

/** The value as an object, or undefined for anything else (arrays included). */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** A text of at most `lengthMax` UTF-16 units; a safe integer counts as its digits. Empty texts are undefined. */
export function asText(value: unknown, lengthMax: number): string | undefined {
  if (typeof value === "string") return value.length > 0 && value.length <= lengthMax ? value : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined;
}

const INTEGER = /^-?\d{1,15}$/;

/** An integer, from a number or from its digits. */
export function asInteger(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === "string" && INTEGER.test(value) ? Number(value) : undefined;
}

export function asBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

/** From here on a timestamp is in milliseconds: as seconds it would lie some 30,000 years ahead. */
const MILLISECONDS_FROM = 1e12;
/** The last moment a Date can hold. */
const TIME_MAX_MS = 8.64e15;

/** Epoch milliseconds from seconds or milliseconds, as a number or a text; undefined when it is no time. */
export function asTimeMs(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !(number > 0)) return undefined;
  const ms = Math.round(number > MILLISECONDS_FROM ? number : number * 1_000);
  return ms <= TIME_MAX_MS ? ms : undefined;
}

/** The parsed text, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
