// Taking in batches of 1,000 while many messages wait already. Ours twice: the store alone, from this process, and the
// whole way over HTTP. Baselines: `addBulk` of the same payloads from this process, and Express + zod + `addBulk`.
import { startSystem } from "@tern/devkit";
import { openBareQueue, startBaseline } from "../bare.ts";
import type { BenchContext } from "../context.ts";
import { createCpuLog } from "../cpu.ts";
import { fire } from "../load.ts";
import { createNumbering, newMessageOf, requestOf } from "../messages.ts";
import { inTurns, median } from "../rounds.ts";
import { judgeRatio, type Measurement } from "../table.ts";
import { chunksOf, openTern } from "../tern.ts";

const PREFIX = "bench";
const SENDER = { id: "bench", pace: "unlimited" } as const;
const BATCH = 1_000;
const AT_LEAST = 1;
/** Batches under way at once, on every side: enough that neither Redis nor the sender waits for the other. */
const TOGETHER = 2;

export async function batch(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const rounds = isQuick ? 1 : 3;
  const perRound = isQuick ? 4 : 20;
  const deep = isQuick ? 5 : 50;

  const [ourRedis, bareRedis] = [await context.startRedis(), await context.startRedis()];
  const tern = await openTern(ourRedis.url, PREFIX);
  context.stopAtEnd(() => tern.close());
  const bare = await openBareQueue(bareRedis.url);
  context.stopAtEnd(() => bare.close());
  const system = await startSystem({
    redisUrl: ourRedis.url,
    prefix: PREFIX,
    senders: [SENDER],
    api: 1,
    workers: 0,
    webhook: 0,
  });
  context.stopAtEnd(() => system.stop());
  const baseline = await startBaseline("accept", { REDIS_URL: bareRedis.url });
  context.stopAtEnd(() => baseline.stop());

  const numbering = createNumbering();
  const intoStore = (numbers: readonly number[]) =>
    tern.accept(
      SENDER,
      numbers.map((number) => newMessageOf(number)),
    );
  const batchesOf = (count: number) => chunksOf(numbering.take(count * BATCH), BATCH);
  const overHttp = async (url: string, headers: Record<string, string>): Promise<number> => {
    const bodies = batchesOf(perRound + 2 * TOGETHER).map((numbers) =>
      JSON.stringify({ messages: numbers.map((number) => requestOf(SENDER.id, number)) }),
    );
    const next = () => ({ body: bodies.pop() ?? "" });
    const load = { headers, next, connections: TOGETHER, expect: 202, until: { requests: perRound } } as const;
    const { perSecond } = await fire({ url: `${url}/v1/messages/batch`, ...load });
    return perSecond * BATCH;
  };

  for (const numbers of batchesOf(deep)) {
    await intoStore(numbers);
    await bare.addAll(numbers);
  }
  context.say(`${deep * BATCH} messages wait on both sides`);
  const cpu = createCpuLog();
  const here = process.pid;
  const api = system.processes.api[0]?.pid ?? 0;
  const noted = (side: string, pids: Readonly<Record<string, number>>, run: () => Promise<number>) => () =>
    cpu.around(side, pids, run, () => perRound * BATCH);
  const sides = {
    store: noted("store", { here, redis: ourRedis.pid }, () => timed(batchesOf(perRound), intoStore)),
    addBulk: noted("addBulk", { here, redis: bareRedis.pid }, () =>
      timed(batchesOf(perRound), (numbers) => bare.addAll(numbers)),
    ),
    http: noted("http", { api, redis: ourRedis.pid }, () =>
      overHttp(system.apiUrls[0] ?? "", { authorization: `Bearer ${system.apiKey}` }),
    ),
    httpAddBulk: noted("httpAddBulk", { express: baseline.pid, redis: bareRedis.pid }, () =>
      overHttp(`http://127.0.0.1:${baseline.ready.port}`, {}),
    ),
  };
  await inTurns(1, sides);
  cpu.reset(); // that was to warm up
  const found = await inTurns(rounds, sides);
  context.say(`processor µs per message, ${cpu.describe()}`);
  const common = {
    row: "batch",
    unit: "msg/s",
    details: { rounds: found, cpuMicrosPerMessage: cpu.rounds, batchesPerRound: perRound, waiting: deep * BATCH },
  };
  return [
    judgeRatio({
      ...common,
      what: "accept 1,000, store beside addBulk",
      ours: median(found.store),
      baseline: median(found.addBulk),
      atLeast: AT_LEAST,
    }),
    judgeRatio({
      ...common,
      what: "accept 1,000 over HTTP beside addBulk without HTTP",
      ours: median(found.http),
      baseline: median(found.addBulk),
    }),
    judgeRatio({
      ...common,
      what: "accept 1,000 over HTTP beside Express + zod + addBulk",
      ours: median(found.http),
      baseline: median(found.httpAddBulk),
    }),
  ];
}

/** Messages per second, {@link TOGETHER} batches at a time. */
async function timed(
  batches: readonly (readonly number[])[],
  take: (numbers: readonly number[]) => Promise<unknown>,
): Promise<number> {
  const waiting = [...batches];
  const sinceMs = performance.now();
  const runner = async () => {
    for (let numbers = waiting.pop(); numbers !== undefined; numbers = waiting.pop()) await take(numbers);
  };
  await Promise.all(Array.from({ length: TOGETHER }, runner));
  return (batches.length * BATCH * 1_000) / (performance.now() - sinceMs);
}
