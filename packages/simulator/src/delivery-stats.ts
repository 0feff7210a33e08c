// What became of the webhooks: counts, and how long the receiver took over the latest attempts it acknowledged.
import type { DeliveriesReport } from "./admin-types.ts";

export interface DeliveryStats {
  sent: number;
  updatesSent: number;
  retried: number;
  failed: number;
  givenUp: number;
  withoutWebhook: number;
  cloned: number;
  tookMs(durationMs: number): void;
  report(outstanding: number): DeliveriesReport;
}

const LATENCIES_KEPT = 65_536;

export function createDeliveryStats(): DeliveryStats {
  const latenciesMs = new Float32Array(LATENCIES_KEPT);
  let measured = 0;

  const stats: DeliveryStats = {
    sent: 0,
    updatesSent: 0,
    retried: 0,
    failed: 0,
    givenUp: 0,
    withoutWebhook: 0,
    cloned: 0,
    tookMs(durationMs) {
      latenciesMs[measured % LATENCIES_KEPT] = durationMs;
      measured += 1;
    },
    report(outstanding) {
      const { sent, updatesSent, retried, failed, givenUp, withoutWebhook, cloned } = stats;
      const sorted = latenciesMs.slice(0, Math.min(measured, LATENCIES_KEPT)).sort();
      const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? null;
      const counts = { sent, updatesSent, retried, failed, givenUp, withoutWebhook, cloned, outstanding };
      return { ...counts, medianMs: quantile(0.5), p99Ms: quantile(0.99) };
    },
  };
  return stats;
}
