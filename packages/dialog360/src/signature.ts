// Who sent this webhook? 360dialog signs with `x-360dialog-signature`: HMAC-SHA256 of the raw body, keyed by the partner
// platform secret; a custom header with a secret of ours does the same for direct clients. Meta itself signs in the same
// way with `X-Hub-Signature-256`, keyed by the app's secret. Source: docs/sources.md, webhook delivery.

import { createHmac, timingSafeEqual } from "node:crypto";

// 360dialog: bare hex by two implementations, `sha256=<hex>` by one. Meta: `sha256=<hex>`. Both are accepted of both.
const SIGNATURE = /^(?:sha256=)?([0-9a-f]{64})$/i;

/**
 * Whether the signature is one of the raw body's under any of the secrets.
 *
 * raw       the bytes as received, before any parsing
 * header    the header's text; undefined when absent, which is never valid
 * secrets   the current secret and, during a rotation, the old one; empty ones are ignored
 */
export function verifySignature(raw: Buffer | string, header: string | undefined, secrets: readonly string[]): boolean {
  const claimed = SIGNATURE.exec(header?.trim() ?? "")?.[1];
  if (claimed === undefined) return false;
  const given = Buffer.from(claimed, "hex");
  let isValid = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    isValid = timingSafeEqual(createHmac("sha256", secret).update(raw).digest(), given) || isValid;
  }
  return isValid;
}

/**
 * Whether what was presented is the secret, in a time that tells nothing about where they differ, nor how long the secret is.
 * An empty text equals nothing, so that a secret left empty lets nobody in.
 */
export function equalSecret(presented: string, secret: string): boolean {
  const expected = bytesOf(secret);
  const given = Buffer.alloc(expected.length);
  given.write(presented); // as much of it as the secret is long
  const isSame = timingSafeEqual(given, expected);
  return isSame && presented !== "" && Buffer.byteLength(presented) === expected.length;
}

/** Of the few secrets of a configuration. */
const known = new Map<string, Buffer>();
const KNOWN_MAX = 64;

function bytesOf(secret: string): Buffer {
  let bytes = known.get(secret);
  if (!bytes) {
    if (known.size >= KNOWN_MAX) known.clear(); // those of earlier configurations
    bytes = Buffer.from(secret);
    known.set(secret, bytes);
  }
  return bytes;
}
