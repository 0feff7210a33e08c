// A worker in this process between a real Redis and the simulator: messages go in as the API would put them, and what
// became of them is read from their records and from the simulator's ledger.

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConsentPolicy,
  DEFAULT_SENDING_POLICY,
  messageId,
  type QuietHours,
  type SendingPolicy,
  type SendWay,
} from "@tern/core";
import { type ManagedProcess, startProcess, testRedisUrl, uniquePrefix, waitUntil } from "@tern/devkit";
import { createDialog360Client } from "@tern/dialog360";
import { createProducer } from "@tern/queue";
import { type Deployment, loadDeployment, systemClock, systemRandom } from "@tern/runtime";
import { createSimulatorClient, type LedgerEntry, type SimulatorClient, startSimulator } from "@tern/simulator";
import {
  connectRedis,
  createStore,
  keyOf,
  type MessageRecord,
  type NewMessage,
  type RedisConnection,
  type Store,
  senderBase,
} from "@tern/store";
import { createProviderHealth, type ProviderHealth } from "../provider-health.ts";
import type { SentReport } from "../send-message.ts";
import { createSenderFleet, type SenderFleet } from "../sender-fleet.ts";

export interface DeclaredSender {
  readonly id: string;
  /** Default: the one the simulator knows. */
  readonly apiKey?: string;
  readonly pace?: number | "unlimited";
  readonly baseUrl?: string;
  readonly quietHours?: QuietHours;
  /** Default: not checked. */
  readonly window?: { readonly check: "refuse" | "off"; readonly marginSeconds?: number };
  readonly consent?: { readonly marketing: ConsentPolicy };
  readonly marketing?: SendWay;
}

export interface World {
  readonly simulator: SimulatorClient;
  readonly simulatorUrl: string;
  readonly store: Store;
  readonly redis: RedisConnection;
  readonly prefix: string;
  readonly fleet: SenderFleet;
  /** How the simulator fares, as the worker in this process sees it. */
  readonly health: ProviderHealth;
  /** What was reported of the sends so far, in order. */
  readonly reports: readonly (SentReport & { readonly senderId: string })[];
  readonly errors: readonly unknown[];
  /** Changes the configuration, as a changed file does. */
  declare(senders: readonly DeclaredSender[]): Promise<void>;
  /** Accepts messages as the API does; their local ids. */
  accept(messages: readonly Partial<NewMessage>[], sender?: string): Promise<string[]>;
  acceptOne(message?: Partial<NewMessage>, sender?: string): Promise<string>;
  record(localId: string, sender?: string): Promise<MessageRecord>;
  /** Waits until the record is as wanted, and returns it. */
  until(localId: string, is: (record: MessageRecord) => boolean, sender?: string): Promise<MessageRecord>;
  /** The requests about one message, in order. */
  requests(localId: string, sender?: string): Promise<LedgerEntry[]>;
  senderState(sender?: string): Promise<Record<string, string>>;
  /** A worker as a process of its own, following the same configuration. */
  startWorker(env?: Readonly<Record<string, string>>): Promise<ManagedProcess>;
  /** The simulator goes away: connections are refused. */
  stopSimulator(): Promise<void>;
  /** It is back at the same address, with an empty ledger. */
  restartSimulator(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly senders?: readonly DeclaredSender[];
  readonly policy?: Partial<SendingPolicy>;
  readonly sendTimeoutMs?: number;
  /** False: no worker runs in this process; `startWorker` starts some. */
  readonly here?: boolean;
  /** What the simulator lets through per second, of each sender; null: everything. */
  readonly throughputPerSecond?: number | null;
  /** Of the portfolio that all senders share, in the configuration and at the simulator; default: none. */
  readonly tier?: { readonly tier: number; readonly reserve: number } | null;
}

/** Waits that are minutes in production, short enough to be waited for. */
export const QUICK: Partial<SendingPolicy> = {
  reconcileMs: { urgent: 300, normal: 300, bulk: 300 },
  ambiguousWaitMs: 300,
  throttledWaitMs: 100,
  unreachableWaitMs: 100,
  backoffBaseMs: 100,
};

export const keyOfSender = (id: string): string => `the-key-of-${id}`;

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const {
    senders = [{ id: "demo" }],
    policy = {},
    sendTimeoutMs = 5_000,
    throughputPerSecond = null,
    here = true,
    tier = null,
  } = options;
  const sending = { ...DEFAULT_SENDING_POLICY, ...QUICK, ...policy };
  const folder = await mkdtemp(join(tmpdir(), "tern-worker-"));
  const prefix = uniquePrefix();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const reports: (SentReport & { senderId: string })[] = [];
  let strangers = 0;

  let server = await startSimulator();
  const simulator = createSimulatorClient(server.url);
  const registered = new Set<string>();
  const register = async (id: string) => {
    registered.add(id);
    const limits = { throughputPerSecond, tier: tier?.tier ?? null, tierErrorSync: true };
    await simulator.putNumber({ ...numberOf(id), apiKey: keyOfSender(id), portfolio: PORTFOLIO, ...limits });
  };

  const connection = { whileAway: "wait", onError } as const;
  const redis = connectRedis(testRedisUrl(), { ...connection, name: "worker-test", autoPipelining: true });
  const queueConnection = connectRedis(testRedisUrl(), { ...connection, name: "worker-test-queue" });
  const store = createStore({ redis, prefix });
  const producer = createProducer({ connection: queueConnection, prefix, onError });
  const client = createDialog360Client({ connectionsMax: 64, sendTimeoutMs, clock: systemClock });
  const giveBack = (sends: readonly { senderId: string; localId: string; wireNumber: number }[]) => {
    for (const send of sends) store.uncount(send.senderId, [send]).catch(onError);
  };
  const health = createProviderHealth({ clock: systemClock, giveBack, onChange: () => {} });
  const fleet = createSenderFleet({
    store,
    client,
    queueConnection,
    prefix,
    concurrency: 64,
    clock: systemClock,
    random: systemRandom,
    policy: () => sending,
    healthOf: () => health,
    hasTier: ({ portfolio }) => portfolio.tier !== "unlimited",
    report: (senderId, sent) => void reports.push({ ...sent, senderId }),
    reportReaped: () => {},
    onError,
  });
  const workers: ManagedProcess[] = [];

  const world: World = {
    simulator,
    simulatorUrl: server.url,
    store,
    redis,
    prefix,
    fleet,
    health,
    reports,
    errors,
    async declare(declared) {
      for (const { id } of declared) if (!registered.has(id)) await register(id);
      const deployment = await declareIn(folder, { declared, simulatorUrl: server.url, sending, tier });
      if (here) fleet.follow(deployment);
    },
    async accept(messages, sender = "demo") {
      const full = messages.map((message) => aMessage(`+49151${10_000_000 + strangers++}`, message));
      const { results, call } = await store.accept(sender, full);
      if (call) await producer.call(sender);
      return results.map((one) => {
        if (one.kind !== "accepted") throw new Error(`a message without a key is ${one.kind}`);
        return one.localId;
      });
    },
    async acceptOne(message = {}, sender = "demo") {
      return (await world.accept([message], sender))[0] ?? "";
    },
    async record(localId, sender = "demo") {
      const record = await store.read(sender, localId);
      if (!record) throw new Error(`there is no record ${localId}`);
      return record;
    },
    async until(localId, is, sender = "demo") {
      let last: MessageRecord | null = null;
      await waitUntil(
        async () => {
          last = await world.record(localId, sender);
          return is(last);
        },
        { what: `the record to be as wanted` },
      ).catch((error: Error) => {
        throw new Error(`${error.message}: ${JSON.stringify(last)}`);
      });
      return last as unknown as MessageRecord;
    },
    requests: (localId, sender = "demo") =>
      simulator.ledger({ callbackDataPrefix: `tern1:${messageId({ sender, localId })}:` }),
    senderState: (sender = "demo") => redis.hgetall(keyOf.senderState(senderBase(prefix, sender))),
    async startWorker(env = {}) {
      const worker = await startProcess({
        name: "worker",
        file: join(import.meta.dirname, "../main.ts"),
        env: {
          HOST: "127.0.0.1",
          METRICS_PORT: "0",
          REDIS_URL: testRedisUrl(),
          TERN_CONFIG: join(folder, CONFIG),
          TERN_CONFIG_POLL_MS: "100",
          TERN_REDIS_PREFIX: prefix,
          ...env,
        },
      });
      workers.push(worker);
      return worker;
    },
    stopSimulator: () => server.stop(),
    async restartSimulator() {
      server = await startSimulator({ port: server.port });
      await Promise.all([...registered].map(register));
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await fleet.stop();
      await client.close();
      await producer.close();
      await server.stop();
      const keys = await redis.keys(`${prefix}:*`);
      if (keys.length > 0) await redis.unlink(...keys);
      redis.disconnect();
      queueConnection.disconnect();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await world.declare(senders);
  return world;
}

/** A text for somebody, with whatever a test cares about. */
function aMessage(to: string, over: Partial<NewMessage>): NewMessage {
  return {
    to,
    lane: "normal",
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
    ...over,
  };
}

/** Numbers that belong to an id, whatever else there is. */
function numberOf(id: string) {
  const digits = String([...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000, 7)).padStart(
    6,
    "0",
  );
  return { phoneNumberId: `106540352${digits}`, displayPhoneNumber: `1555${digits}0`, wabaId: "102290129340398" };
}

const CONFIG = "tern.config.json";
const PORTFOLIO = "test";
const WINDOW_OFF = { check: "off" } as const;

/** Writes the configuration as a deployment has it, each key in a file of its own, and reads it as a worker does. */
async function declareIn(
  folder: string,
  given: {
    readonly declared: readonly DeclaredSender[];
    readonly simulatorUrl: string;
    readonly sending: SendingPolicy;
    readonly tier: WorldOptions["tier"];
  },
): Promise<Deployment> {
  const { declared, simulatorUrl, sending, tier } = given;
  const senders = declared.map(
    ({ id, pace = "unlimited", baseUrl = simulatorUrl, quietHours, window = WINDOW_OFF, consent, marketing }) => {
      const { displayPhoneNumber, ...ids } = numberOf(id);
      const phoneNumber = `+${displayPhoneNumber}`;
      const apiKey = { file: `${id}.key` };
      // a test of the customer service window says so itself; the others write to strangers
      const account = { id, ...ids, phoneNumber, portfolio: PORTFOLIO, apiKey, baseUrl };
      return { ...account, pace, quietHours, window, consent, marketing };
    },
  );
  for (const { id, apiKey = keyOfSender(id) } of declared) await replaceFile(join(folder, `${id}.key`), apiKey);
  const portfolios = tier ? [{ id: PORTFOLIO, ...tier }] : [];
  const webhook = { path: { env: "NONE" }, header: { name: "x", secrets: [{ env: "NONE" }] } };
  await replaceFile(join(folder, CONFIG), JSON.stringify({ senders, portfolios, callers: [], webhook, sending }));
  return loadDeployment(join(folder, CONFIG), {}, { secrets: ["senders"] });
}

/** At once, so that nobody reads half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
