// Taking in one message per request: the API (authenticated, validated, idempotent, recorded, indexed) beside Express +
// zod + bare `queue.add`. Twice: when many messages wait already, so that each only joins its backlog; and when there is
// room, so that each also becomes a BullMQ job at once. The worse of the two counts.

import { laneNumber } from "@tern/core";
import { startSystem } from "@tern/devkit";
import { keyOf, senderBase } from "@tern/store";
import { Redis } from "ioredis";
import { openBareQueue, startBaseline } from "../bare.ts";
import type { BenchContext } from "../context.ts";
import { createCpuLog } from "../cpu.ts";
import { fire, type LoadResult } from "../load.ts";
import { createNumbering, newMessageOf, requestOf } from "../messages.ts";
import { inTurns, median } from "../rounds.ts";
import { judgeRatio, type Measurement } from "../table.ts";
import { chunksOf, openTern } from "../tern.ts";

const PREFIX = "bench";
const DEEP = { id: "deep", pace: "unlimited" } as const;
const ROOMY = { id: "roomy", pace: "unlimited" } as const;
const CONNECTIONS = 50;
const BATCH = 1_000;
const AT_LEAST = 0.75;
/** How often a worker looks at a sender that is busy. */
const EMPTY_EVERY_MS = 12;
/** The caller that startSystem declares. */
const CALLER = "test";

export async function accept(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const rounds = isQuick ? 1 : 3;
  const seconds = isQuick ? 2 : 6;
  const warmUpSeconds = isQuick ? 1 : 3;
  const deep = isQuick ? 3_000 : 50_000;

  const [ourRedis, bareRedis] = [await context.startRedis(), await context.startRedis()];
  const system = await startSystem({
    redisUrl: ourRedis.url,
    prefix: PREFIX,
    senders: [DEEP, ROOMY],
    api: 1,
    workers: 0,
    webhook: 0,
  });
  context.stopAtEnd(() => system.stop());
  const baseline = await startBaseline("accept", { REDIS_URL: bareRedis.url });
  context.stopAtEnd(() => baseline.stop());
  const tern = await openTern(ourRedis.url, PREFIX);
  context.stopAtEnd(() => tern.close());
  const bare = await openBareQueue(bareRedis.url);
  context.stopAtEnd(() => bare.close());
  const redis = new Redis(ourRedis.url);
  context.stopAtEnd(async () => redis.disconnect());

  const numbering = createNumbering();
  for (const numbers of chunksOf(numbering.take(deep), BATCH)) {
    await tern.accept(
      DEEP,
      numbers.map((number) => newMessageOf(number)),
    );
    await bare.addAll(numbers);
  }
  context.say(`${deep} messages wait on both sides`);

  const post = async (url: string, sender: string, forSeconds: number): Promise<LoadResult> => {
    const next = () => {
      const [number = 0] = numbering.take(1);
      return { body: JSON.stringify(requestOf(sender, number)), headers: { "idempotency-key": `order-${number}` } };
    };
    const headers = { authorization: `Bearer ${system.apiKey}` };
    const load = { headers, next, connections: CONNECTIONS, expect: 202, until: { seconds: forSeconds } } as const;
    return fire({ url: `${url}/v1/messages`, ...load });
  };
  const ourUrl = system.apiUrls[0] ?? "";
  const bareUrl = `http://127.0.0.1:${baseline.ready.port}`;
  const withRoom = async (forSeconds: number) => {
    const stopEmptying = keepRoom(redis);
    const result = await post(ourUrl, ROOMY.id, forSeconds);
    stopEmptying();
    return result;
  };

  await post(ourUrl, DEEP.id, warmUpSeconds);
  await withRoom(warmUpSeconds);
  await post(bareUrl, DEEP.id, warmUpSeconds);
  const cpu = createCpuLog();
  const ourPids = { load: process.pid, api: system.processes.api[0]?.pid ?? 0, redis: ourRedis.pid };
  const barePids = { load: process.pid, express: baseline.pid, redis: bareRedis.pid };
  const noted = async (side: string, pids: Readonly<Record<string, number>>, run: () => Promise<LoadResult>) =>
    (await cpu.around(side, pids, run, ({ answers }) => answers)).perSecond;
  const found = await inTurns(rounds, {
    deep: () => noted("deep", ourPids, () => post(ourUrl, DEEP.id, seconds)),
    bare: () => noted("bare", barePids, () => post(bareUrl, DEEP.id, seconds)),
    room: () => noted("room", ourPids, () => withRoom(seconds)),
    bareAgain: () => noted("bare", barePids, () => post(bareUrl, DEEP.id, seconds)),
  });
  context.say(`processor µs per request, ${cpu.describe()}`);
  const common = {
    row: "accept",
    unit: "req/s",
    baseline: median([...found.bare, ...found.bareAgain]),
    atLeast: AT_LEAST,
    details: {
      rounds: found,
      cpuMicrosPerRequest: cpu.rounds,
      secondsPerRound: seconds,
      connections: CONNECTIONS,
      waiting: deep,
    },
  };
  return [
    judgeRatio({ ...common, what: "single POST, many waiting (joins the backlog)", ours: median(found.deep) }),
    judgeRatio({ ...common, what: "single POST, few waiting (a worker is called)", ours: median(found.room) }),
  ];
}

/** In place of a worker, which would take part of the machine: what waits is forgotten again and again, as if taken. */
function keepRoom(redis: Redis): () => void {
  const base = senderBase(PREFIX, ROOMY.id);
  const lane = laneNumber("normal");
  const forget = () =>
    redis
      .multi()
      .del(keyOf.callers(base, lane), keyOf.backlog(base, lane, CALLER))
      .hdel(keyOf.senderState(base), "rg")
      .exec();
  const timer = setInterval(() => void forget().catch(() => {}), EMPTY_EVERY_MS);
  return () => clearInterval(timer);
}
