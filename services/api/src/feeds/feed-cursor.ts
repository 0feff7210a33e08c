// Where a reader of a feed stands: a position per sender. It is not bound to the filters, for it says what was read and
// not what was shown; nor to the process or the deployment, so it outlasts both.

import { FEED_POSITION, type Feed } from "@tern/store";
import { z } from "zod";

export type Positions = ReadonlyMap<string, string>;

const contentSchema = z.tuple([z.enum(["events", "inbound"]), z.record(z.string(), z.string().regex(FEED_POSITION))]);

export function encodeFeedCursor(feed: Feed, positions: Positions): string {
  return Buffer.from(JSON.stringify([feed, Object.fromEntries(positions)])).toString("base64url");
}

/** Null for what is no cursor of this feed. */
export function decodeFeedCursor(feed: Feed, cursor: string): Positions | null {
  try {
    const [of, positions] = contentSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return of === feed ? new Map(Object.entries(positions)) : null;
  } catch {
    return null;
  }
}
