// What the API counts. Labels come from closed sets and sender ids only.

import type { Lane } from "@tern/core";
import { Counter, Gauge, Histogram, type Registry } from "@tern/runtime";

export type ApiMetrics = ReturnType<typeof createApiMetrics>;

/** One millisecond to 2.5 s: a single message takes one or two, a batch of 1,000 some tens. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE"]);

/** What was done with media, and how it ended; `cached` is an upload that was there already. */
export type MediaVerb = "upload" | "info" | "download" | "delete";
export type MediaResult = "done" | "cached" | "failed" | "corrupt";

/** memoryUsed   how full Redis is, 0 to 1; null when that is unknown or has no limit */
export function createApiMetrics(
  registry: Registry,
  { memoryUsed, feedReadersWaiting }: { memoryUsed: () => number | null; feedReadersWaiting: () => number },
) {
  const registers = [registry];
  const accepted = new Counter({
    name: "tern_messages_accepted_total",
    help: "Messages accepted.",
    labelNames: ["sender", "lane"],
    registers,
  });
  const replayed = new Counter({
    name: "tern_messages_replayed_total",
    help: "Messages that an Idempotency-Key had brought before.",
    registers,
  });
  const notCalled = new Counter({
    name: "tern_calls_failed_total",
    help: "Calls for a worker that could not be made; workers look by themselves a moment later.",
    labelNames: ["sender"],
    registers,
  });
  new Gauge({
    name: "tern_redis_memory_used_ratio",
    help: "The part of Redis's maxmemory in use, of the fullest master; 0 when it has no limit or could not be asked.",
    registers,
    collect() {
      this.set(memoryUsed() ?? 0);
    },
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
  const media = new Counter({
    name: "tern_media_requests_total",
    help: "Requests for media that came as far as the provider or the cache, by how they ended.",
    labelNames: ["sender", "what", "result"],
    registers,
  });
  new Gauge({
    name: "tern_feed_readers_waiting",
    help: "Requests of feeds that wait for the next entry.",
    registers,
    collect() {
      this.set(feedReadersWaiting());
    },
  });
  return {
    countMedia: (sender: string, what: MediaVerb, result: MediaResult) => media.inc({ sender, what, result }),
    countAccepted: (sender: string, lane: Lane) => accepted.inc({ sender, lane }),
    countReplayed: () => replayed.inc(),
    countNotCalled: (sender: string) => notCalled.inc({ sender }),
    countRequest: (request: { route: string; method: string; status: number | "aborted"; seconds: number }) => {
      const { route, status, seconds } = request;
      const method = METHODS.has(request.method) ? request.method : "other";
      requests.inc({ route, method, status });
      duration.observe({ route }, seconds);
    },
  };
}
