// Reading a request of the hot path without Express.
import type { IncomingMessage } from "node:http";
import type { SendPath } from "./send-request.ts";

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

/** The token of `Authorization: Bearer <token>`, or "". */
export function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

/** Which way of sending a request wants, and by whose path. */
export interface SendTarget {
  path: SendPath;
  profile: "360dialog" | "360dialog-sandbox" | "meta";
  /** In Meta's paths. */
  phoneNumberId: string | null;
}

const messages: SendTarget = { path: "messages", profile: "360dialog", phoneNumberId: null };
const marketing: SendTarget = { path: "marketing", profile: "360dialog", phoneNumberId: null };
const sandboxMessages: SendTarget = { path: "messages", profile: "360dialog-sandbox", phoneNumberId: null };
const metaPath = /^\/v\d+\.\d+\/(\w+)\/(marketing_)?messages$/;

/** null: the request is not a send. */
export function sendTargetOf({ method, url = "" }: IncomingMessage): SendTarget | null {
  if (method !== "POST") return null;
  if (url === "/messages") return messages;
  if (!url.endsWith("messages")) return null;
  if (url === "/marketing_messages") return marketing;
  if (url === "/v1/messages") return sandboxMessages;
  const match = metaPath.exec(url);
  if (!match) return null;
  return { path: match[2] ? "marketing" : "messages", profile: "meta", phoneNumberId: match[1] ?? "" };
}
