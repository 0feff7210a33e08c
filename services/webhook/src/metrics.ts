// What the webhook service counts.

import type { Clock } from "@tern/core";
import { Counter, createEndMetrics, createStatusMetrics, Gauge, Histogram, type Registry } from "@tern/runtime";
import type { OnChanges } from "@tern/store";
import type { Received } from "./receive.ts";

/**
 * ok: 200 · unauthorized: 401 · not-found: 404 · too-large: 413 · unreadable: 400 or 415, cut off or packed in a way we do
 * not know · unavailable: 503, Redis did not take it.
 */
export const REQUEST_RESULTS = ["ok", "unauthorized", "not-found", "too-large", "unreadable", "unavailable"] as const;
export type RequestResult = (typeof REQUEST_RESULTS)[number];

/** As receive.ts counts them. */
export const ITEM_RESULTS = [
  "applied",
  "same",
  "parked",
  "gone",
  "damaged",
  "inbound",
  "inbound-again",
  "event",
  "aside",
  "unroutable",
  "unreadable",
] as const satisfies readonly (keyof Received)[];

export function createWebhookMetrics(registry: Registry, clock: Pick<Clock, "nowMs">) {
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
  const lastRequest = new Gauge({
    name: "tern_webhook_last_request_timestamp_seconds",
    help: "When the provider's last request came that bore our secret, Unix time; the start of the process before the first.",
    registers,
  });
  lastRequest.set(clock.nowMs() / 1_000);
  const countEnds = createEndMetrics(registry);
  const countStatuses = createStatusMetrics(registry, clock);
  const changed: OnChanges = (sender, changes) => {
    countEnds(sender, changes);
    countStatuses(sender, changes);
  };
  return {
    changed,
    answered(result: RequestResult, tookMs: number): void {
      if (result === "ok" || result === "unavailable") lastRequest.set(clock.nowMs() / 1_000);
      requests.inc({ result });
      seconds.observe(tookMs / 1_000);
    },
    received(counts: Received): void {
      for (const result of ITEM_RESULTS) if (counts[result] > 0) items.inc({ result }, counts[result]);
    },
  };
}

export type WebhookMetrics = ReturnType<typeof createWebhookMetrics>;
