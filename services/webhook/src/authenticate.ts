// Whether a request comes from the provider: the secret path, and the secret header or the signature of the body. All
// compared in constant time; during a rotation the old and the new secret both count.

import type { IncomingHttpHeaders } from "node:http";
import { equalSecret, verifySignature } from "@tern/dialog360";
import type { WebhookSettings } from "@tern/runtime";

const SIGNATURE_HEADER = "x-360dialog-signature";

export function isFromProvider(settings: WebhookSettings, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const { header, signatureSecrets } = settings;
  if (header) {
    const presented = headers[header.name];
    const text = typeof presented === "string" ? presented : "";
    // every secret is compared, so that the time taken does not tell which one matched
    if (header.secrets.map((secret) => equalSecret(text, secret.reveal())).includes(true)) return true;
  }
  const signature = headers[SIGNATURE_HEADER];
  const secrets = signatureSecrets.map((secret) => secret.reveal());
  return typeof signature === "string" && secrets.length > 0 && verifySignature(body, signature, secrets);
}

/** Whether the path of a request is the secret one. */
export function isOurPath(settings: WebhookSettings, path: string): boolean {
  return equalSecret(path, `/webhook${settings.path.reveal()}`);
}
