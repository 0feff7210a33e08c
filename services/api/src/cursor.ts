// Where a page of messages ended, for the request of the next one. Opaque to callers, and only good for the filters it
// came from: with others it would skip messages without a word.

import { hash } from "node:crypto";

/** Whatever decides which messages a list holds, in one spelling. */
export type Filters = Readonly<Record<string, string | number | null>>;

const LOCAL_ID = /^[0-9a-z]{26}$/;
const DIGEST_LENGTH = 12;

export function encodeCursor(after: string, filters: Filters): string {
  return `${after}${digest(filters)}`;
}

/** Where to go on, a local id unless `position` says otherwise; null when the cursor is none, or belongs to other filters. */
export function decodeCursor(cursor: string, filters: Filters, position: RegExp = LOCAL_ID): string | null {
  const after = cursor.slice(0, -DIGEST_LENGTH);
  return position.test(after) && cursor === encodeCursor(after, filters) ? after : null;
}

function digest(filters: Filters): string {
  return hash("sha256", JSON.stringify(Object.entries(filters)), "base64url").slice(0, DIGEST_LENGTH);
}
