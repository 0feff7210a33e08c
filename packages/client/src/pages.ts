// Lists page by page behind one loop: the next page is asked for when the loop comes to it.

import { type CallOptions, type Connection, call } from "./call.ts";
import { aborted } from "./http.ts";
import type { Input, Output } from "./operations.ts";
import { type Failure, failure, type Result } from "./result.ts";

/** Where the items of each list are in its answer. */
export const LISTS = {
  listMessages: "messages",
  listBlocked: "users",
  listWaiting: "messages",
  listFailures: "messages",
  readAudit: "entries",
  listTemplates: "templates",
} as const;

export type ListOperation = keyof typeof LISTS;

type Page<Id extends ListOperation> = Output<Id> & { readonly nextCursor: string | null };
type ItemOf<Id extends ListOperation> = Page<Id>[(typeof LISTS)[Id] & keyof Page<Id>] extends readonly (infer Item)[]
  ? Item
  : never;

/** An item of a list; or the failure that ended the loop, as its last entry. */
export type Listed<Item> = { readonly ok: true; readonly value: Item } | Failure;

export type Each<Id extends ListOperation> = AsyncGenerator<Listed<ItemOf<Id>>, void, undefined>;

/** All items from `input.cursor` on, or from the beginning. It ends with the list, or with a failure. */
export async function* each<Id extends ListOperation>(
  connection: Connection,
  id: Id,
  input: Input<Id>,
  options: CallOptions = {},
): Each<Id> {
  const { signal } = options;
  let values: Record<string, unknown> = { ...input };
  for (;;) {
    const page: Result<Page<Id>> = await call<Page<Id>>(connection, id, values, options);
    if (!page.ok) {
      yield page;
      return;
    }
    const items: { readonly [name: string]: unknown } = page.value;
    for (const value of items[LISTS[id]] as readonly ItemOf<Id>[]) {
      if (signal?.aborted) break;
      yield { ok: true, value };
    }
    if (signal?.aborted) {
      yield failure(aborted(signal));
      return;
    }
    if (page.value.nextCursor === null) return;
    values = { ...values, cursor: page.value.nextCursor };
  }
}
