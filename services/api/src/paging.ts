// Parts of queries that are answered page by page.

import { z } from "zod";
import { decodeCursor, type Filters } from "./cursor.ts";
import { invalidParameters } from "./faults.ts";
import type { ApiProblem } from "./problems.ts";

/** The query parameter `limit`. */
export function limitParameter(most: number, usual: number) {
  const rule = `limit is a whole number from 1 to ${most}`;
  return z
    .string(rule)
    .regex(/^\d{1,4}$/, rule)
    .transform(Number)
    .pipe(z.int().min(1, rule).max(most, rule))
    .optional()
    .meta({
      description: "The most entries of one page.",
      override: { type: "integer", minimum: 1, maximum: most, default: usual },
    });
}

export const cursorParameter = z.string("cursor is a text").optional().meta({
  description: "From the page before: its nextCursor. Only with the same filters; limit may differ.",
});

export const nextCursorField = z
  .string()
  .nullable()
  .meta({ description: "For the cursor of the next request; null on the last page." });

const WRONG_CURSOR = "cursor belongs to a list with other filters, or to none";

/** Where to go on; throws the problem of a query whose cursor is wrong. */
export function afterOf(cursor: string | undefined, filters: Filters, position?: RegExp): string | null {
  if (cursor === undefined) return null;
  const after = decodeCursor(cursor, filters, position);
  if (after === null) throw wrongParameter("cursor", WRONG_CURSOR);
  return after;
}

export function wrongParameter(parameter: string, detail: string): ApiProblem {
  return invalidParameters([{ parameter, detail }]);
}
