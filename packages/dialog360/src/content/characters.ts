// Schemas of texts, with limits as WhatsApp documents them: in characters, which are Unicode code points here (an emoji
// of one code point counts one, not two). Every message names the field and the limit, since callers read it.

import { z } from "zod";

export interface TextLimits {
  /** Default 1. */
  readonly min?: number;
  readonly max: number;
}

/**
 * A text of min to max characters without U+0000.
 *
 * name    how the field is called in error messages, e.g. "text.body"
 */
export function characters(name: string, { min = 1, max }: TextLimits): z.ZodString {
  return z
    .string({ error: ({ input }) => (input === undefined ? `${name} is required` : `${name} is a text`) })
    .superRefine((text, context) => {
      const problem = problemOf(text, { min, max });
      if (problem !== null) context.addIssue({ code: "custom", message: `${name} ${problem}` });
    })
    .meta({ minLength: min, maxLength: max });
}

/**
 * A text that is filled into a template: besides the limits no line break, no tab, no run of more than four spaces.
 * Source: docs/sources.md, templates; the provider answers 132012, 100 or 131008.
 */
export function parameterCharacters(name: string, limits: TextLimits): z.ZodString {
  return characters(name, limits).superRefine((text, context) => {
    if (/[\r\n\t]| {5}/.test(text)) {
      const message = `${name} has no line break, no tab and at most 4 spaces in a row`;
      context.addIssue({ code: "custom", message });
    }
  });
}

/** A text of digits and so on that some counterpart gave out; bounded, otherwise not looked at. */
export function identifier(name: string): z.ZodString {
  return characters(name, { max: IDENTIFIER_MAX });
}

const IDENTIFIER_MAX = 512;

/** Any JSON object, for the parts that WhatsApp hands through; bounded in depth, without U+0000 anywhere. */
export function jsonObject(name: string) {
  return z.record(z.string(), z.unknown(), { error: `${name} is an object` }).superRefine((value, context) => {
    const problem = jsonProblemOf(value);
    if (problem !== null) context.addIssue({ code: "custom", message: `${name} ${problem}` });
  });
}

const DEPTH_MAX = 32;
const NUL = "\0";
const NUL_PROBLEM = "contains the character U+0000, which WhatsApp cannot carry";

/** How many characters a text has: code points, not UTF-16 units. */
export function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function problemOf(text: string, { min, max }: { min: number; max: number }): string | null {
  if (text.includes(NUL)) return NUL_PROBLEM;
  // A text has at most as many characters as UTF-16 units, so most are judged without counting.
  const length = text.length > max || text.length < 2 * min ? [...text.slice(0, 2 * max + 2)].length : text.length;
  if (length > max) return `is at most ${max} characters`;
  return length < min ? `is at least ${min} ${min === 1 ? "character" : "characters"}` : null;
}

/** What WhatsApp cannot carry, or null. With a list of its own instead of recursion: depth is what is being checked. */
export function jsonProblemOf(value: unknown): string | null {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item.value === "string" && item.value.includes(NUL)) return NUL_PROBLEM;
    if (typeof item.value !== "object" || item.value === null) continue;
    if (item.depth > DEPTH_MAX) return `is nested at most ${DEPTH_MAX} levels deep`;
    for (const [key, inner] of Object.entries(item.value)) {
      if (key.includes(NUL)) return NUL_PROBLEM;
      open.push({ value: inner, depth: item.depth + 1 });
    }
  }
  return null;
}
