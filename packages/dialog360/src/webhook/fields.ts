// Reads of single fields, each with the longest that is taken for one; null for everything else.

import { asArray, asInteger, asObject, asText, asTimeMs, type JsonObject } from "../read.ts";

/** Longest id (wamid, phone number id, WABA id, BSUID with prefix) that is taken for one. */
const ID_LENGTH_MAX = 512;
/** Longest word (status, type, field, pricing). */
const WORD_LENGTH_MAX = 100;
/** Longest text that a person or the provider wrote; sixteen times what the provider lets a business write. */
const TEXT_LENGTH_MAX = 65_536;

export const idOf = (value: unknown): string | null => asText(value, ID_LENGTH_MAX) ?? null;
export const wordOf = (value: unknown): string | null => asText(value, WORD_LENGTH_MAX) ?? null;
export const textOf = (value: unknown): string | null => asText(value, TEXT_LENGTH_MAX) ?? null;
export const integerOf = (value: unknown): number | null => asInteger(value) ?? null;
export const timeMsOf = (value: unknown): number | null => asTimeMs(value) ?? null;

/** A number, also from its text. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** The objects of a list, without what is none; empty for what is no list. */
export function objectsOf(value: unknown): JsonObject[] {
  return (asArray(value) ?? []).map(asObject).filter((each) => each !== undefined);
}

/** The record, or null when nothing was said in it. */
export function unlessEmpty<T extends object>(record: T): T | null {
  return Object.values(record).some((value) => value !== null && value !== false) ? record : null;
}
