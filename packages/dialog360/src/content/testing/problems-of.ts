// How the tests see a refusal: a line for each problem, with the place as the API's JSON pointers name it.

import { contentSchema } from "../content.ts";

/** `/text/body: text.body is required`, one line per problem; none for a content that may be sent. */
export function problemsOf(input: unknown): string[] {
  const result = contentSchema.safeParse(input);
  return (result.error?.issues ?? []).map(({ path, message }) => `/${path.join("/")}: ${message}`);
}

/** How a limit is tested: `build` makes a content of that size, `limit` is the last one taken. */
export type Limit = readonly [name: string, build: (size: number) => unknown, limit: number, problem: string];

export const letters = (count: number) => "x".repeat(count);

/** `make(0)` to `make(count - 1)`. */
export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
