// Figures that people look at again and again, and that alerts share: computed once.

import type { RecordingRule } from "./rule.ts";
import type { Times } from "./times.ts";

export function figures({ span }: Times): RecordingRule[] {
  const window = span("5m");
  const quantile = (share: number, histogram: string, by: string) =>
    `histogram_quantile(${share}, sum by (${by}) (rate(${histogram}_bucket[${window}])))`;
  return [
    { record: "tern_sender:messages_sent:rate5m", expr: `sum by (sender) (rate(tern_messages_sent_total[${window}]))` },
    { record: "tern_sender:throttled:rate5m", expr: `sum by (sender) (rate(tern_throttled_total[${window}]))` },
    { record: "tern:webhook_requests:rate5m", expr: `sum(rate(tern_webhook_requests_total[${window}]))` },
    { record: "tern_lane:queued_seconds:p99_5m", expr: quantile(0.99, "tern_queued_seconds", "lane, le") },
    { record: "tern_lane:submitted_seconds:p99_5m", expr: quantile(0.99, "tern_submitted_seconds", "lane, le") },
    { record: "tern:webhook_request_seconds:p50_5m", expr: quantile(0.5, "tern_webhook_request_seconds", "le") },
    { record: "tern:webhook_request_seconds:p99_5m", expr: quantile(0.99, "tern_webhook_request_seconds", "le") },
  ];
}
