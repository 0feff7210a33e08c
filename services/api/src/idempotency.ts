// Retrying without sending twice: an Idempotency-Key names a request, so that the same one again gets the first one's
// answer (draft-ietf-httpapi-idempotency-key-header). The key counts for one caller and one sender. Two equal requests
// that run at once meet in one atomic script, so there is no "still in progress": the second one is simply a replay.

import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isPassthrough } from "@tern/dialog360";
import type { NewMessage } from "@tern/store";
import { z } from "zod";
import type { MessageRequest } from "./message-request.ts";
import { ApiProblem } from "./problems.ts";

/** Printable ASCII, as headers carry it. */
const KEY = /^[\x20-\x7e]{1,255}$/;
/** 128 bits in base 64: accept.lua expects digests of one length. */
const DIGEST_LENGTH = 22;

/** The header as the documentation shows it. */
export const idempotencyHeader = z.object({
  "Idempotency-Key": z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({
      description:
        "Names the request, so that repeating it sends nothing twice: the same key and body get the same answer " +
        "(with Idempotency-Replayed: true), another body 422. It counts for one caller and one sender, for 72 hours. " +
        "There is no 409 for a request still in progress: accepting is one atomic step.",
      example: "order-4711-shipped",
    }),
});

/**
 * The key of the request; null when it has none.
 *
 * throws   ApiProblem 400
 */
export function readIdempotencyKey(request: IncomingMessage): string | null {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return null;
  const key = String(header);
  if (KEY.test(key)) return key;
  throw new ApiProblem("invalid-parameters", {
    detail: "The header Idempotency-Key has 1 to 255 printable ASCII characters.",
    errors: [{ parameter: "Idempotency-Key", detail: "Idempotency-Key has 1 to 255 printable ASCII characters" }],
  });
}

/** The key of one message of a batch: so that a batch can be sent again as it is, and a message of it by itself. */
export function keyOfItem(key: string | null, index: number): string | null {
  return key === null ? null : `${key}/${index}`;
}

/**
 * What the store compares. What the caller left out stays out: a default that changes makes no other request of it.
 *
 * content   the request's content as `contentJson` writes it
 */
export function idempotencyOf(key: string | null, request: MessageRequest, content: string): NewMessage["idempotency"] {
  return key === null ? null : { keyDigest: digest(key), bodyDigest: digest(bodyText(request, content)) };
}

/** The problem of a key that was used for another request; `id` is that one's message. */
export function keyReused(id: string): ApiProblem {
  return new ApiProblem("idempotency-key-reused", {
    detail: "This Idempotency-Key belongs to another request: use a new key for each message.",
    members: { messageId: id },
  });
}

function digest(text: string): string {
  return hash("sha256", text, "base64url").slice(0, DIGEST_LENGTH);
}

/**
 * One text per request, however its JSON was ordered. The schemas have put all fields in order but those of objects that
 * are handed through as they are: the metadata, what is inside an action, and what passes through. Three JSON texts, which
 * hold no line break of their own: no two requests run together.
 */
function bodyText(request: MessageRequest, content: string): string {
  const { sender, to, lane, reference, metadata, sendAtMs, expiresAtMs, ttlSeconds, onDoubt } = request;
  const { fallback } = request;
  const envelope = JSON.stringify([
    ...[sender, to, lane, reference, sendAtMs, expiresAtMs, ttlSeconds, onDoubt],
    // Only where they are used: a request that was digested before there were any has the same digest still.
    ...(fallback === null ? [] : [canonicalJson(fallback)]),
    ...(isPassthrough(request.content) ? ["passthrough"] : []),
  ]);
  const ordered = content.includes(ACTION) || isPassthrough(request.content) ? canonicalJson(request.content) : content;
  return `${envelope}\n${metadata === null ? "" : canonicalJson(metadata)}\n${ordered}`;
}

/** Cannot be part of a caller's text: quotes are escaped there. */
const ACTION = '"type":"action"';

/** JSON with the members of every object in order: libraries that print maps in random order still repeat themselves. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlainObject(inner) ? sorted(inner) : inner));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
