// What a worker counts. Labels come from closed sets and sender ids only.

import { LANES } from "@tern/core";
import { Counter, Gauge, Histogram, type Registry } from "@tern/runtime";
import type { ProviderHealth } from "./provider-health.ts";
import type { SentReport } from "./send-message.ts";
import type { SenderLoop } from "./sender-loop.ts";

export interface WorkerMetrics {
  sent(senderId: string, report: SentReport): void;
  reaped(senderId: string, count: number): void;
}

export function createWorkerMetrics(
  registry: Registry,
  loops: () => ReadonlyMap<string, SenderLoop>,
  healths: ReadonlyMap<string, ProviderHealth>,
): WorkerMetrics {
  const registers = [registry];
  const outcomes = new Counter({
    name: "tern_send_outcomes_total",
    help: "Answers of the provider by sender, lane, class and Meta code (none without one).",
    labelNames: ["sender", "lane", "class", "code"],
    registers,
  });
  const answerSeconds = new Histogram({
    name: "tern_send_answer_seconds",
    help: "Time from firing a send to its outcome.",
    labelNames: ["class"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const queuedSeconds = new Histogram({
    name: "tern_queued_seconds",
    help: "Time from acceptance to the first send, by lane.",
    labelNames: ["lane"],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300, 1_800, 7_200, 28_800],
    registers,
  });
  const reaped = new Counter({
    name: "tern_leases_reaped_total",
    help: "Sends whose worker died or froze: declared unconfirmed.",
    labelNames: ["sender"],
    registers,
  });
  new Gauge({
    name: "tern_on_wire",
    help: "Sends of this process that wait for their slot or their answer.",
    labelNames: ["sender"],
    registers,
    collect() {
      this.reset();
      for (const [sender, loop] of loops()) this.set({ sender }, loop.onWireCount);
    },
  });
  new Gauge({
    name: "tern_provider_away",
    help: "1 while this process takes the provider for away (its circuit breaker is not closed), by address.",
    labelNames: ["provider"],
    registers,
    collect() {
      this.reset();
      for (const [provider, health] of healths) this.set({ provider }, health.isFailing ? 1 : 0);
    },
  });
  for (const lane of LANES) queuedSeconds.zero({ lane });

  return {
    sent(sender, { lane, outcome, queuedMs, tookMs, wireNumber }) {
      const code = "failure" in outcome && outcome.failure.code !== null ? String(outcome.failure.code) : "none";
      outcomes.inc({ sender, lane, class: outcome.class, code });
      answerSeconds.observe({ class: outcome.class }, tookMs / 1_000);
      if (wireNumber === 1) queuedSeconds.observe({ lane }, queuedMs / 1_000);
    },
    reaped: (sender, count) => reaped.inc({ sender }, count),
  };
}
