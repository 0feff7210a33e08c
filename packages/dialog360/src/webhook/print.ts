// The provider's own JSON, kept beside what we read from it.

import type { AsideItem } from "./items.ts";

/** Makes an item with the value's JSON text. Printing fails on one thing only, a nesting too deep for the stack. */
export function withJson<Item>(value: unknown, itemOf: (json: string) => Item): Item | AsideItem {
  const json = printed(value);
  return json === undefined ? { kind: "aside", reason: "nested too deeply", json: "null" } : itemOf(json);
}

export function aside(reason: string, value: unknown): AsideItem {
  return withJson(value, (json): AsideItem => ({ kind: "aside", reason, json }));
}

/** The JSON text of what was parsed from JSON, or undefined when it is nested too deeply. */
export function printed(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
