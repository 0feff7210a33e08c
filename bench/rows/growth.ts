// Whether a long queue makes the system slow: the rates of accepting and of sending with 1,000,000 messages queued on the
// sender, beside the same with none. Two systems of their own, same settings, in turns. Accepting is measured while no
// worker runs, sending while nothing is accepted.
import { type RedisServer, type System, startSystem, waitUntil } from "@tern/devkit";
import { Redis } from "ioredis";
import type { BenchContext } from "../context.ts";
import { fire } from "../load.ts";
import { createNumbering, requestOf } from "../messages.ts";
import { openCaller, type RestCaller } from "../rest.ts";
import { inTurns, median } from "../rounds.ts";
import { judgeMost, judgeRatio, type Measurement } from "../table.ts";

const PREFIX = "bench";
const SENDER = "bench";
const CONNECTIONS = 50;
const ANSWER_MS = 20;
const AT_LEAST = 0.9;
const WITHIN_MS = 120_000;
const MIB = 2 ** 20;
/** Record and content. */
const KEYS_PER_MESSAGE = 2;
const LOOKS_PER_CALL = 100_000;

interface Side {
  readonly redis: RedisServer;
  readonly system: System;
  readonly caller: RestCaller;
}

export async function growth(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const rounds = isQuick ? 1 : 3;
  const queued = isQuick ? 10_000 : 1_000_000;
  const acceptSeconds = isQuick ? 1 : 6;
  // The first messages warm up the worker, which is a new process each time, and the last ones are there so that the
  // rate does not contain a queue that runs out.
  const send = isQuick ? { warmUp: 500, count: 1_500, rest: 500 } : { warmUp: 3_000, count: 10_000, rest: 1_000 };
  const perSend = send.warmUp + send.count + send.rest;

  // Every round of accepting on the empty side needs a sender that has nothing yet: round 0 warms up.
  const emptySenders = Array.from({ length: rounds + 1 }, (_, round) => `empty-${round}`);
  const senders = [SENDER, ...emptySenders].map((id) => ({ id, pace: "unlimited" }) as const);
  const startSide = async (): Promise<Side> => {
    const redis = await context.startRedis();
    const system = await startSystem({
      redisUrl: redis.url,
      prefix: PREFIX,
      senders,
      workers: 0,
      webhook: 0,
      editDeployment: (file) => ({ ...file, admission: { waitingMaxPerCaller: 10_000_000 } }),
    });
    context.stopAtEnd(() => system.stop());
    await system.simulator.putBehaviour({ answerDelayMs: ANSWER_MS, statuses: { enabled: false } });
    return { redis, system, caller: openCaller(system.apiUrls[0] ?? "", system.apiKey) };
  };
  const [full, empty] = await Promise.all([startSide(), startSide()]);
  const numbering = createNumbering();
  const fill = ({ caller }: Side, count: number) => caller.postMany(SENDER, numbering.take(count), "normal");

  const bytesBefore = await usedBytes(full.redis);
  // What the rounds of sending take away comes on top; a worker runs on for a moment after its round.
  const inAll = queued + rounds * perSend * 2;
  const sinceMs = performance.now();
  await fill(full, inAll);
  const fillPerSecond = (inAll * 1_000) / (performance.now() - sinceMs);
  const bytes = (await usedBytes(full.redis)) - bytesBefore;
  context.say(`${inAll} messages queued at ${Math.round(fillPerSecond)}/s, ${Math.round(bytes / MIB)} MiB in Redis`);

  await endResizing(full.redis, inAll);

  const sending = await inTurns(rounds, {
    full: () => sendRate(full, send),
    empty: async () => {
      await fill(empty, perSend);
      return sendRate(empty, send);
    },
  });
  const left = inAll - (await full.system.simulator.state()).ledger.entries;
  if (left < queued) throw new Error(`only ${left} messages were left of those queued`);
  context.say(`sent per second: full ${list(sending.full)}, empty ${list(sending.empty)}`);

  const accept = (side: Side, sender: string, seconds: number) => acceptRate(side, sender, seconds, numbering.take);
  await accept(full, SENDER, acceptSeconds / 2);
  await accept(empty, emptySenders[0] ?? "", acceptSeconds / 2);
  const accepting = await inTurns(rounds, {
    full: () => accept(full, SENDER, acceptSeconds),
    empty: (round) => accept(empty, emptySenders[round + 1] ?? "", acceptSeconds),
  });

  const common = { row: "growth", atLeast: AT_LEAST };
  const details = { queued: inAll, leftAfterSending: left, fillPerSecond };
  const title = `with ${queued.toLocaleString("en-GB")} queued beside none`;
  return [
    judgeRatio({
      ...common,
      what: `accept, single POST, ${title}`,
      unit: "req/s",
      ours: median(accepting.full),
      baseline: median(accepting.empty),
      details: { ...details, rounds: accepting, secondsPerRound: acceptSeconds, connections: CONNECTIONS },
    }),
    judgeRatio({
      ...common,
      what: `send, pace unlimited, ${title}`,
      unit: "msg/s",
      ours: median(sending.full),
      baseline: median(sending.empty),
      details: { ...details, rounds: sending, messagesPerRound: send.count, answerMs: ANSWER_MS },
    }),
    judgeMost({
      row: "growth",
      what: `Redis, ${inAll.toLocaleString("en-GB")} queued`,
      unit: "MiB",
      ours: bytes / MIB,
      details: { ...details, bytesPerMessage: bytes / inAll },
    }),
  ];
}

/** Messages per second at the provider, from a worker that is started for it, after it has warmed up. */
async function sendRate(
  { system }: Side,
  { warmUp, count, rest }: { readonly warmUp: number; readonly count: number; readonly rest: number },
): Promise<number> {
  const { simulator } = system;
  const before = (await simulator.state()).ledger.entries;
  const worker = await system.startWorker();
  await waitUntil(async () => (await simulator.state()).ledger.entries >= before + warmUp + count + rest, {
    what: `${warmUp + count + rest} messages at the provider`,
    timeoutMs: WITHIN_MS,
    everyMs: 100,
  });
  await worker.stop();
  const entryAt = async (index: number) => {
    const [entry] = (await simulator.ledgerPage({ cursor: before + index, limit: 1 })).entries;
    if (!entry) throw new Error("the simulator has lost its ledger");
    return entry;
  };
  const [first, last] = [await entryAt(warmUp), await entryAt(warmUp + count)];
  return (count * 1_000) / (last.atMs - first.atMs);
}

/** Answers per second to single POSTs, no worker at work. */
async function acceptRate(
  { system }: Side,
  sender: string,
  seconds: number,
  take: (count: number) => number[],
): Promise<number> {
  const next = () => ({ body: JSON.stringify(requestOf(sender, take(1)[0] ?? 0)) });
  const headers = { authorization: `Bearer ${system.apiKey}` };
  const load = { headers, next, connections: CONNECTIONS, expect: 202, until: { seconds } } as const;
  return (await fire({ url: `${system.apiUrls[0]}/v1/messages`, ...load })).perSecond;
}

/**
 * Lets Redis finish enlarging its table of keys. It does a little of that with every look at a key, at twice the cost of
 * the look: a matter of how far the filling went beyond a power of two, which passes, and not of the queue's length.
 */
async function endResizing({ url }: RedisServer, messages: number): Promise<void> {
  const looks = "for i = 1, ARGV[1] do redis.call('EXISTS', KEYS[1]) end";
  const redis = new Redis(url);
  try {
    for (let left = messages * KEYS_PER_MESSAGE * 2; left > 0; left -= LOOKS_PER_CALL) {
      await redis.eval(looks, 1, "none", LOOKS_PER_CALL);
    }
  } finally {
    redis.disconnect();
  }
}

async function usedBytes({ url }: RedisServer): Promise<number> {
  const redis = new Redis(url);
  try {
    return Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1] ?? 0);
  } finally {
    redis.disconnect();
  }
}

const list = (values: readonly number[]) => values.map((value) => Math.round(value)).join(", ");
