// A world to break things in: a Redis that writes through (AOF always), the whole system as processes, and a caller that
// never gives up: it posts with idempotency keys until each message is answered 202, as a careful service would.

import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_SENDING_POLICY, type SendingPolicy } from "@tern/core";
import { type StartSystemOptions, type System, startSystem, uniquePrefix, waitUntil } from "@tern/devkit";
import {
  connectRedis,
  createStore,
  keyOf,
  type MessageRecord,
  type RedisConnection,
  type Store,
  senderBase,
} from "@tern/store";
import { brokenPromises, readRecords } from "./invariants.ts";
import { chosenShape, type ScenarioRedis, startShape } from "./redis-shapes.ts";

export interface World {
  readonly redis: ScenarioRedis;
  readonly system: System;
  readonly store: Store;
  readonly connection: RedisConnection;
  /** Every id answered 202 so far. */
  readonly acceptedIds: string[];
  /** Posts messages in batches until every one is accepted. Returns their ids in order. */
  post(
    messages: readonly Readonly<Record<string, unknown>>[],
    options?: { readonly batch?: number },
  ): Promise<string[]>;
  /** Waits until every accepted message satisfies `isDone`; fails naming the first that does not. */
  settle(
    isDone: (record: MessageRecord) => boolean,
    timeoutMs: number,
  ): Promise<ReadonlyMap<string, MessageRecord | null>>;
  /** The promises that were broken, once the provider has nothing more to report. */
  broken(): Promise<string[]>;
  /** All accepted messages as they are now. */
  records(): Promise<ReadonlyMap<string, MessageRecord | null>>;
  stop(): Promise<void>;
}

/** Doubts settle by a webhook within milliseconds here, so waiting minutes for it would only make tests slow. */
export const QUICK_DOUBTS: Partial<SendingPolicy> = {
  reconcileMs: { urgent: 1_500, normal: 1_500, bulk: 1_500 },
  ambiguousWaitMs: 1_500,
  unreachableWaitMs: 200,
  backoffBaseMs: 200,
};

export interface WorldOptions extends Partial<StartSystemOptions> {
  readonly seed?: number;
  /** Default: the shape that TERN_REDIS_SHAPE names, by default one server; it writes everything through (AOF always). */
  readonly startRedis?: () => Promise<ScenarioRedis>;
}

export async function startWorld({ startRedis: startOwnRedis, seed, ...options }: WorldOptions = {}): Promise<World> {
  const redis = await (startOwnRedis?.() ?? startShape(chosenShape()));
  const prefix = uniquePrefix();
  const system = await startSystem({
    redisUrl: redis.url,
    prefix,
    ...(redis.serviceEnv ? { serviceEnv: redis.serviceEnv } : {}),
    senders: [{ id: "demo", pace: "unlimited" }],
    sending: { ...DEFAULT_SENDING_POLICY, ...QUICK_DOUBTS },
    logLevel: "warn",
    ...(seed === undefined ? {} : { simulatorSeed: seed }),
    ...options,
  }).catch(async (error) => {
    await redis.stop();
    throw error;
  });
  await system.simulator.putBehaviour({
    statuses: { enabled: true, sentAfterMs: 20, deliveredAfterMs: 40, readAfterMs: 60, jitterMs: 30 },
    webhookRetryBaseMs: 100,
    webhookRetryCapMs: 500,
    webhookConcurrency: 20,
    batchMax: 50,
    batchWaitMs: 10,
  });
  const connection = connectRedis(redis.url, {
    whileAway: "wait",
    name: "test",
    onError: () => {},
    autoPipelining: true,
    ...(redis.access ? { access: redis.access } : {}),
  });
  const store = createStore({ redis: connection, prefix });
  const paces = Object.fromEntries(
    (options.senders ?? []).flatMap(({ id, pace }) => (typeof pace === "number" ? [[id, pace]] : [])),
  );
  const acceptedIds: string[] = [];
  let keyNumber = 0;

  async function postBatch(messages: readonly Readonly<Record<string, unknown>>[]): Promise<string[]> {
    keyNumber += 1;
    const key = `${prefix}-${keyNumber}`;
    for (;;) {
      const url = system.apiUrls.at(-1);
      const response = await fetch(`${url}/v1/messages/batch`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${system.apiKey}`,
          "content-type": "application/json",
          "idempotency-key": key,
        },
        body: JSON.stringify({ messages }),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => null);
      if (response && response.status < 300) {
        const { results } = (await response.json()) as {
          results: { id?: string; problem?: { detail?: string; status?: number } }[];
        };
        if (results.every((result) => result.id !== undefined)) return results.map((result) => result.id as string);
        const refused = results.find((result) => result.problem && (result.problem.status ?? 500) < 500);
        if (refused) throw new Error(`a message was refused: ${JSON.stringify(refused)}`);
      } else if (response && response.status < 500) {
        throw new Error(`the batch was refused: ${response.status} ${await response.text()}`);
      }
      await pause(50); // as a careful caller does; nothing is asserted about time
    }
  }

  const world: World = {
    redis,
    system,
    store,
    connection,
    acceptedIds,
    async post(messages, { batch = 200 } = {}) {
      const ids: string[] = [];
      for (let at = 0; at < messages.length; at += batch) {
        const accepted = await postBatch(messages.slice(at, at + batch));
        ids.push(...accepted);
        acceptedIds.push(...accepted);
      }
      return ids;
    },
    async settle(isDone, timeoutMs) {
      let records: ReadonlyMap<string, MessageRecord | null> = new Map();
      let open = acceptedIds;
      let example = "";
      await waitUntil(
        async () => {
          records = await readRecords(store, open);
          open = open.filter((id) => {
            const record = records.get(id);
            return !record || !isDone(record);
          });
          example = open[0] ? JSON.stringify(records.get(open[0])) : "";
          return open.length === 0;
        },
        { timeoutMs, everyMs: 100, what: "all messages to settle" },
      ).catch((error) => {
        throw new Error(`${error.message}; ${open.length} are open, the first: ${example}`);
      });
      return readRecords(store, acceptedIds);
    },
    async broken() {
      const { idle } = await system.simulator.idle(10_000);
      const [records, ledger, summary] = await Promise.all([
        readRecords(store, acceptedIds),
        system.simulator.ledger(),
        system.simulator.summary(),
      ]);
      const aside = await connection.xlen(keyOf.aside(senderBase(prefix, "demo")));
      return [
        ...(idle ? [] : ["the provider still has webhooks to deliver"]),
        ...(aside > 0 ? [`P8: ${aside} things were set aside`] : []),
        ...brokenPromises({ acceptedIds, records, ledger, summary, paces, reportsAll: true }),
      ];
    },
    records: () => readRecords(store, acceptedIds),
    async stop() {
      connection.disconnect();
      await system.stop();
      await redis.stop();
    },
  };
  return world;
}

/** A text message to a recipient of its own, made from a number. */
export function aMessage(number: number, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    sender: "demo",
    to: `+4915${String(100_000_000 + number)}`,
    type: "text",
    text: { body: `message ${number}` },
    ...over,
  };
}

export const isRead = (record: MessageRecord): boolean => record.status === "read";
