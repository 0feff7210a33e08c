// The webhook service in this process, as the provider meets it: a real server, a real Redis, two senders, and messages
// brought to the point at which a webhook about them comes.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lane, messageId, type Verdict } from "@tern/core";
import { readMetricsPage, testRedisUrl, uniquePrefix } from "@tern/devkit";
import { formatCallbackData } from "@tern/dialog360";
import { createProducer, type Producer } from "@tern/queue";
import {
  closeServer,
  createLogger,
  type Deployment,
  healthRoutes,
  listen,
  loadDeployment,
  NO_TRACING,
  Registry,
  systemClock,
} from "@tern/runtime";
import {
  connectRedis,
  createStore,
  keyOf,
  type MessageRecord,
  type RedisConnection,
  type Store,
  type StoreSettings,
  senderBase,
  type Taken,
  unroutableBase,
  whenReady,
} from "@tern/store";
import { createWebhookApp } from "../app.ts";
import { createWebhookMetrics } from "../metrics.ts";
import { createReceive } from "../receive.ts";
import { createWebhookServer } from "../server.ts";
import { createTellWebhooks } from "../tell-webhooks.ts";

export const HEADER = "x-tern-webhook-secret";
export const SECRET = "the secret of today";
const PATH = "a-path-that-nobody-guesses";

/** Two numbers of one account. */
export const DEMO = { id: "demo", phoneNumberId: "106540352242922", wabaId: "102290129340398" } as const;
export const OTHER = { id: "other", phoneNumberId: "106540352242933", wabaId: "102290129340398" } as const;

export interface WorldOptions {
  readonly redisUrl?: string;
  readonly commandTimeoutMs?: number;
  readonly settings?: Partial<StoreSettings>;
  /** The part `webhook` of the deployment file, but for the path, and the secrets it names. */
  readonly authentication?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A message with a send under way, as a webhook may name it. */
export interface Sent {
  readonly localId: string;
  readonly wireNumber: number;
  readonly wamid: string;
  /** Its biz_opaque_callback_data. */
  readonly callback: string;
}

export interface World {
  readonly url: string;
  readonly origin: string;
  readonly server: Server;
  readonly prefix: string;
  readonly redis: RedisConnection;
  readonly store: Store;
  /** Changes what is asked of the next request. */
  use(options: Pick<WorldOptions, "authentication" | "secrets">): Promise<void>;
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<{ status: number; text: string }>;
  /** Put on the wire, not answered yet. */
  onTheWire(options?: { readonly to?: string; readonly sender?: string }): Promise<Sent>;
  /** Put on the wire and taken by the provider under this wamid. */
  submitted(options?: { readonly to?: string; readonly sender?: string }): Promise<Sent>;
  finish(sent: Sent, verdict: Verdict, sender?: string): Promise<void>;
  /** A message that is only accepted: its local id. */
  accepted(to: string): Promise<string>;
  /** Whether the customer service window of this user is open, as a worker that takes a message to him is told. */
  isWindowOpen(user: string): Promise<boolean>;
  record(sent: Pick<Sent, "localId">, sender?: string): Promise<MessageRecord>;
  /** The entries of a stream of a sender, or of the one for items without a sender. */
  stream(name: "events" | "inbound" | "raw" | "aside", owner?: string): Promise<Readonly<Record<string, string>>[]>;
  /** One counter, as the metrics page shows it. */
  count(name: "requests" | "items", result: string): Promise<number>;
  /** The sum of a metric's series with these labels. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** The lines logged so far. */
  readonly logged: readonly string[];
  stop(): Promise<void>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { redisUrl = testRedisUrl(), commandTimeoutMs = 4_000, settings = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), "tern-webhook-"));
  const prefix = uniquePrefix();
  let deployment = await deploymentWith(folder, options);

  const connection = { whileAway: "fail", commandTimeoutMs, onError: () => {} } as const;
  const redis = connectRedis(redisUrl, { ...connection, name: "webhook-test", autoPipelining: true });
  const queueConnection = connectRedis(redisUrl, { ...connection, name: "webhook-test-queue" });
  const disconnect = () => {
    redis.disconnect();
    queueConnection.disconnect();
  };
  const ready = [redis, queueConnection].map((each) => whenReady(each, 5_000, systemClock));
  await Promise.all(ready).catch((error) => {
    disconnect();
    throw error;
  });
  const registry = new Registry();
  const metrics = createWebhookMetrics(registry, systemClock);
  const store = createStore({ redis, prefix, settings, onChanges: metrics.changed });
  const producer: Producer = createProducer({ connection: queueConnection, prefix, onError: () => {} });

  const logged: string[] = [];
  const log = createLogger({
    service: "webhook",
    level: "debug",
    destination: { write: (line: string) => void logged.push(line) },
  });
  const tell = createTellWebhooks({
    log,
    tracing: NO_TRACING,
    readTrace: store.readTrace,
    clock: systemClock,
    newRequestId: randomUUID,
  });
  const app = createWebhookApp({
    receive: createReceive({
      store,
      producer,
      deployment: () => deployment,
      clock: systemClock,
      onError: () => {},
      tell,
    }),
    tell,
    deployment: () => deployment,
    metrics,
    health: healthRoutes({ isAlive: () => ({ ok: true }), isReady: async () => ({ ok: true }), clock: systemClock }),
    clock: systemClock,
    log,
  });
  const server: Server = createWebhookServer(app);
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  const origin = `http://127.0.0.1:${port}`;
  const url = `${origin}/webhook/${PATH}`;
  let made = 0;

  const onTheWire: World["onTheWire"] = async ({ to = `+49151${10_000_000 + made}`, sender = DEMO.id } = {}) => {
    const localId = await accept(to, sender);
    const { wireNumber } = await take(localId, sender);
    const callback = formatCallbackData({ messageId: messageId({ sender, localId }), wireNumber });
    return { localId, wireNumber, wamid: `wamid.${localId}`, callback };
  };

  // Looks go one after the other: one takes whatever waits, for whoever asked.
  const taken = new Map<string, Taken>();
  let looking: Promise<void> = Promise.resolve();
  async function look(sender: string): Promise<void> {
    for (const message of (await store.begin(paced(sender), ROOM)).messages) taken.set(message.localId, message);
  }
  async function take(localId: string, sender: string): Promise<Taken> {
    for (let round = 0; round < 100; round += 1) {
      const message = taken.get(localId);
      if (message) return message;
      looking = looking.then(() => look(sender));
      await looking;
    }
    throw new Error("the message should go, but waits");
  }

  async function accept(to: string, sender: string, lane: Lane = "normal") {
    made += 1;
    const { results } = await store.accept(sender, [
      {
        to,
        lane,
        caller: "shop",
        type: "text",
        template: null,
        content: '{"type":"text","text":{"body":"Hello"}}',
        sendAtMs: null,
        expiresAtMs: null,
        reference: null,
        metadata: null,
        idempotency: null,
        doubtPolicy: "resend",
      },
    ]);
    if (results[0]?.kind !== "accepted") throw new Error("the message was not accepted");
    return results[0].localId;
  }

  const finish: World["finish"] = async (sent, verdict, sender = DEMO.id) => {
    const { localId, wireNumber } = sent;
    const outcome = verdict.kind === "submit" ? "accepted" : "unknown";
    const begunAtMs = systemClock.nowMs();
    const failure = verdict.kind === "fail" ? verdict.failure : null;
    await store.finish(sender, { localId, wireNumber, verdict, outcome, failure, begunAtMs, tookMs: 20 });
  };

  return {
    url,
    origin,
    server,
    prefix,
    redis,
    store,
    logged,
    async use(changed) {
      deployment = await deploymentWith(folder, changed);
    },
    async post(body, headers = { [HEADER]: SECRET }) {
      const response = await fetch(url, { method: "POST", headers, body: bytesOf(body) });
      return { status: response.status, text: await response.text() };
    },
    onTheWire,
    async submitted(of = {}) {
      const sent = await onTheWire(of);
      await finish(sent, { kind: "submit", wamid: sent.wamid }, of.sender);
      return sent;
    },
    finish,
    accepted: (to) => accept(to, DEMO.id),
    // Bulk waits for no turn.
    isWindowOpen: async (user) => (await take(await accept(user, DEMO.id, "bulk"), DEMO.id)).isWindowOpen,
    async record({ localId }, sender = DEMO.id) {
      const record = await store.read(sender, localId);
      if (!record) throw new Error(`there is no record ${localId}`);
      return record;
    },
    async stream(name, owner = DEMO.id) {
      const base = owner === "unroutable" ? unroutableBase(prefix) : senderBase(prefix, owner);
      const entries = await redis.xrange(keyOf[name](base), "-", "+");
      return entries.map(([, flat]) => {
        const pairs = Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at] ?? "", flat[2 * at + 1] ?? ""]);
        return Object.fromEntries(pairs) as Record<string, string>;
      });
    },
    async count(name, result) {
      const text = await registry.metrics();
      return Number(
        new RegExp(`^tern_webhook_${name}_total\\{result="${result}"\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0,
      );
    },
    async metric(name, labels = {}) {
      return readMetricsPage(await registry.metrics())
        .filter((one) => one.name === name && Object.entries(labels).every(([label, is]) => one.labels[label] === is))
        .reduce((sum, { value }) => sum + value, 0);
    },
    async stop() {
      await closeServer(server, { graceMs: 1_000 });
      await producer.close();
      const keys = redis.status === "ready" ? await redis.keys(`${prefix}:*`).catch(() => []) : [];
      if (keys.length > 0) await redis.unlink(...keys);
      disconnect();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const paced = (id: string) => ({ id, pace: "unlimited" }) as const;

/** As much as a look may take. */
const ROOM = {
  most: 64,
  byLane: { urgent: 64, normal: 64, bulk: 64 },
  bulkRestsUntilMs: null,
  needsWindows: true,
} as const;

function bytesOf(body: unknown): string | Buffer<ArrayBuffer> {
  return typeof body === "string" || Buffer.isBuffer(body) ? (body as Buffer<ArrayBuffer>) : JSON.stringify(body);
}

async function deploymentWith(
  folder: string,
  { authentication, secrets }: Pick<WorldOptions, "authentication" | "secrets">,
): Promise<Deployment> {
  const path = join(folder, "tern.config.json");
  const senders = [DEMO, OTHER].map((sender, at) => ({
    ...sender,
    phoneNumber: `+1555078388${at}`,
    portfolio: "test",
    apiKey: { env: "API_KEY" },
  }));
  const header = { header: { name: HEADER, secrets: [{ env: "SECRET" }] } };
  const webhook = { path: { env: "PATH" }, ...(authentication ?? header) };
  await writeFile(path, JSON.stringify({ senders, callers: [], webhook }));
  return loadDeployment(path, { PATH, SECRET, ...secrets }, { secrets: ["webhook"] });
}

/** A body in the provider's shape with these items of one number. */
export function body(value: Readonly<Record<string, unknown>>, { phoneNumberId, wabaId }: Origin = DEMO) {
  return { object: "whatsapp_business_account", entry: [entry(value, { phoneNumberId, wabaId })] };
}

interface Origin {
  readonly phoneNumberId: string;
  readonly wabaId: string;
}

export function entry(value: Readonly<Record<string, unknown>>, { phoneNumberId, wabaId }: Origin = DEMO) {
  const metadata = { display_phone_number: "15550783881", phone_number_id: phoneNumberId };
  return {
    id: wabaId,
    changes: [{ field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } }],
  };
}

/** A status of a message; with callback data unless told otherwise. Times are seconds, as text. */
export function status(
  sent: Pick<Sent, "wamid" | "callback">,
  word: string,
  fields: Readonly<Record<string, unknown>> = {},
) {
  return {
    id: sent.wamid,
    status: word,
    timestamp: "1750030073",
    recipient_id: "4915110000000",
    biz_opaque_callback_data: sent.callback,
    ...fields,
  };
}

/** An inbound text. */
export function inbound(wamid: string, fields: Readonly<Record<string, unknown>> = {}) {
  return { from: "16505551234", id: wamid, timestamp: "1749416383", type: "text", text: { body: "Hi" }, ...fields };
}
