// The API in the test's own process: real Redis, a free port, requests by fetch, and the doors through which a request
// leaves: its answer, the record, the calls, the log and the metrics.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testRedisUrl, uniquePrefix } from "@tern/devkit";
import { createManagementClient } from "@tern/dialog360";
import { createProducer, createQueues } from "@tern/queue";
import { closeServer, createLogger, createMetrics, type Deployment, type LogLevel, systemClock } from "@tern/runtime";
import {
  createFeedWatch,
  createStore,
  type RedisConnection,
  type Store,
  type StoreSettings,
  whenReady,
} from "@tern/store";
import type { Redis } from "ioredis";
import { type ApiDeps, createApiServer, createApp } from "../app.ts";
import { prepareTempFiles } from "../media/temp-files.ts";
import type { MessageView } from "../message-view.ts";
import { type ApiMetricsDeps, createApiMetrics } from "../metrics.ts";
import { connectForRequests } from "../redis-connections.ts";
import { assertDocumented } from "./documented.ts";
import { KEYS, type TestCaller, testDeployment } from "./test-deployment.ts";

export interface TestApi {
  readonly url: string;
  readonly server: Server;
  readonly store: Store;
  readonly redis: RedisConnection;
  readonly prefix: string;
  /** The senders for which a worker was called, in order. */
  readonly calls: string[];
  /** Lines of the log, parsed. */
  readonly lines: Record<string, unknown>[];
  /** Where files wait on their way through. */
  readonly mediaDirectory: string;
  /** How many do at this moment. */
  openFiles(): number;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  close(): Promise<void>;
}

export interface RequestOptions {
  /** Whose API key; null for none. Default: shop. */
  readonly as?: TestCaller | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a text or bytes: those are sent as they are. */
  readonly body?: unknown;
  /** To leave before the answer. */
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: AnswerBody;
}

/** The members that tests read; which of them are there depends on the endpoint and the status. */
export interface AnswerBody extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly to: string;
  readonly caller: string;
  readonly acceptedAt: string;
  readonly detail: string;
  readonly instance: string;
  readonly errors: readonly { readonly pointer?: string; readonly parameter?: string; readonly detail: string }[];
  readonly messages: readonly MessageView[];
  readonly next: string | null;
  readonly nextCursor: string | null;
  readonly results: readonly {
    readonly index: number;
    readonly id?: string;
    readonly replayed?: true;
    readonly problem?: Pick<AnswerBody, "errors"> & { readonly type: string; readonly status: number };
  }[];
}

export interface TestApiOptions
  extends Partial<
    Pick<ApiMetricsDeps, "redisMemory"> &
      Pick<ApiDeps, "stopping" | "clock" | "memoryUsed" | "mediaFiles" | "mediaTransfersMax" | "feedWatch">
  > {
  readonly redisUrl?: string;
  /** Of another api of this test: the same data, as after a restart. Then that one removes them. */
  readonly prefix?: string;
  readonly deployment?: () => Deployment;
  readonly settings?: Partial<StoreSettings>;
  readonly logLevel?: LogLevel;
  /** Whether there is /queues; default no. */
  readonly queuesPage?: boolean;
  /** Parts of the store to replace, for what a real one does not do on demand. */
  readonly storeOverrides?: Partial<ApiDeps["store"]>;
  /** In place of calling a worker. */
  readonly call?: (senderId: string) => Promise<void>;
}

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { redisUrl = testRedisUrl(), logLevel = "debug", storeOverrides, settings } = options;
  const { prefix = uniquePrefix() } = options;
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ service: "api", level: logLevel, destination });
  const redis = connectForRequests(redisUrl, { name: "tern-api", log });
  const queueRedis = connectForRequests(redisUrl, { name: "tern-api-queue", log });
  await Promise.all([redis, queueRedis].map((connection) => whenReady(connection, 5_000, systemClock)));
  const { registry } = createMetrics({ service: "api" });
  const deployment = testDeployment();
  const metrics = createApiMetrics(registry, {
    redisMemory: options.redisMemory ?? (() => null),
    feedReadersWaiting: () => (options.feedWatch ?? feedWatch).waiting,
    senders: () => (options.deployment?.() ?? deployment).senders,
    store: () => store,
    clock: systemClock,
  });
  const store = createStore({ redis, prefix, onChanges: metrics.changed, ...(settings && { settings }) });
  const producer = createProducer({ connection: queueRedis, prefix, onError: () => {} });
  const queues = createQueues({ connection: queueRedis, prefix, onError: () => {} });
  const { call = producer.call } = options;
  const calls: string[] = [];
  const provider = createManagementClient({ clock: systemClock, random: Math.random });
  const mediaDirectory = await mkdtemp(join(tmpdir(), "tern-media-test-"));
  const mediaFiles = await prepareTempFiles(mediaDirectory, randomUUID);
  const openFiles = new Set<unknown>();
  const feedWatch = createFeedWatch({ redis, clock: systemClock, onError: () => {} });

  const app = createApp({
    deployment: () => deployment,
    provider,
    mediaFiles: {
      async open() {
        const file = await mediaFiles.open();
        openFiles.add(file);
        const close = () => {
          openFiles.delete(file);
          return file.close();
        };
        return { ...file, close };
      },
    },
    mediaTransfersMax: 16,
    feedWatch,
    clock: systemClock,
    isReady: async () => ({ ok: (await redis.ping()) === "PONG" }),
    memoryUsed: () => null,
    ...options,
    ...(options.queuesPage && { queues }),
    log,
    metrics,
    store: { ...store, ...storeOverrides },
    producer: {
      call: async (senderId) => {
        calls.push(senderId);
        await call(senderId);
      },
    },
  });
  const server = createApiServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    server,
    store,
    redis,
    prefix,
    calls,
    lines,
    mediaDirectory,
    openFiles: () => openFiles.size,
    request: (method, path, requestOptions) => sendRequest(url, method, path, requestOptions),
    async metric(name, labels = {}) {
      const metric = await registry.getSingleMetric(name)?.get();
      const matching = metric?.values.filter((value) =>
        Object.entries(labels).every(([label, wanted]) => String(value.labels[label as never]) === wanted),
      );
      return matching?.reduce((sum, { value }) => sum + value, 0) ?? 0;
    },
    async close() {
      await closeServer(server, { graceMs: 1_000 });
      await producer.close();
      await queues.close();
      feedWatch.stop();
      await provider.close();
      await rm(mediaDirectory, { recursive: true });
      if (options.prefix === undefined) await removeKeys(redis as Redis, prefix);
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

async function sendRequest(url: string, method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { as = "shop", headers = {}, body, signal } = options;
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url + path, {
    method,
    ...(signal && { signal }),
    headers: {
      ...(as !== null && { authorization: `Bearer ${KEYS[as]}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text ? JSON.parse(text) : {},
  };
  assertDocumented(method, path, answer);
  return answer;
}

/** The Redis may be a person's own: nothing stays behind. */
async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  if (redis.status !== "ready") return;
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 }) as AsyncIterable<string[]>) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
}

/** A text message that breaks no rule; `changes` replace fields, undefined takes one away. */
export function aText(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    sender: "demo",
    to: "+4915112345678",
    type: "text",
    text: { body: "Your parcel is at the door." },
    ...changes,
  };
}

/** A template message with two parameters that breaks no rule. */
export function aTemplate(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const parameters = ["Ada", "A-4711"].map((text) => ({ type: "text", text }));
  const template = { name: "order_update", language: { code: "en_US" }, components: [{ type: "body", parameters }] };
  return { sender: "demo", to: "+4915112345678", type: "template", template, ...changes };
}
