// Meta's verification of a webhook URL: a GET with hub.mode, hub.challenge and hub.verify_token, which must be answered
// 200 with the challenge (Meta "webhooks/create-webhook-endpoint", 2026-09). 360dialog has none.
import { randomInt } from "node:crypto";
import type { WebhookTarget } from "./admin-types.ts";
import { InputError } from "./input.ts";

const TIMEOUT_MS = 5000;

/** Rejects with InputError when the receiver does not echo the challenge. */
export async function verifyWebhook({ url, verifyToken = "" }: WebhookTarget): Promise<void> {
  const challenge = String(randomInt(1_000_000_000));
  const asked = new URL(url);
  asked.searchParams.set("hub.mode", "subscribe");
  asked.searchParams.set("hub.challenge", challenge);
  asked.searchParams.set("hub.verify_token", verifyToken);
  const answer = await fetch(asked, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    .then(async (response) => ({ httpStatus: response.status, text: await response.text() }))
    .catch((error: unknown) => ({ httpStatus: 0, text: String(error) }));
  if (answer.httpStatus !== 200 || answer.text.trim() !== challenge) {
    throw new InputError(`body.webhook.url did not echo hub.challenge: it answered ${answer.httpStatus}`);
  }
}
