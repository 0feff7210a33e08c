// What a worker counts and shows. Labels come from closed sets and sender ids only.

import { type Clock, LANES, OUTCOME_CLASSES, type Verdict } from "@tern/core";
import { ERROR_CODES } from "@tern/dialog360";
import {
  Counter,
  createEndMetrics,
  createStatusMetrics,
  Gauge,
  Histogram,
  type Registry,
  registerReadGauges,
  type Sender,
} from "@tern/runtime";
import { type OnChanges, portfolioGauges, type Store, senderGauges } from "@tern/store";
import type { ProviderHealth } from "./provider-health.ts";
import type { SendOutcome, SentReport } from "./send-message.ts";
import type { SenderLoop } from "./sender-loop.ts";

export interface WorkerMetricsDeps {
  readonly loops: () => ReadonlyMap<string, Pick<SenderLoop, "onWireCount" | "lastProgressMs">>;
  readonly healths: () => ReadonlyMap<string, Pick<ProviderHealth, "isFailing">>;
  readonly isRedisAway: () => boolean;
  readonly senders: () => readonly Sender[];
  readonly store: () => Pick<Store, "readFigures" | "readPortfolio">;
  readonly clock: Clock;
}

export interface WorkerMetrics {
  sent(senderId: string, report: SentReport): void;
  reaped(senderId: string, count: number): void;
  readonly changed: OnChanges;
}

/** 10 ms to 8 h: an urgent message waits for some, a bulk message over night. */
const WAIT_BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300, 1_800, 7_200, 28_800];
/** withheld and tier: nothing was sent. */
export const SEND_CLASSES: readonly SendOutcome["class"][] = [...OUTCOME_CLASSES, "withheld", "tier"];

export function createWorkerMetrics(registry: Registry, deps: WorkerMetricsDeps): WorkerMetrics {
  const { loops, healths, clock } = deps;
  const registers = [registry];
  const sent = new Counter({
    name: "tern_messages_sent_total",
    help: "Messages that the provider took.",
    labelNames: ["sender", "lane"],
    registers,
  });
  const outcomes = new Counter({
    name: "tern_send_outcomes_total",
    help: "How sends ended, by class and Meta code: none without one, other for one that is not in docs/errors.md.",
    labelNames: ["sender", "lane", "class", "code"],
    registers,
  });
  const throttled = new Counter({
    name: "tern_throttled_total",
    help: "Sends that the provider told to slow down; they wait and use up no attempt.",
    labelNames: ["sender"],
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
    help: "Time from when a message was due (accepted, or its sendAt) to the first send that used up an attempt.",
    labelNames: ["lane"],
    buckets: WAIT_BUCKETS_SECONDS,
    registers,
  });
  const submittedSeconds = new Histogram({
    name: "tern_submitted_seconds",
    help: "Time from when a message was due (accepted, or its sendAt) to the provider's answer that it took it.",
    labelNames: ["lane"],
    buckets: WAIT_BUCKETS_SECONDS,
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
    name: "tern_last_progress_age_seconds",
    help: "Time since this process last did, or found, nothing left to do for a sender; missing while Redis is away.",
    labelNames: ["sender"],
    registers,
    collect() {
      this.reset();
      if (deps.isRedisAway()) return; // as /livez judges it (liveness.ts)
      const nowMs = clock.monotonicMs();
      for (const [sender, { lastProgressMs }] of loops()) {
        this.set({ sender }, Math.max(0, nowMs - lastProgressMs) / 1_000);
      }
    },
  });
  new Gauge({
    name: "tern_provider_away",
    help: "1 while this process takes the provider for away (its circuit breaker is not closed), by address.",
    labelNames: ["provider"],
    registers,
    collect() {
      this.reset();
      for (const [provider, health] of healths()) this.set({ provider }, health.isFailing ? 1 : 0);
    },
  });
  for (const lane of LANES) for (const histogram of [queuedSeconds, submittedSeconds]) histogram.zero({ lane });
  registerReadGauges(registry, { ...senderGauges(deps.store, deps.senders), clock });
  registerReadGauges(registry, { ...portfolioGauges(deps.store, deps.senders), clock });
  const countEnds = createEndMetrics(registry);
  const countStatuses = createStatusMetrics(registry, clock);

  return {
    sent(sender, { lane, outcome, verdict, queuedMs, tookMs, attempts }) {
      outcomes.inc({ sender, lane, class: outcome.class, code: codeOf(outcome) });
      answerSeconds.observe({ class: outcome.class }, tookMs / 1_000);
      if (outcome.class === "throttled") throttled.inc({ sender });
      if (verdict.kind === "submit") sent.inc({ sender, lane });
      if (queuedMs === null) return;
      if (attempts === 1 && usesAttempt(verdict)) queuedSeconds.observe({ lane }, queuedMs / 1_000);
      if (verdict.kind === "submit") submittedSeconds.observe({ lane }, (queuedMs + tookMs) / 1_000);
    },
    reaped: (sender, count) => reaped.inc({ sender }, count),
    changed(sender, changes) {
      countEnds(sender, changes);
      countStatuses(sender, changes);
    },
  };
}

function codeOf(outcome: SendOutcome): string {
  const code = "failure" in outcome ? outcome.failure.code : null;
  if (code === null) return "none";
  const known = ERROR_CODES.find((row) => code >= row.code && code <= (row.codeEnd ?? row.code));
  return known ? String(known.code) : "other";
}

/** What is throttled, withheld or refused before it went waits on, or never went. */
function usesAttempt(verdict: Verdict): boolean {
  switch (verdict.kind) {
    case "snooze":
      return false;
    case "doubt":
      return verdict.counted;
    case "fail":
      return verdict.counted !== false;
    default:
      return true;
  }
}
