// Reading a request of the hot path without Express.
import type { IncomingMessage } from "node:http";

const BODY_BYTES_MAX = 1024 * 1024;

/** Calls `then` with the whole body; cuts the connection of one larger than 1 MB. */
export function readBody(request: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) request.destroy();
    else chunks.push(chunk);
  });
  request.on("end", () => then(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

/** The D360-API-KEY, or "". Looks through the raw headers, because request.headers builds the whole object first. */
export function apiKeyOf({ rawHeaders }: IncomingMessage): string {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 12 && name.toLowerCase() === "d360-api-key") return rawHeaders[at + 1] ?? "";
  }
  return "";
}

export function isSend({ method, url }: IncomingMessage): boolean {
  return method === "POST" && url === "/messages";
}
