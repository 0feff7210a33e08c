// What the webhook service counts.

import { Counter, Histogram, type Registry } from "@tern/runtime";
import type { Received } from "./receive.ts";

/**
 * ok: 200 · unauthorized: 401 · not-found: 404 · too-large: 413 · unreadable: 400 or 415, cut off or packed in a way we do
 * not know · unavailable: 503, Redis did not take it.
 */
export type RequestResult = "ok" | "unauthorized" | "not-found" | "too-large" | "unreadable" | "unavailable";

export function createWebhookMetrics(registry: Registry) {
  const registers = [registry];
  const requests = new Counter({
    name: "tern_webhook_requests_total",
    help: "Webhook requests by how they were answered.",
    labelNames: ["result"],
    registers,
  });
  const items = new Counter({
    name: "tern_webhook_items_total",
    help: "Items in webhook bodies by what became of them.",
    labelNames: ["result"],
    registers,
  });
  const seconds = new Histogram({
    name: "tern_webhook_request_seconds",
    help: "Time to answer a webhook request; the provider waits 5 s and wants a median under 0.25 s.",
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  return {
    answered(result: RequestResult, tookMs: number): void {
      requests.inc({ result });
      seconds.observe(tookMs / 1_000);
    },
    received(counts: Received): void {
      for (const [result, count] of Object.entries(counts)) if (count > 0) items.inc({ result }, count);
    },
  };
}

export type WebhookMetrics = ReturnType<typeof createWebhookMetrics>;
