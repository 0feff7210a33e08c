// What the API counts. Labels come from closed sets and sender ids only.

import type { Clock, Lane } from "@tern/core";
import {
  Counter,
  createEndMetrics,
  Gauge,
  Histogram,
  type Registry,
  registerReadGauges,
  type Sender,
} from "@tern/runtime";
import { portfolioGauges, type Store, senderGauges } from "@tern/store";
import type { ProblemSlug } from "./problems.ts";
import { type MemoryState, usedPart } from "./redis-memory.ts";

export type ApiMetrics = ReturnType<typeof createApiMetrics>;

/** One millisecond to 2.5 s: a single message takes one or two, a batch of 1,000 some tens. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE"]);

/** What was done with media, and how it ended; `cached` is an upload that was there already. */
export const MEDIA_VERBS = ["upload", "info", "download", "delete"] as const;
export type MediaVerb = (typeof MEDIA_VERBS)[number];
export const MEDIA_RESULTS = ["done", "cached", "failed", "corrupt"] as const;
export type MediaResult = (typeof MEDIA_RESULTS)[number];

/** Why messages are refused, by the problem they are answered with. */
const REFUSALS: Partial<Record<ProblemSlug, string>> = {
  "invalid-json": "invalid",
  "invalid-parameters": "invalid",
  "invalid-request": "invalid",
  "too-large": "invalid",
  "unsupported-media-type": "invalid",
  unauthenticated: "unauthorized",
  forbidden: "unauthorized",
  "unknown-sender": "sender",
  "window-closed": "window",
  "opted-out": "consent",
  "consent-missing": "consent",
  "template-not-sendable": "template",
  "idempotency-key-reused": "key-reused",
  "too-many-waiting": "backlog",
  "quota-exceeded": "quota",
  unavailable: "redis",
};
/** memory: Redis is nearly full. redis: it could not be used. */
export const REFUSAL_REASONS: readonly string[] = [...new Set([...Object.values(REFUSALS), "memory", "other"])];

export interface ApiMetricsDeps {
  /** Of the fullest master; null while it is unknown. */
  readonly redisMemory: () => MemoryState | null;
  readonly feedReadersWaiting: () => number;
  readonly senders: () => readonly Sender[];
  readonly store: () => Pick<Store, "readFigures" | "readPortfolio">;
  readonly clock: Pick<Clock, "monotonicMs" | "after">;
}

export function createApiMetrics(registry: Registry, deps: ApiMetricsDeps) {
  const { redisMemory, feedReadersWaiting, senders, store, clock } = deps;
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
  const refused = new Counter({
    name: "tern_messages_refused_total",
    help: "Messages refused, by reason; a request that is refused before its messages are looked at counts once.",
    labelNames: ["reason"],
    registers,
  });
  for (const reason of REFUSAL_REASONS) refused.inc({ reason }, 0);
  const ofMemory = (name: string, help: string, value: (state: MemoryState) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const state = redisMemory();
        if (state === null) this.remove();
        else this.set(value(state));
      },
    });
  ofMemory(
    "tern_redis_memory_used_ratio",
    "The part of Redis's maxmemory in use, of the fullest master; 0 when it has no limit, missing when it was not reached.",
    (state) => usedPart(state) ?? 0,
  );
  ofMemory(
    "tern_redis_memory_used_bytes",
    "What Redis has in use, of the fullest master.",
    ({ usedBytes }) => usedBytes,
  );
  ofMemory("tern_redis_memory_max_bytes", "The maxmemory of that master; 0 for no limit.", ({ maxBytes }) => maxBytes);
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
  registerReadGauges(registry, { ...senderGauges(store, senders), clock });
  registerReadGauges(registry, { ...portfolioGauges(store, senders), clock });
  return {
    /** For the store's `onChanges`: the API cancels. */
    changed: createEndMetrics(registry),
    countRefused: (why: ProblemSlug | "memory") =>
      refused.inc({ reason: why === "memory" ? why : (REFUSALS[why] ?? "other") }),
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
