// The body of a request as nearly all come: not compressed, its length said beforehand. Such a body needs nothing of what
// Express brings, which would be a third of a webhook's cost.

import type { IncomingMessage } from "node:http";

/** Whether the body can be read as it comes: not packed, and at most `bytesMax` by its own word. */
export function isPlain({ headers }: IncomingMessage, bytesMax: number): boolean {
  return headers["content-encoding"] === undefined && Number(headers["content-length"] ?? Number.NaN) <= bytesMax;
}

/**
 * Reads a plain body; Node lets it be no longer than its length said.
 *
 * onBody   called once, with all of it
 * onCut    called instead when the connection ended before
 */
export function readPlainBody(request: IncomingMessage, onBody: (body: Buffer) => void, onCut: () => void): void {
  const chunks: Buffer[] = [];
  let isWhole = false;
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    isWhole = true;
    onBody(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
  });
  request.on("error", () => {}); // said by `close`
  request.on("close", () => {
    if (!isWhole) onCut();
  });
}
