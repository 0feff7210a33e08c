// The checks that the contents of messages are put together from. Which code stands for what: 100 a field of the wrong
// form or one that is not known, 131008 one that is missing, 131009 a value that is not allowed or too long (Meta
// "support/error-codes", 2026-09).
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";

export type Fields = Record<string, unknown>;

export interface TextRule {
  /** In characters, an emoji of one code point being one. */
  max: number;
  isOptional?: boolean;
  /** The code of one that is too long. Default 131009. */
  tooLong?: number;
}

/** Whether a text has more than `max` characters. Counts only where UTF-16 units leave a doubt. */
export function isLongerThan(text: string, max: number): boolean {
  return text.length > max && (text.length > 2 * max || [...text].length > max);
}

/** A text of 1 to `max` characters. */
export function checkText(value: unknown, path: string, rule: TextRule): Complaint | null {
  if (value === undefined) return rule.isOptional ? null : missing(path);
  if (typeof value !== "string") return wrong(100, `Param ${path} must be a string`);
  if (value === "") return missing(path);
  if (isLongerThan(value, rule.max)) {
    return wrong(rule.tooLong ?? 131009, `Param ${path} must be at most ${rule.max} characters long`);
  }
  return null;
}

/** That an object has no other fields than these. */
export function checkKeys(fields: Fields, path: string, known: ReadonlySet<string>): Complaint | null {
  for (const key in fields) if (!known.has(key)) return wrong(100, `Unexpected key "${key}" on param "${path}"`);
  return null;
}

export function checkObject(value: unknown, path: string): Complaint | null {
  if (value === undefined) return missing(path);
  return isObject(value) ? null : wrong(100, `Param ${path} must be an object`);
}

/** An array of `min` to `max` elements; the number of them is answered with `code`. */
export function checkList(
  value: unknown,
  path: string,
  { min, max, code = 131009 }: { min: number; max: number; code?: number },
): Complaint | null {
  if (value === undefined) return missing(path);
  if (!Array.isArray(value)) return wrong(100, `Param ${path} must be an array`);
  if (value.length < min || value.length > max) return wrong(code, `Param ${path} must have ${min} to ${max} elements`);
  return null;
}

export function checkHttpUrl(value: unknown, path: string, max = 2000): Complaint | null {
  const complaint = checkText(value, path, { max });
  if (complaint) return complaint;
  const protocol = URL.parse(value as string)?.protocol;
  return protocol === "http:" || protocol === "https:" ? null : wrong(131009, `Param ${path} must be an http(s) URL`);
}

/** The first complaint that `check` has about an element. */
export function firstOf<T>(list: T[], check: (element: T, at: number) => Complaint | null): Complaint | null {
  for (const [at, element] of list.entries()) {
    const complaint = check(element, at);
    if (complaint) return complaint;
  }
  return null;
}
