// The caller's own data about a message: any JSON object, kept as it is and given back with the message. Nothing reads it.

import { z } from "zod";

export type Metadata = Readonly<Record<string, unknown>>;

export const METADATA_BYTES_MAX = 2_048;
/** Deeper than anybody needs; printing and comparing a value walks it recursively. */
const DEPTH_MAX = 16;

/** Not a zod record: that would copy the object, and drop a member called __proto__ without a word. */
export const metadataSchema = z
  .custom<Metadata>((value) => problemOf(value) === null, { error: ({ input }) => `metadata ${problemOf(input)}` })
  .meta({
    description: "Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it.",
    example: { customer: "4711" },
    override: { type: "object", additionalProperties: true },
  });

function problemOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is an object";
  const problem = walk(value);
  if (problem !== null) return problem;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > METADATA_BYTES_MAX ? `has at most ${METADATA_BYTES_MAX} bytes as JSON, not ${bytes}` : null;
}

/** With a list of its own instead of recursion: depth is what is being checked. */
function walk(root: object): string | null {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { value, depth } = item;
    if (typeof value === "number" && !isExact(value)) {
      return "has a number too large to keep exactly: write it as a text";
    }
    if (typeof value !== "object" || value === null) continue;
    if (depth > DEPTH_MAX) return `is nested at most ${DEPTH_MAX} levels deep`;
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
  return null;
}

/** JSON.parse made Infinity of 1e400, and has rounded an integer this large already. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
