// The text under which a message's content is kept: the JSON that is sent and, if there is one, a line break and the JSON of
// the template that is sent in its place when the customer service window is closed. JSON text has no raw line break, so the
// first one divides the two; a send needs no parsing.

import { type Content, contentJson } from "./content.ts";
import type { Fallback } from "./template-content.ts";

/** Two JSON texts, each ready for `buildSendBody`. */
export interface StoredContent {
  readonly content: string;
  readonly fallback: string | null;
}

export function storedContent(content: Content, fallback: Fallback | null): string {
  const text = contentJson(content);
  return fallback === null ? text : `${text}\n${contentJson(fallback)}`;
}

/** The reverse of {@link storedContent}. Never throws; what is damaged shows when it is to be sent. */
export function readStoredContent(text: string): StoredContent {
  const end = text.indexOf("\n");
  return end < 0 ? { content: text, fallback: null } : { content: text.slice(0, end), fallback: text.slice(end + 1) };
}
