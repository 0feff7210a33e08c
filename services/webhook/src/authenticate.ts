// Whether a request comes from the provider: the secret path, and the secret header or a signature of the body, which is
// 360dialog's or Meta's own. All compared in constant time; during a rotation the old and the new secret both count.

import type { IncomingHttpHeaders } from "node:http";
import { equalSecret, verifySignature } from "@tern/dialog360";
import type { Secret, WebhookSettings } from "@tern/runtime";

const SIGNATURE_HEADER = "x-360dialog-signature";
const META_SIGNATURE_HEADER = "x-hub-signature-256";

export function isFromProvider(settings: WebhookSettings, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const { header, signatureSecrets, metaAppSecrets } = settings;
  if (header) {
    const presented = headers[header.name];
    const text = typeof presented === "string" ? presented : "";
    // every secret is compared, so that the time taken does not tell which one matched
    if (header.secrets.map((secret) => equalSecret(text, secret.reveal())).includes(true)) return true;
  }
  return (
    isSigned(body, headers[SIGNATURE_HEADER], signatureSecrets) ||
    isSigned(body, headers[META_SIGNATURE_HEADER], metaAppSecrets)
  );
}

/**
 * What Meta's handshake is to be answered with: Meta asks once, by GET, when the address is entered in its dashboard.
 *
 * query     what stands behind the question mark
 * returns   the challenge; null when it is not Meta, or when no handshake is configured
 */
export function challengeOf({ metaVerifyToken }: WebhookSettings, query: URLSearchParams): string | null {
  if (metaVerifyToken === null) return null;
  const isMeta = equalSecret(query.get("hub.verify_token") ?? "", metaVerifyToken.reveal());
  const challenge = query.get("hub.challenge") ?? "";
  return isMeta && query.get("hub.mode") === "subscribe" && CHALLENGE.test(challenge) ? challenge : null;
}

/** Meta's is a number. Whatever else were echoed to a browser might be more than a text. */
const CHALLENGE = /^[\w-]{1,256}$/;

function isSigned(body: Buffer, signature: string | string[] | undefined, secrets: readonly Secret[]): boolean {
  if (typeof signature !== "string" || secrets.length === 0) return false;
  return verifySignature(
    body,
    signature,
    secrets.map((secret) => secret.reveal()),
  );
}

/** Whether the path of a request is the secret one. */
export function isOurPath(settings: WebhookSettings, path: string): boolean {
  return equalSecret(path, `/webhook${settings.path.reveal()}`);
}
