// What the requests of both feeds share: whose, from where, how much, and how long to wait.

import type { Caller, Deployment } from "@tern/runtime";
import type { Feed } from "@tern/store";
import { z } from "zod";
import { sendersFor } from "../find-sender.ts";
import type { ApiResponse } from "../http.ts";
import { timeField } from "../message-request.ts";
import { limitParameter, wrongParameter } from "../paging.ts";
import { decodeFeedCursor, encodeFeedCursor, type Positions } from "./feed-cursor.ts";
import type { FeedPage, FeedRequest } from "./feeds.ts";

export const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 500;
const WAIT_MAX_SECONDS = 30;
/** A cursor holds a position for each, and goes into a URL. */
const SENDERS_MAX = 50;
const AT = "2027-01-31T09:00:00Z";
const WAIT_RULE = `waitSeconds is a whole number from 0 to ${WAIT_MAX_SECONDS}`;

/** A list in one parameter: "a,b". */
export function listParameter(name: string, item: RegExp) {
  return z
    .string(`${name} is a text`)
    .transform((text) => text.split(","))
    .refine(
      (items) => items.every((one) => item.test(one)),
      `${name} is one or more names in small letters, with commas between and no spaces`,
    )
    .optional();
}

export const feedParameters = {
  sender: listParameter("sender", /^[a-z0-9-]{1,32}$/).meta({
    description: `One sender, or several with commas (at most ${SENDERS_MAX}). Left out: all that your API key may use.`,
    override: { type: "string", example: "demo,second" },
  }),
  cursor: z
    .string("cursor is a text")
    .optional()
    .meta({
      description:
        "From the page before: its nextCursor. It stays valid across restarts of Tern, and with other filters. Left out: " +
        "from the oldest entry that is kept, or from `from`.",
    }),
  from: timeField("from").optional().meta({
    description: "Only without cursor: entries that Tern wrote at this time or later.",
    example: AT,
  }),
  limit: limitParameter(LIMIT_MAX, LIMIT_DEFAULT),
  waitSeconds: z
    .string(WAIT_RULE)
    .regex(/^\d{1,2}$/, WAIT_RULE)
    .transform(Number)
    .pipe(z.int().max(WAIT_MAX_SECONDS, WAIT_RULE))
    .optional()
    .meta({
      description: "With nothing to show, wait so long for the next entry before answering with an empty page.",
      override: { type: "integer", minimum: 0, maximum: WAIT_MAX_SECONDS, default: 0 },
    }),
};

export const pageFields = {
  nextCursor: z.string().meta({
    description:
      "For the cursor of the next request, also when the page is empty. Keep it once the page is dealt with.",
  }),
  hasMore: z.boolean().meta({ description: "There is more already: ask at once." }),
};

export const FEED_DESCRIPTION =
  "Entries come in the order in which Tern wrote them, each at least once: after a crash of yours, the last page again, so " +
  "deal with an `id` that you know as with a repetition. A reader that stays away until newer entries have pushed out " +
  "what it has not seen gets 410.";

interface Given {
  readonly sender?: string[] | undefined;
  readonly cursor?: string | undefined;
  readonly from?: number | undefined;
  readonly limit?: number | undefined;
  readonly waitSeconds?: number | undefined;
}

/**
 * The request of a feed as the caller may make it.
 *
 * throws   ApiProblem 400: senders that it may not use, a cursor that is none, from beside a cursor
 */
export function feedRequestOf(
  feed: Feed,
  query: Given,
  { caller, deployment, response }: { caller: Caller; deployment: Deployment; response: ApiResponse },
): Omit<FeedRequest, "matches"> {
  const senders = sendersOf(query.sender, caller, deployment);
  if (query.cursor !== undefined && query.from !== undefined) {
    throw wrongParameter("from", "from is only for requests without cursor: a cursor says where to go on");
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return {
    feed,
    senders,
    positions: query.cursor === undefined ? null : positionsOf(feed, query.cursor),
    fromMs: query.from ?? null,
    limit: query.limit ?? LIMIT_DEFAULT,
    waitMs: (query.waitSeconds ?? 0) * 1_000,
    gone: gone.signal,
  };
}

/** The cursor after a page; of the senders that were not read this time, the given one is kept. */
export function cursorAfter(feed: Feed, page: FeedPage, given: string | undefined): string {
  const before = given === undefined ? null : decodeFeedCursor(feed, given);
  return encodeFeedCursor(feed, new Map([...(before ?? []), ...page.positions]));
}

function sendersOf(named: readonly string[] | undefined, caller: Caller, deployment: Deployment): string[] {
  const own = sendersFor(caller, deployment).map(({ id }) => id);
  if (named?.some((id) => !own.includes(id))) {
    throw wrongParameter("sender", "sender is not one that this API key may use");
  }
  const senders = named === undefined ? own : own.filter((id) => named.includes(id));
  if (senders.length > SENDERS_MAX) {
    throw wrongParameter("sender", `sender names at most ${SENDERS_MAX}, and this API key may use more: name some`);
  }
  return senders;
}

/** It may name senders that are not read; they stay in it untouched. */
function positionsOf(feed: Feed, cursor: string): Positions {
  const positions = decodeFeedCursor(feed, cursor);
  if (positions === null) throw wrongParameter("cursor", "cursor is none of this feed");
  return positions;
}
