// Status webhooks. One per request: the webhook process, which authenticates, parses, applies and stores before it
// answers, beside an Express process that only parses and answers. And requests of 1,000 statuses, one after another.
// Every status belongs to a message that exists and tells it something new.
import { type System, startSystem } from "@tern/devkit";
import { startBaseline } from "../bare.ts";
import type { BenchContext } from "../context.ts";
import { createCpuLog } from "../cpu.ts";
import { fire, type LoadResult } from "../load.ts";
import { createNumbering } from "../messages.ts";
import { inTurns, median } from "../rounds.ts";
import { type StatusUpdate, statusesOf, statusWebhook } from "../status-webhook.ts";
import { judgeMost, judgeRatio, type Measurement } from "../table.ts";
import { openTern, type Submitted, submitAll, type Tern } from "../tern.ts";

const PREFIX = "bench";
const SENDER = "bench";
const CONNECTIONS = 50;
const AT_LEAST = 0.5;
const P99_AT_MOST_MS = 50;
const BATCH = 1_000;
const BATCH_AT_MOST_MS = 200;
const CHECKED = 200;

export async function webhooks(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const rounds = isQuick ? 1 : 3;
  const warmUp = isQuick ? 500 : 3_000;
  const perRound = isQuick ? 2_000 : 12_000;
  const batches = isQuick ? 4 : 20;

  const redis = await context.startRedis();
  const system = await startSystem({
    redisUrl: redis.url,
    prefix: PREFIX,
    senders: [{ id: SENDER, pace: "unlimited" }],
    api: 0,
    workers: 0,
    webhook: 1,
  });
  context.stopAtEnd(() => system.stop());
  const tern = await openTern(redis.url, PREFIX);
  context.stopAtEnd(() => tern.close());
  const baseline = await startBaseline("webhook", {});
  context.stopAtEnd(() => baseline.stop());
  const numbering = createNumbering();

  // autocannon has a request of its own ready on each connection when it starts and when it ends.
  const spare = CONNECTIONS * 2 * (rounds + 1);
  const singles = Math.ceil((warmUp + perRound * rounds + spare) / 3);
  const messages = await submitAll(tern.store, SENDER, numbering.take(singles));
  context.say(`${singles} messages are submitted`);

  const updates = statusesOf(messages, Date.now());
  const ours = (requests: number) => single(system.webhookUrl, system.webhookHeaders, updates, requests);
  const theirUpdates = repeated(messages);
  const baselineUrl = `http://127.0.0.1:${baseline.ready.port}/webhook`;
  const theirs = (requests: number) => single(baselineUrl, system.webhookHeaders, theirUpdates, requests);
  await ours(warmUp);
  await theirs(warmUp);
  const p99s: number[] = [];
  const cpu = createCpuLog();
  const ourPids = { load: process.pid, webhook: system.processes.webhook[0]?.pid ?? 0, redis: redis.pid };
  const theirPids = { load: process.pid, express: baseline.pid };
  const answersOf = ({ answers }: LoadResult) => answers;
  const found = await inTurns(rounds, {
    ours: async () => {
      const result = await cpu.around("ours", ourPids, () => ours(perRound), answersOf);
      p99s.push(result.p99Ms);
      return result.perSecond;
    },
    baseline: async () => (await cpu.around("baseline", theirPids, () => theirs(perRound), answersOf)).perSecond,
  });
  context.say(`processor µs per request, ${cpu.describe()}`);
  await assertApplied(tern, messages);

  const ofBatches = await submitAll(tern.store, SENDER, numbering.take((batches + 2) * BATCH));
  const batchMs = await measureBatches(system, ofBatches);
  await assertApplied(tern, ofBatches);
  return [
    judgeRatio({
      row: "webhooks",
      what: "one status per request",
      unit: "req/s",
      ours: median(found.ours),
      baseline: median(found.baseline),
      atLeast: AT_LEAST,
      details: {
        rounds: found,
        cpuMicrosPerRequest: cpu.rounds,
        requestsPerRound: perRound,
        connections: CONNECTIONS,
      },
    }),
    judgeMost({
      row: "webhooks",
      what: "one status per request: p99",
      unit: "ms",
      ours: median(p99s),
      atMost: P99_AT_MOST_MS,
      details: { rounds: p99s },
    }),
    judgeMost({
      row: "webhooks",
      what: "1,000 statuses per request: slowest",
      unit: "ms",
      ours: Math.max(...batchMs),
      atMost: BATCH_AT_MOST_MS,
      details: { medianMs: median(batchMs), batches: batchMs },
    }),
  ];
}

function single(
  url: string,
  headers: Readonly<Record<string, string>>,
  updates: Iterator<StatusUpdate>,
  requests: number,
): Promise<LoadResult> {
  const next = () => {
    const update = updates.next();
    if (update.done) throw new Error("there are no statuses left: prepare more messages");
    return { body: statusWebhook([update.value]) };
  };
  return fire({ url, headers, next, connections: CONNECTIONS, expect: 200, until: { requests } });
}

/** For the side that keeps nothing: the same statuses again and again. */
function* repeated(messages: readonly Submitted[]): Generator<StatusUpdate> {
  for (;;) yield* statusesOf(messages, Date.now());
}

/** Milliseconds until each request of 1,000 statuses was answered; the first two only warm up. */
async function measureBatches(system: System, messages: readonly Submitted[]): Promise<number[]> {
  const tookMs: number[] = [];
  for (let at = 0; at < messages.length; at += BATCH) {
    const chunk = messages.slice(at, at + BATCH);
    const atMs = Date.now();
    const body = statusWebhook(chunk.map((message): StatusUpdate => ({ message, status: "delivered", atMs })));
    const sinceMs = performance.now();
    const response = await fetch(system.webhookUrl, {
      method: "POST",
      headers: { "content-type": "application/json", ...system.webhookHeaders },
      body,
    });
    await response.arrayBuffer();
    tookMs.push(performance.now() - sinceMs);
    if (response.status !== 200) throw new Error(`a batch of ${BATCH} statuses was answered ${response.status}`);
  }
  return tookMs.slice(2);
}

/** Looks at some of the first messages: their first status, at least, must stand in the record. */
async function assertApplied({ store }: Tern, messages: readonly Submitted[]): Promise<void> {
  const looked = messages.slice(0, CHECKED).map(({ localId }) => localId);
  const records = await store.readMany(SENDER, looked);
  const missing = records.filter((record) => record === null || record.status === "submitted").length;
  if (missing > 0) throw new Error(`${missing} of ${looked.length} messages did not get their status`);
}
