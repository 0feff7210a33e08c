// Schemas of lists, with limits as WhatsApp documents them, and the rules that concern the items of a list together.

import { z } from "zod";

export interface ListLimits {
  /** Default 1. */
  readonly min?: number;
  readonly max: number;
  /** How one item and several are called in error messages: ["button", "buttons"]. */
  readonly items: readonly [one: string, many: string];
}

/**
 * A list of min to max items.
 *
 * name    how the field is called in error messages, e.g. "interactive.action.buttons"
 */
export function list<Item extends z.ZodType>(name: string, item: Item, { min = 1, max, items }: ListLimits) {
  const count = (of: number) => `${of} ${of === 1 ? items[0] : items[1]}`;
  return z
    .array(item, { error: ({ input }) => (input === undefined ? `${name} is required` : `${name} is a list`) })
    .min(min, `${name} has at least ${count(min)}`)
    .max(max, `${name} has at most ${count(max)}`);
}

type Path = readonly (string | number)[];

/** Where the rules of this folder put what they find: the path is relative to the value they look at. */
export type Refuse = (path: Path, message: string) => void;

/** A `Refuse` for the `superRefine` of a schema. */
export function refuseIn(context: z.core.$RefinementCtx): Refuse {
  return (path, message) => context.addIssue({ code: "custom", path: [...path], message });
}

/**
 * Refuses every value that came before; what is not there is not compared.
 *
 * what    how the values are called: "two buttons have the title Yes" for "buttons have the title"
 */
export function refuseRepeats(
  values: readonly { readonly value: string | number | undefined; readonly path: Path }[],
  what: string,
  refuse: Refuse,
): void {
  const seen = new Set<string | number>();
  for (const { value, path } of values) {
    if (value === undefined) continue;
    if (seen.has(value)) refuse(path, `two ${what} ${value}`);
    seen.add(value);
  }
}
