import { expect, test } from "@jest/globals";
import type { Change } from "@tern/core";
import { createEndMetrics, createStatusMetrics } from "./change-metrics.ts";
import { createMetrics } from "./metrics.ts";
import { createTestClock } from "./test-clock.ts";

const clock = createTestClock();
const nowMs = clock.nowMs();

async function told(...changes: Change[]): Promise<string> {
  const { registry } = createMetrics({ service: "webhook" });
  const countEnds = createEndMetrics(registry);
  const countStatuses = createStatusMetrics(registry, clock);
  countEnds("demo", changes);
  countStatuses("demo", changes);
  return (await registry.metrics()).replaceAll(/,service="webhook"|service="webhook",?/g, "");
}

const aStatus = (fields: Partial<Extract<Change, { kind: "status" }>> = {}): Change => ({
  kind: "status",
  status: "delivered",
  lane: "urgent",
  atMs: nowMs - 4_000,
  dueMs: nowMs - 7_000,
  ...fields,
});

test("ends are counted by how and why", async () => {
  const failed: Change = { kind: "end", status: "failed", lane: "bulk", class: "rejected" };
  const text = await told(failed, failed, { kind: "end", status: "canceled", lane: "urgent", class: "none" });
  expect(text).toContain('tern_messages_ended_total{sender="demo",lane="bulk",status="failed",class="rejected"} 2');
  expect(text).toContain('tern_messages_ended_total{sender="demo",lane="urgent",status="canceled",class="none"} 1');
});

test("statuses are counted, with how late they came; deliveries with how long they took", async () => {
  const text = await told(aStatus(), aStatus({ status: "read", atMs: nowMs - 1_000 }));
  expect(text).toContain('tern_statuses_total{sender="demo",status="delivered"} 1');
  expect(text).toContain('tern_statuses_total{sender="demo",status="read"} 1');
  expect(text).toMatch(/^tern_webhook_lag_seconds_sum\{?\}? 5$/m);
  expect(text).toMatch(/^tern_webhook_lag_seconds_count\{?\}? 2$/m);
  expect(text).toContain('tern_delivered_seconds_sum{lane="urgent"} 3');
  expect(text).toContain('tern_delivered_seconds_count{lane="urgent"} 1');
  expect(text).toContain('tern_delivered_seconds_count{lane="bulk"} 0');
});

// The provider tells whole seconds, and its clock is not ours.
test("what seems to come before its time took none", async () => {
  const text = await told(aStatus({ atMs: nowMs + 900, dueMs: nowMs + 1_500 }));
  expect(text).toMatch(/^tern_webhook_lag_seconds_sum\{?\}? 0$/m);
  expect(text).toContain('tern_delivered_seconds_sum{lane="urgent"} 0');
});
