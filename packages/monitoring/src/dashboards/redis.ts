// Redis, BullMQ's queues and the processes themselves.

import { grew } from "../rules/grew.ts";
import type { DashboardSpec } from "./dashboard.ts";
import { MEMORY_LIMITS, quantile, redisMemory } from "./promises.ts";

/** The processes of Tern, by the name that the scrape gives them. */
const PROCESSES = 'job=~"tern-.+"';

export const redis: DashboardSpec = {
  uid: "tern-redis",
  title: "Tern: Redis, queues and processes",
  description: "Where everything is kept, what calls the workers, and how the processes are.",
  choices: [],
  rows: [
    {
      title: "Is it well?",
      height: 4,
      panels: [
        redisMemory,
        {
          kind: "stat",
          title: "Redis: used of",
          description:
            "Memory in use, and maxmemory, of the fullest master. No maxmemory: the API cannot refuse in time.",
          unit: "bytes",
          queries: [
            { expr: "max(tern_redis_memory_used_bytes)", legend: "used" },
            { expr: "max(tern_redis_memory_max_bytes)", legend: "limit" },
          ],
          alerts: ["TernRedisNearlyFull", "TernRedisUnlimited"],
        },
        {
          kind: "stat",
          title: "Redis answers",
          description:
            "How many senders can be read from Redis. 0: it does not answer API and workers: nothing is accepted (503) and nothing sent until it is back, then all goes on by itself.",
          unit: "short",
          redBelow: 1,
          queries: [
            { expr: 'count(max by (sender) (tern_sender_state{state="sending"})) or vector(0)', legend: "senders" },
          ],
          alerts: ["TernRedisAway"],
        },
        {
          kind: "stat",
          title: "Event loop lag (99 %)",
          description:
            "The worst process. Above 150 ms sends and answers are late by as much: give it more processor time, or run more of them.",
          unit: "s",
          limits: { amber: 0.05, red: 0.15 },
          queries: [{ expr: `max(tern_nodejs_eventloop_lag_p99_seconds{${PROCESSES}})`, legend: "lag" }],
          alerts: ["TernEventLoopLag"],
        },
        {
          kind: "stat",
          title: "Youngest process",
          description:
            "Time since the last start of any process. Young without a deployment: something crashes or is killed; see its log and its memory.",
          unit: "s",
          queries: [{ expr: `time() - max(tern_process_start_time_seconds{${PROCESSES}})`, legend: "since" }],
          alerts: ["TernRestarting"],
        },
        {
          kind: "stat",
          title: "Versions",
          description: "Versions that run. Two are right only during an upgrade.",
          unit: "short",
          limits: { amber: 2, red: 3 },
          queries: [{ expr: `count(count by (version) (tern_build_info{${PROCESSES}}))`, legend: "versions" }],
          alerts: ["TernRestarting"],
        },
      ],
    },
    {
      title: "Redis",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Memory against its limit",
          description: "It climbs with what waits and what is kept. See the backlogs, then the retention settings.",
          unit: "percentunit",
          limits: MEMORY_LIMITS,
          max: 1,
          queries: [{ expr: "max(tern_redis_memory_used_ratio)", legend: "used" }],
          alerts: ["TernRedisNearlyFull"],
        },
        {
          kind: "graph",
          title: "Memory",
          description: "In use, of the fullest master. About 3 KB for each message kept.",
          unit: "bytes",
          queries: [{ expr: "max(tern_redis_memory_used_bytes)", legend: "used" }],
          alerts: ["TernRedisNearlyFull"],
        },
        {
          kind: "graph",
          title: "Calls for a worker that failed",
          description:
            "The API could not put a call for a worker into BullMQ, in five minutes. Workers look by themselves a moment later; if it lasts, Redis is in trouble.",
          unit: "short",
          queries: [
            { expr: `sum by (sender) (${grew("tern_calls_failed_total", "5m")}) or vector(0)`, legend: "{{sender}}" },
          ],
          alerts: ["TernRedisAway"],
        },
      ],
    },
    {
      title: "Queues (BullMQ)",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Jobs, by state",
          description:
            "A job calls a worker for a sender; messages are not in here. One active job for each sender with work is right; jobs that stay waiting mean that no worker runs; failed ones are in the log.",
          unit: "short",
          queries: [{ expr: "max by (queue, state) (bullmq_job_count)", legend: "{{queue}} {{state}}" }],
          span: 12,
          alerts: ["TernDueStuck"],
        },
        {
          kind: "graph",
          title: "Workers: time since the last progress",
          description: "The worker that works for each sender. Above a minute its /livez fails: restart it.",
          unit: "s",
          limits: { red: 60 },
          queries: [
            {
              expr: "max by (instance, sender) (tern_last_progress_age_seconds)",
              legend: "{{instance}} {{sender}}",
            },
          ],
          span: 12,
          alerts: ["TernConsumerWedged"],
        },
      ],
    },
    {
      title: "Processes",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Processor",
          description: "Of one core each. Near 100 % the event loop lags: run more of that service.",
          unit: "percentunit",
          queries: [
            {
              expr: `rate(tern_process_cpu_seconds_total{${PROCESSES}}[$__rate_interval])`,
              legend: "{{job}} {{instance}}",
            },
          ],
          alerts: ["TernEventLoopLag"],
        },
        {
          kind: "graph",
          title: "Memory of the processes",
          description: "Resident memory of each process. One that climbs for days leaks: note its version, restart it.",
          unit: "bytes",
          queries: [{ expr: `tern_process_resident_memory_bytes{${PROCESSES}}`, legend: "{{job}} {{instance}}" }],
          alerts: ["TernRestarting"],
        },
        {
          kind: "graph",
          title: "Event loop lag, by process (99 %)",
          description: "Of each process. Peaks at large batches are ordinary; a plateau is too little processor time.",
          unit: "s",
          limits: { red: 0.15 },
          queries: [{ expr: `tern_nodejs_eventloop_lag_p99_seconds{${PROCESSES}}`, legend: "{{job}} {{instance}}" }],
          alerts: ["TernEventLoopLag"],
        },
      ],
    },
    {
      title: "API",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Requests, by status",
          description: "4xx are the callers'; 503 is Redis away or full; aborted: the caller left before the answer.",
          unit: "reqps",
          stacked: true,
          queries: [
            {
              expr: "sum by (status) (rate(tern_http_requests_total[$__rate_interval]))",
              legend: "{{status}}",
            },
          ],
          alerts: ["TernApiFailing"],
        },
        {
          kind: "graph",
          title: "Answer time, by route (99 %)",
          description:
            "A single message takes some milliseconds, a batch of 1,000 some tens. All slow: Redis or the processor.",
          unit: "s",
          queries: [
            { expr: quantile(0.99, "tern_http_request_duration_seconds_bucket", ["route"]), legend: "{{route}}" },
          ],
          alerts: ["TernApiFailing"],
        },
        {
          kind: "graph",
          title: "Repetitions, and readers who wait",
          description:
            "Messages that an Idempotency-Key had brought before (many: callers time out on us), and requests of feeds that wait for the next entry.",
          unit: "short",
          queries: [
            { expr: "sum(increase(tern_messages_replayed_total[5m]))", legend: "repeated in five minutes" },
            { expr: "sum(tern_feed_readers_waiting)", legend: "readers waiting" },
          ],
          alerts: ["TernApiFailing"],
        },
      ],
    },
  ],
};
