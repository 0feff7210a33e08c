// Alerts on the processes and on Redis.

import { grew } from "./grew.ts";
import type { AlertRule } from "./rule.ts";
import type { Times } from "./times.ts";

const JOBS = ["tern-api", "tern-worker", "tern-webhook"] as const;
const ANY_JOB = `job=~"${JOBS.join("|")}"`;

/** The API refuses from 0.9 on (`admission.redisMemoryMax`). */
const MEMORY_SOON = 0.75;
const MEMORY_NOW = 0.85;
/** A tenth of a second less than an urgent message has in all. */
const LAG_MOST_SECONDS = 0.15;
const RESTARTS_LEAST = 3;

export function systemAlerts({ span }: Times): AlertRule[] {
  const memory = (above: number) => `max(tern_redis_memory_used_ratio) > ${above}`;
  const memoryWords = {
    summary: "Redis is nearly full",
    description:
      "Redis uses {{ $value | humanizePercentage }} of its maxmemory. From 90 % on the API refuses new messages (503); what was accepted goes on.",
    dashboard: "tern-redis",
  };
  return [
    {
      alert: "TernServiceDown",
      severity: "page",
      // A job without any target has no `up` at all.
      expr: [`sum by (job) (up{${ANY_JOB}}) == 0`, ...JOBS.map((job) => `absent(up{job="${job}"})`)].join("\nor\n"),
      for: span("1m"),
      summary: "No process of {{ $labels.job }} runs",
      description:
        "Prometheus reaches no process of {{ $labels.job }}. Without the API callers cannot send; without workers everything accepted waits; without the webhook service the provider keeps its reports and sends them again later.",
      dashboard: "tern-overview",
    },
    {
      alert: "TernTargetDown",
      severity: "ticket",
      expr: `up{${ANY_JOB}} == 0`,
      for: span("5m"),
      summary: "{{ $labels.instance }} of {{ $labels.job }} does not answer",
      description:
        "Prometheus has not reached {{ $labels.instance }} of {{ $labels.job }} for five minutes: it has ended, is frozen, or the network is in the way. Others do its work.",
      dashboard: "tern-overview",
    },
    {
      alert: "TernRestarting",
      severity: "ticket",
      expr: `max by (job, instance) (changes(tern_process_start_time_seconds{${ANY_JOB}}[${span("30m")}])) >= ${RESTARTS_LEAST}`,
      for: null,
      summary: "{{ $labels.instance }} of {{ $labels.job }} starts again and again",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} was started {{ $value }} times in half an hour: it crashes, runs out of memory, or its liveness check ends it.",
      dashboard: "tern-overview",
    },
    {
      alert: "TernEventLoopLag",
      severity: "ticket",
      expr: `max by (job, instance) (tern_nodejs_eventloop_lag_p99_seconds{${ANY_JOB}}) > ${LAG_MOST_SECONDS}`,
      for: span("10m"),
      summary: "{{ $labels.instance }} of {{ $labels.job }} has too little processor time",
      description:
        "One in a hundred turns of the event loop of {{ $labels.instance }} ({{ $labels.job }}) came {{ $value | humanizeDuration }} late. Sends and answers are late by as much.",
      dashboard: "tern-overview",
    },
    {
      alert: "TernRefusing",
      severity: "page",
      expr: `sum by (reason) (${grew('tern_messages_refused_total{reason=~"memory|redis|backlog"}', span("5m"))}) > 0`,
      for: span("2m"),
      summary: "The API refuses messages ({{ $labels.reason }})",
      description:
        "{{ $value | humanize }} requests were refused in five minutes because of {{ $labels.reason }}: memory is a Redis nearly full, redis one that does not answer, backlog a caller that has too many messages waiting. Careful callers try again; the others lose what they wanted to send.",
      dashboard: "tern-overview",
    },
    {
      alert: "TernRedisAway",
      severity: "page",
      expr: `absent(tern_sender_state)\nand on ()\ncount(up{job=~"tern-api|tern-worker"} == 1) > 0`,
      for: span("1m"),
      summary: "Redis does not answer",
      description:
        "API and workers run and cannot read anything from Redis. Nothing is accepted (503) and nothing is sent. It goes on by itself when Redis is back.",
      dashboard: "tern-redis",
    },
    { alert: "TernRedisNearlyFull", severity: "ticket", expr: memory(MEMORY_SOON), for: span("10m"), ...memoryWords },
    { alert: "TernRedisNearlyFull", severity: "page", expr: memory(MEMORY_NOW), for: span("1m"), ...memoryWords },
    {
      alert: "TernRedisUnlimited",
      severity: "ticket",
      expr: "max(tern_redis_memory_max_bytes) == 0\nand on ()\ncount(tern_sender_state) > 0",
      for: span("15m"),
      summary: "Redis has no maxmemory",
      description:
        "Redis has no limit of its own, so the API cannot refuse before the machine runs out of memory, and a Redis that is killed for its memory may lose what it had not written.",
      dashboard: "tern-redis",
    },
  ];
}
