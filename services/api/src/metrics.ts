// What the API counts. Labels come from closed sets and sender ids only.

import type { Lane } from "@tern/core";
import { Counter, Histogram, type Registry } from "@tern/runtime";

export type ApiMetrics = ReturnType<typeof createApiMetrics>;

/** One millisecond to 2.5 s: a single message takes one or two, a batch of 1,000 some tens. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const METHODS = new Set(["GET", "HEAD", "POST"]);

export function createApiMetrics(registry: Registry) {
  const registers = [registry];
  const accepted = new Counter({
    name: "tern_messages_accepted_total",
    help: "Messages accepted; place is due when a job was added at once, waiting when it waits for its time or turn.",
    labelNames: ["sender", "lane", "place"],
    registers,
  });
  const replayed = new Counter({
    name: "tern_messages_replayed_total",
    help: "Messages that an Idempotency-Key had brought before.",
    registers,
  });
  const notEnqueued = new Counter({
    name: "tern_messages_not_enqueued_total",
    help: "Due messages whose job could not be added at once; the workers' sweep adds it.",
    labelNames: ["sender"],
    registers,
  });
  const requests = new Counter({
    name: "tern_http_requests_total",
    help: "Requests answered, by route; status is aborted when the caller left before the answer.",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "tern_http_request_duration_seconds",
    help: "Time from a request's headers to the end of its answer.",
    labelNames: ["route"],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  return {
    countAccepted: (sender: string, lane: Lane, place: "due" | "waiting") => accepted.inc({ sender, lane, place }),
    countReplayed: () => replayed.inc(),
    countNotEnqueued: (sender: string, messages: number) => notEnqueued.inc({ sender }, messages),
    countRequest: (request: { route: string; method: string; status: number | "aborted"; seconds: number }) => {
      const { route, status, seconds } = request;
      const method = METHODS.has(request.method) ? request.method : "other";
      requests.inc({ route, method, status });
      duration.observe({ route }, seconds);
    },
  };
}
