// What a message costs in Redis: the difference of `used_memory` over many messages, divided by their number. Waiting:
// record, body, the indices by time and recipient, its place, its turn, and the BullMQ jobs of those that are due. Final
// (read): record and indices, the wamid's included; bodies are gone by then. The streams (status events, raw webhook
// bodies, BullMQ's own events) are rings with caps of their own: their share is taken out and told apart.
import { waitUntil } from "@tern/devkit";
import { queueName, queuePrefix } from "@tern/queue";
import { keyOf, type NewMessage, type StatusReport, senderBase } from "@tern/store";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { BARE_QUEUE, openBareQueue } from "../bare.ts";
import type { BenchContext } from "../context.ts";
import { CONTENT_BYTES, createNumbering, newMessageOf } from "../messages.ts";
import { STATUS_STEPS, type StatusUpdate, statusesOf, statusWebhook } from "../status-webhook.ts";
import { judgeMost, type Measurement } from "../table.ts";
import { chunksOf, openTern, submitAll, type Tern } from "../tern.ts";

const PREFIX = "bench";
const SENDER = { id: "bench", pace: "unlimited" } as const;
const WAITING_AT_MOST = 1_100;
const FINAL_AT_MOST = 700;
const BATCH = 1_000;
/** Statuses per webhook while the final state is made. */
const STATUSES_TOGETHER = 100;

const base = senderBase(PREFIX, SENDER.id);
const ourRings = {
  statusEvents: keyOf.events(base),
  rawWebhooks: keyOf.raw(base),
  bullmqEvents: `${queuePrefix(PREFIX, SENDER.id)}:${queueName(SENDER.id)}:events`,
};
const bareRings = { bullmqEvents: `bull:${BARE_QUEUE}:events` };

/** Bytes per message: without the rings, and each ring's share. */
interface Cost {
  readonly bytes: number;
  readonly rings: Readonly<Record<string, number>>;
}

export async function memory(context: BenchContext): Promise<Measurement[]> {
  const count = context.isQuick ? 2_000 : 20_000;
  const [ourServer, bareServer] = [await context.startRedis(), await context.startRedis()];
  const [ourRedis, bareRedis] = [new Redis(ourServer.url), new Redis(bareServer.url)];
  context.stopAtEnd(async () => ourRedis.disconnect());
  context.stopAtEnd(async () => bareRedis.disconnect());
  const tern = await openTern(ourServer.url, PREFIX);
  context.stopAtEnd(() => tern.close());
  const numbering = createNumbering();

  await makeFinal(tern, numbering.take(BATCH)); // loads every script, whose text is not a message's cost
  const ours = (work: () => Promise<void>) => costOf(ourRedis, count, work, ourRings);
  const waiting = await ours(() => makeWaiting(tern, numbering.take(count).map(plain)));
  const withKey = await ours(() => makeWaiting(tern, numbering.take(count).map(withIdempotencyKey)));
  const final = await ours(() => makeFinal(tern, numbering.take(count)));
  const bare = await measureBare(context, bareServer.url, bareRedis, count);

  const common = { row: "memory", unit: "B" };
  const details = { messages: count, contentBytes: CONTENT_BYTES };
  return [
    judgeMost({
      ...common,
      what: "waiting message, all its keys",
      ours: waiting.bytes,
      baseline: bare.waiting.bytes,
      atMost: WAITING_AT_MOST,
      details: { ...details, rings: waiting.rings, bareRings: bare.waiting.rings },
    }),
    judgeMost({ ...common, what: "the same with an idempotency key (72 h)", ours: withKey.bytes, details }),
    judgeMost({
      ...common,
      what: "final message (read), all its keys",
      ours: final.bytes,
      baseline: bare.completed.bytes,
      atMost: FINAL_AT_MOST,
      details: { ...details, rings: final.rings, bareRings: bare.completed.rings },
    }),
    judgeMost({ ...common, what: "final: share of the ring of events", ours: final.rings.statusEvents ?? 0, details }),
    judgeMost({
      ...common,
      what: `final: share of the ring of raw bodies (${STATUSES_TOGETHER} statuses each)`,
      ours: final.rings.rawWebhooks ?? 0,
      details,
    }),
  ];
}

const plain = (number: number): NewMessage => newMessageOf(number);
const withIdempotencyKey = (number: number): NewMessage => ({
  ...newMessageOf(number),
  // As long as the digests the API makes: 128 bits in base 64 each.
  idempotency: { keyDigest: String(number).padStart(22, "a"), bodyDigest: String(number).padStart(22, "b") },
});

async function makeWaiting(tern: Tern, messages: readonly NewMessage[]): Promise<void> {
  for (const batch of chunksOf(messages, BATCH)) await tern.accept(SENDER, batch);
}

async function makeFinal({ store }: Tern, numbers: readonly number[]): Promise<void> {
  const messages = await submitAll(store, SENDER.id, numbers);
  const updates = [...statusesOf(messages, Date.now())];
  for (const together of chunksOf(updates, STATUSES_TOGETHER)) {
    const result = await store.apply(SENDER, {
      statuses: together.map(reportOf),
      inbound: [],
      aside: [],
      raw: statusWebhook(together),
    });
    if (result.statuses.some((applied) => applied !== "applied")) throw new Error("a status told nothing new");
  }
  const last = await store.read(SENDER.id, messages.at(-1)?.localId ?? "");
  if (last?.status !== STATUS_STEPS.at(-1)) throw new Error(`the last message ended as ${last?.status}`);
}

function reportOf({ message, status, atMs }: StatusUpdate): StatusReport {
  return {
    wamid: message.wamid,
    status,
    atMs,
    message: { localId: message.localId, wireNumber: 1 },
    pricing: { category: "utility", type: "regular", model: "PMP", billable: true },
    failure: null,
  };
}

async function measureBare(
  context: BenchContext,
  url: string,
  redis: Redis,
  count: number,
): Promise<{ waiting: Cost; completed: Cost }> {
  const bare = await openBareQueue(url);
  context.stopAtEnd(() => bare.close());
  const addAll = async () => {
    for (const numbers of chunksOf(createNumbering().take(count), BATCH)) await bare.addAll(numbers);
  };
  const waiting = await costOf(redis, count, addAll, bareRings);
  const completed = await costOf(
    redis,
    count,
    async () => {
      await addAll();
      const connection = new Redis(url, { maxRetriesPerRequest: null });
      const worker = new Worker(BARE_QUEUE, async () => {}, { connection, concurrency: 100 });
      try {
        await waitUntil(async () => (await bare.queue.getCompletedCount()) === count, {
          what: `${count} bare jobs to complete`,
          timeoutMs: 60_000,
          everyMs: 100,
        });
      } finally {
        await worker.close();
        connection.disconnect();
      }
    },
    bareRings,
  );
  return { waiting, completed };
}

/** Empties the server, does the work and says what it left behind, per message. */
async function costOf(
  redis: Redis,
  count: number,
  work: () => Promise<void>,
  rings: Readonly<Record<string, string>>,
): Promise<Cost> {
  await redis.flushall();
  const before = await settledBytes(redis);
  await work();
  const after = await settledBytes(redis);
  const shares: Record<string, number> = {};
  let ofRings = 0;
  for (const [name, key] of Object.entries(rings)) {
    const bytes = (await redis.memory("USAGE", key, "SAMPLES", 0)) ?? 0;
    shares[name] = bytes / count;
    ofRings += bytes;
  }
  return { bytes: (after - before - ofRings) / count, rings: shares };
}

/**
 * `used_memory` without the buffers of connections, once it stands still: freeing in the background is over then, and
 * so is the growing of hash tables, which holds both the old and the new one for a while.
 */
async function settledBytes(redis: Redis): Promise<number> {
  let last = -1;
  let stillFor = 0;
  await waitUntil(
    async () => {
      const info = await redis.info("memory");
      const bytes = fieldOf(info, "used_memory") - fieldOf(info, "mem_clients_normal");
      const isStill = Math.abs(bytes - last) < 4_096 && fieldOf(info, "lazyfree_pending_objects") === 0;
      stillFor = isStill ? stillFor + 1 : 0;
      last = bytes;
      return stillFor >= 5;
    },
    { what: "Redis's memory to settle", timeoutMs: 30_000, everyMs: 100 },
  );
  return last;
}

function fieldOf(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
}
