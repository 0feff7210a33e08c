// From the first accept until the provider has taken the last message, at full speed. Ours: accept, one worker process,
// begin and finish around each call. Baseline: bare `addBulk` and a bare BullMQ worker making the same call. Both hand
// over from this process and keep 256 calls in flight; the moment of the last message is the simulator's own.
import { type System, startSystem, waitUntil } from "@tern/devkit";
import { keyOf, senderBase } from "@tern/store";
import { Redis } from "ioredis";
import { openBareQueue, startBaseline } from "../bare.ts";
import type { BenchContext } from "../context.ts";
import { createCpuLog } from "../cpu.ts";
import { createNumbering, newMessageOf } from "../messages.ts";
import { epochMs, inTurns, median } from "../rounds.ts";
import { judgeRatio, type Measurement } from "../table.ts";
import { chunksOf, openTern } from "../tern.ts";

const PREFIX = "bench";
const SENDER = { id: "bench", pace: "unlimited" } as const;
const IN_FLIGHT = "256";
/** What one accept or one `addBulk` carries. */
const BATCH = 1_000;
const AT_LEAST = 0.85;
const WITHIN_MS = 120_000;
/** A look at the simulator is one small request; its ledger knows the exact moment afterwards. */
const LOOK_EVERY_MS = 100;

export async function drain(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const rounds = isQuick ? 1 : 3;
  const warmUp = isQuick ? 500 : 2_000;
  const runs = [
    { answerMs: 0, count: isQuick ? 1_500 : 10_000 },
    { answerMs: 20, count: isQuick ? 1_500 : 10_000 },
    { answerMs: 100, count: isQuick ? 1_000 : 5_000 },
  ];

  const [ourRedis, bareRedis] = [await context.startRedis(), await context.startRedis()];
  const system = await startSystem({
    redisUrl: ourRedis.url,
    prefix: PREFIX,
    senders: [SENDER],
    api: 0,
    webhook: 0,
    workerEnv: { CONCURRENCY: IN_FLIGHT, SEND_CONNECTIONS: IN_FLIGHT, ...context.profileEnv },
  });
  context.stopAtEnd(() => system.stop());
  const bareWorker = await startBaseline("drain", {
    REDIS_URL: bareRedis.url,
    PROVIDER_URL: system.simulatorUrl,
    PROVIDER_KEY: system.providerKey(SENDER.id),
    CONCURRENCY: IN_FLIGHT,
    ...context.profileEnv,
  });
  context.stopAtEnd(() => bareWorker.stop());
  const tern = await openTern(ourRedis.url, PREFIX);
  context.stopAtEnd(() => tern.close());
  const bare = await openBareQueue(bareRedis.url);
  context.stopAtEnd(() => bare.close());
  const look = new Redis(ourRedis.url);
  context.stopAtEnd(async () => look.disconnect());

  const numbering = createNumbering();
  const oursOnce = async (count: number): Promise<number> => {
    const batches = chunksOf(numbering.take(count), BATCH).map((numbers) => numbers.map((n) => newMessageOf(n)));
    const perSecond = await timeTaken(system, count, async () => {
      for (const messages of batches) await tern.accept(SENDER, messages);
    });
    await waitUntil(async () => (await countInPlaces(look)) === 0, { what: "every send to be recorded" });
    return perSecond;
  };
  const bareOnce = async (count: number): Promise<number> => {
    const batches = chunksOf(numbering.take(count), BATCH);
    const perSecond = await timeTaken(system, count, async () => {
      for (const numbers of batches) await bare.addAll(numbers);
    });
    await waitUntil(async () => (await bare.queue.getActiveCount()) === 0, { what: "the bare worker to be idle" });
    return perSecond;
  };

  const shared = { accepting: process.pid, simulator: system.processes.simulator.pid };
  const ourPids = { ...shared, worker: system.processes.workers[0]?.pid ?? 0, redis: ourRedis.pid };
  const barePids = { ...shared, worker: bareWorker.pid, redis: bareRedis.pid };
  const measurements: Measurement[] = [];
  for (const { answerMs, count } of runs) {
    await system.simulator.putBehaviour({ answerDelayMs: answerMs, statuses: { enabled: false } });
    await oursOnce(warmUp);
    await bareOnce(warmUp);
    const cpu = createCpuLog();
    const found = await inTurns(rounds, {
      ours: () =>
        cpu.around(
          "ours",
          ourPids,
          () => oursOnce(count),
          () => count,
        ),
      bare: () =>
        cpu.around(
          "bare",
          barePids,
          () => bareOnce(count),
          () => count,
        ),
    });
    context.say(`provider answering in ${answerMs} ms: ours ${list(found.ours)}, bare ${list(found.bare)} per second`);
    context.say(`  processor µs per message, ${cpu.describe()}`);
    measurements.push(
      judgeRatio({
        row: "drain",
        what: `accepted to submitted, provider answering in ${answerMs} ms`,
        unit: "msg/s",
        ours: median(found.ours),
        baseline: median(found.bare),
        atLeast: AT_LEAST,
        details: { messagesPerRound: count, rounds: found, cpuMicrosPerMessage: cpu.rounds },
      }),
    );
  }
  await assertEachSentOnce(system);
  return measurements;
}

/** Messages per second from the beginning of `handOver` until the simulator has taken `count` more. */
async function timeTaken(system: System, count: number, handOver: () => Promise<void>): Promise<number> {
  const { simulator } = system;
  const before = (await simulator.state()).ledger.entries;
  const startMs = epochMs();
  await handOver();
  await waitUntil(async () => (await simulator.state()).ledger.entries >= before + count, {
    what: `${count} messages at the provider`,
    timeoutMs: WITHIN_MS,
    everyMs: LOOK_EVERY_MS,
  });
  const last = (await simulator.ledgerPage({ cursor: before + count - 1, limit: 1 })).entries[0];
  if (!last) throw new Error("the simulator has lost its ledger");
  return (count * 1_000) / (last.atMs - startMs);
}

async function countInPlaces(redis: Redis): Promise<number> {
  const base = senderBase(PREFIX, SENDER.id);
  const keys = [keyOf.wire(base), keyOf.later(base), keyOf.callers(base, 1)];
  const counts = await Promise.all(keys.map((key) => redis.zcard(key)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Speed counts for nothing if messages were lost, refused or sent twice on the way. */
async function assertEachSentOnce({ simulator }: System): Promise<void> {
  const { requests, taken, duplicatesCount } = await simulator.summary();
  if (requests !== taken || duplicatesCount > 0) {
    throw new Error(`of ${requests} requests ${taken} were taken, and ${duplicatesCount} messages came twice`);
  }
}

const list = (values: readonly number[]) => values.map((value) => Math.round(value)).join(", ");
