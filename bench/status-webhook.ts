// Status webhooks as the provider writes them, for messages that exist: every update is news, so that real work is done.
// Shape: packages/dialog360/src/webhook/fixtures/status-*.json.
import { formatCallbackData } from "@tern/dialog360";
import type { Submitted } from "./tern.ts";

export const STATUS_STEPS = ["sent", "delivered", "read"] as const;
export type StatusStep = (typeof STATUS_STEPS)[number];

export interface StatusUpdate {
  readonly message: Submitted;
  readonly status: StatusStep;
  readonly atMs: number;
}

/** The body of one webhook with these updates, all in one change. */
export function statusWebhook(updates: readonly StatusUpdate[]): string {
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "102290129340398",
        changes: [
          {
            field: "messages",
            value: {
              messaging_product: "whatsapp",
              metadata: { display_phone_number: "15550783800", phone_number_id: "106540352242900" },
              contacts: updates.map(({ message }) => ({
                profile: { name: "Pablo M." },
                wa_id: message.to.slice(1),
                user_id: userIdOf(message),
              })),
              statuses: updates.map(({ message, status, atMs }) => ({
                id: message.wamid,
                status,
                timestamp: String(Math.floor(atMs / 1_000)),
                recipient_id: message.to.slice(1),
                recipient_user_id: userIdOf(message),
                biz_opaque_callback_data: formatCallbackData({ messageId: message.id, wireNumber: 1 }),
                pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
              })),
            },
          },
        ],
      },
    ],
  });
}

/** Every step of every message: all `sent` first, then all `delivered`, then all `read`, each once. */
export function* statusesOf(messages: readonly Submitted[], atMs: number): Generator<StatusUpdate> {
  for (const [step, status] of STATUS_STEPS.entries()) {
    for (const message of messages) yield { message, status, atMs: atMs + step * 1_000 };
  }
}

const userIdOf = ({ to }: Submitted) => `DE.${to.slice(3)}18302741918`;
