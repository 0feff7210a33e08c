// The real services with a real Prometheus beside them, which scrapes each process every second, and the simulator as the
// provider.

import { connect } from "node:net";
import {
  freePort,
  type ManagedProcess,
  type PrometheusServer,
  type RedisServer,
  type System,
  startPrometheus,
  startRedis,
  startSystem,
  uniquePrefix,
  waitUntil,
} from "@tern/devkit";

/** One sender that is driven hard, and one whose provider goes silent; both paced, so that their paces show. */
export const SENDERS = ["demo", "other"] as const;
export type SenderId = (typeof SENDERS)[number];

export const PACE = 50;
export const SEND_TIMEOUT_MS = 2_000;
/** How long a doubt waits before its policy acts. */
const DOUBT_MS = 1_500;

export interface World {
  readonly redis: RedisServer;
  readonly system: System;
  readonly prometheus: PrometheusServer;
  readonly prefix: string;
  /** Where a second worker's metrics are looked for from the start on. */
  readonly secondWorkerMetricsPort: number;
  worker(): ManagedProcess;
  /** One request to the first API with the caller's key; null if no answer came. */
  request(
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response | null>;
  /**
   * Posts a batch of urgent texts of "demo" to recipients of their own, whose numbers begin with `prefix`; throws if the API
   * does not accept all of them.
   */
  post(count: number, over?: Readonly<Record<string, unknown>>, prefix?: string): Promise<void>;
  /** A command for Redis as a person would type it. */
  redisCommand(line: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const action of undo.reverse()) await action();
    undo.length = 0;
  };
  try {
    const redis = await startRedis({ maxmemory: "200mb" });
    undo.push(() => redis.stop());
    const prefix = uniquePrefix();
    const system = await startSystem({
      redisUrl: redis.url,
      prefix,
      senders: SENDERS.map((id) => ({ id, pace: PACE, throughputPerSecond: null })),
      tier: { tier: 5_000, reserve: 10 },
      workerEnv: { CONCURRENCY: "8", SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS) },
      sending: {
        reconcileMs: { urgent: DOUBT_MS, normal: DOUBT_MS, bulk: DOUBT_MS },
        throttledWaitMs: 300,
        backoffBaseMs: 100,
        unreachableWaitMs: 200,
      },
      logLevel: "error",
    });
    // Killed, for some are frozen or without a Redis by then and could not end in order.
    const killAll = () =>
      Promise.all(
        [...system.processes.api, ...system.processes.workers, ...system.processes.webhook].map((one) => one.kill()),
      );
    undo.push(() => system.stop(), killAll);
    await system.simulator.putBehaviour({
      statuses: { enabled: true, sentAfterMs: 20, deliveredAfterMs: 40, readAfterMs: 60, jitterMs: 30 },
      webhookRetryBaseMs: 100,
      webhookRetryCapMs: 500,
      webhookConcurrency: 20,
      batchMax: 50,
      batchWaitMs: 10,
    });
    const secondWorkerMetricsPort = await freePort();
    const ports = {
      "tern-api": system.processes.api.map(metricsPortOf),
      "tern-worker": [...system.processes.workers.map(metricsPortOf), secondWorkerMetricsPort],
      "tern-webhook": system.processes.webhook.map(metricsPortOf),
    };
    const prometheus = await startPrometheus({ config: scrapeConfig(ports) });
    undo.push(() => prometheus.stop());
    await waitUntil(async () => (await prometheus.query('up{job=~"tern-.+"} == 1')).length === 3, {
      what: "the first scrapes",
    });
    return { redis, system, prometheus, prefix, secondWorkerMetricsPort, stop, ...handsOf(redis, system) };
  } catch (error) {
    await stop();
    throw error;
  }
}

const metricsPortOf = ({ ready }: ManagedProcess): number => Number(ready.metricsPort);

function scrapeConfig(ports: Readonly<Record<string, readonly number[]>>): string {
  return JSON.stringify({
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: Object.entries(ports).map(([job, own]) => ({
      job_name: job,
      static_configs: [{ targets: own.map((port) => `127.0.0.1:${port}`) }],
    })),
  });
}

function handsOf(redis: RedisServer, system: System): Pick<World, "worker" | "request" | "post" | "redisCommand"> {
  let recipients = 0;
  const request: World["request"] = (method, path, body, headers = {}) =>
    fetch(`${system.apiUrls[0]}${path}`, {
      method,
      headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
  return {
    worker() {
      const [worker] = system.processes.workers;
      if (!worker) throw new Error("there is no worker");
      return worker;
    },
    request,
    async post(count, over = {}, prefix = "+4915") {
      const messages = Array.from({ length: count }, () => {
        recipients += 1;
        const to = `${prefix}${String(100_000_000 + recipients)}`;
        return { sender: "demo", lane: "urgent", to, type: "text", text: { body: "Hello" }, ...over };
      });
      const answer = await request("POST", "/v1/messages/batch", { messages });
      const { results = [] } = ((await answer?.json().catch(() => null)) ?? {}) as { results?: { id?: string }[] };
      const refused = results.find(({ id }) => id === undefined);
      if (results.length !== count || refused)
        throw new Error(`not accepted: ${answer?.status} ${JSON.stringify(refused)}`);
    },
    redisCommand: (line) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: "127.0.0.1", port: redis.port }, () => socket.write(`${line}\r\n`));
        socket.setEncoding("utf8").once("data", (answer: string) => {
          socket.destroy();
          if (answer.startsWith("-")) reject(new Error(answer));
          else resolve(answer.trim());
        });
        socket.once("error", reject);
      }),
  };
}
