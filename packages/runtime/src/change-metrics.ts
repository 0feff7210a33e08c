// Counts what becomes of messages, in whichever process it is written down: each change is told once, by the call that made
// it. So the counters of all processes are added up.

import { type Change, type Clock, LANES } from "@tern/core";
import { Counter, Histogram, type Registry } from "prom-client";

const DELIVERED_BUCKETS_SECONDS = [1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 28_800, 86_400];
/** The provider repeats for seven days what it could not tell (docs/sources.md, webhook delivery). */
const LAG_BUCKETS_SECONDS = [1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400, 604_800];

type Count = (senderId: string, changes: readonly Change[]) => void;

/** Counts how messages end; returns what the store's `onChanges` takes. */
export function createEndMetrics(registry: Registry): Count {
  const ended = new Counter({
    name: "tern_messages_ended_total",
    help: "Messages that ended undelivered, by how and by the class of the failure; none for those that did not fail.",
    labelNames: ["sender", "lane", "status", "class"],
    registers: [registry],
  });
  return (sender, changes) => {
    for (const change of changes) {
      if (change.kind !== "end") continue;
      ended.inc({ sender, lane: change.lane, status: change.status, class: change.class });
    }
  };
}

/** Counts what the provider reports of messages; returns what the store's `onChanges` takes. */
export function createStatusMetrics(registry: Registry, clock: Pick<Clock, "nowMs">): Count {
  const registers = [registry];
  const statuses = new Counter({
    name: "tern_statuses_total",
    help: "Statuses that the provider reported and that were news; repetitions are not counted.",
    labelNames: ["sender", "status"],
    registers,
  });
  const delivered = new Histogram({
    name: "tern_delivered_seconds",
    help: "Time from when a message was due (accepted, or its sendAt) to its delivery, by the provider's clock.",
    labelNames: ["lane"],
    buckets: DELIVERED_BUCKETS_SECONDS,
    registers,
  });
  const lag = new Histogram({
    name: "tern_webhook_lag_seconds",
    help: "Time from the provider's timestamp of a status, in whole seconds, to its place in the record.",
    buckets: LAG_BUCKETS_SECONDS,
    registers,
  });
  for (const lane of LANES) delivered.zero({ lane });

  return (sender, changes) => {
    const nowMs = clock.nowMs();
    for (const change of changes) {
      if (change.kind !== "status") continue;
      const { status, lane, atMs, dueMs } = change;
      statuses.inc({ sender, status });
      lag.observe(Math.max(0, nowMs - atMs) / 1_000);
      if (status === "delivered") delivered.observe({ lane }, Math.max(0, atMs - dueMs) / 1_000);
    }
  };
}
