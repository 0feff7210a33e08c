// The answers of POST /messages, as text, and the ways of not giving one.
import type { ServerResponse } from "node:http";
import type { FaultBodyPreset, FaultRequest } from "./admin-types.ts";
import { metaError, metaErrorBody } from "./meta-errors.ts";

export interface Answer {
  httpStatus: number;
  contentType: string;
  body: string;
}

const json = (httpStatus: number, body: string): Answer => ({ httpStatus, contentType: "application/json", body });

// 360dialog's own bodies have no code: {"error": "<text>"} (OpenAPI utils.ErrorResp 1.44.0).
export const invalidApiKey = json(401, '{"error":"Invalid API key"}');
export const endpointRateLimit = json(400, '{"error":"You have exceeded the endpoint rate limit"}');
export const endpointBlocked = json(403, '{"error":"The endpoint is blocked"}');
export const markedRead = json(200, '{"success":true}');

export function metaErrorAnswer(code: number, details?: string, httpStatus?: number): Answer {
  return json(httpStatus ?? metaError(code).httpStatus, metaErrorBody(code, details));
}

/** The answer to a message taken (Meta "send messages"). messageStatus comes with template sends only. */
export function acceptedAnswer(
  { user, contact, isBsuid, wamid }: { user: string; contact: string; isBsuid: boolean; wamid: string },
  messageStatus: string | null,
): Answer {
  // Sent by phone there is no user_id, sent by BSUID no wa_id ("business-scoped user ids", 2026-05).
  const whoIsIt = isBsuid ? `"user_id":"${user}"` : `"wa_id":"${contact.slice(1)}"`;
  const status = messageStatus === null ? "" : `,"message_status":"${messageStatus}"`;
  return json(
    200,
    `{"messaging_product":"whatsapp","contacts":[{"input":"${user}",${whoIsIt}}],"messages":[{"id":"${wamid}"${status}}]}`,
  );
}

/** What a fault answers that gives an HTTP answer of its own; `httpStatusDefault` where it names none. */
export function faultAnswer(fault: FaultRequest, httpStatusDefault: number): Answer {
  const httpStatus = fault.httpStatus ?? httpStatusDefault;
  if (fault.body !== undefined) return { httpStatus, contentType: contentTypeOf(fault.body), body: fault.body };
  if (fault.preset === undefined && fault.code !== undefined)
    return metaErrorAnswer(fault.code, undefined, fault.httpStatus);
  const body = presetBody(fault.preset ?? "error", httpStatus);
  return { httpStatus, contentType: contentTypeOf(body), body };
}

export function write(response: ServerResponse, { httpStatus, contentType, body }: Answer): void {
  const bytes = Buffer.byteLength(body);
  response.writeHead(httpStatus, ["content-type", contentType, "content-length", String(bytes)]);
  response.end(body, bytes === body.length ? "latin1" : "utf8"); // plain ASCII is written faster as latin1
}

/** Promises the whole body, sends half of it and hangs up. */
export function writeTruncated(response: ServerResponse, { httpStatus, contentType, body }: Answer): void {
  response.writeHead(httpStatus, ["content-type", contentType, "content-length", String(Buffer.byteLength(body))]);
  response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
}

/** Ends the connection with a TCP reset. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function contentTypeOf(body: string): string {
  if (body.startsWith("{") || body.startsWith("[")) return "application/json";
  return body.startsWith("<") ? "text/html" : "text/plain";
}

function presetBody(preset: FaultBodyPreset, httpStatus: number): string {
  switch (preset) {
    case "html":
      return `<html><head><title>${httpStatus}</title></head><body><center><h1>${httpStatus}</h1></center></body></html>`;
    case "empty":
      return "";
    case "error":
      return JSON.stringify({
        error: httpStatus === 502 ? "WhatsApp for Business API not available" : "Internal server error",
      });
    case "legacyMeta":
      return JSON.stringify({
        meta: { httpCode: httpStatus, developerMessage: "Internal server error", success: false },
      });
  }
}
