// The two feeds as loops without an end: each entry as soon as Tern has it (long polling), at least once, in Tern's order.
// Where the reader stands is a cursor, which the caller keeps; a reader that begins with it goes on where that one was.

import { type CallOptions, type Connection, call, type Values } from "./call.ts";
import type { components } from "./generated/api.ts";
import { aborted } from "./http.ts";
import type { Input } from "./operations.ts";
import type { Listed } from "./pages.ts";
import { failure, type Result } from "./result.ts";
import { isPassing } from "./retry.ts";

/** The longest that the API lets a reader wait. */
const WAIT_SECONDS = 30;

interface FeedOptions extends CallOptions {
  /** Where to go on; left out or null: from the oldest entry that is kept, or from `from`. */
  readonly cursor?: string | null | undefined;
  /**
   * Called when everything before this cursor has been dealt with, which is when the loop asks for more; entries are not
   * handed out before it has ended. Keep it, to begin with it next time. What it throws, the loop throws.
   */
  readonly onCursor?: ((cursor: string) => void | Promise<void>) | undefined;
}

export type EventsOptions = FeedOptions & Omit<Input<"listEvents">, "cursor">;
export type InboundOptions = FeedOptions & Omit<Input<"listInbound">, "cursor">;

type Schemas = components["schemas"];
export type Feed<Entry> = AsyncGenerator<Listed<Entry>, void, undefined>;

export function events(connection: Connection, options: EventsOptions = {}): Feed<Schemas["Event"]> {
  return readOn<Schemas["Events"], Schemas["Event"]>(connection, "listEvents", options, (page) => page.events);
}

export function inbound(connection: Connection, options: InboundOptions = {}): Feed<Schemas["InboundMessage"]> {
  type Page = Schemas["InboundMessages"];
  return readOn<Page, Schemas["InboundMessage"]>(connection, "listInbound", options, (page) => page.messages);
}

/**
 * Reads without end. A failure is handed out as an entry. If it may pass (the API is away, for longer than the retries of a
 * call), going on with the loop asks again from the same cursor; any other ends the loop.
 */
async function* readOn<Page extends { readonly nextCursor: string; readonly hasMore: boolean }, Entry>(
  connection: Connection,
  id: "listEvents" | "listInbound",
  options: EventsOptions & InboundOptions,
  entriesOf: (page: Page) => readonly Entry[],
): Feed<Entry> {
  const {
    onCursor,
    cursor: start,
    waitSeconds = WAIT_SECONDS,
    from,
    signal,
    timeoutMs,
    retries,
    headers,
    ...filters
  } = options;
  const callOptions = {
    signal,
    retries,
    headers,
    timeoutMs: (timeoutMs ?? connection.timeoutMs) + waitSeconds * 1_000,
  };
  let cursor: string | undefined = start ?? undefined;
  for (let mayWait = true; ; ) {
    const place = cursor === undefined ? { from } : { cursor };
    const values: Values = { ...filters, ...place, waitSeconds: mayWait ? waitSeconds : 0 };
    const page: Result<Page> = await call<Page>(connection, id, values, callOptions);
    if (!page.ok) {
      yield page;
      if (!isPassing(page.error)) return;
      continue;
    }
    for (const value of entriesOf(page.value)) {
      if (signal?.aborted) break;
      yield { ok: true, value };
    }
    if (signal?.aborted) {
      yield failure(aborted(signal));
      return;
    }
    const { nextCursor, hasMore } = page.value;
    if (nextCursor !== cursor) await onCursor?.(nextCursor);
    cursor = nextCursor;
    mayWait = !hasMore;
  }
}
