// How soon an urgent message is on the wire: from the moment its POST is sent until the provider has it. Ours: behind
// 100,000 bulk messages on the same number, which sends 80 a second. Baseline: the same system with an empty queue. One
// message at a time, at random moments, the same ones on both sides.
import { setTimeout as delay } from "node:timers/promises";
import { startSystem } from "@tern/devkit";
import { type Arrivals, followArrivals } from "../arrivals.ts";
import { chanceFrom } from "../chance.ts";
import type { BenchContext } from "../context.ts";
import { createNumbering, recipientOf } from "../messages.ts";
import { createRequests, openCaller, type RestCaller } from "../rest.ts";
import { epochMs, percentile } from "../rounds.ts";
import { judgeMost, type Measurement } from "../table.ts";

const PREFIX = "bench";
const SENDER = { id: "bench", pace: 80 } as const;
const ANSWER_MS = 100;
const P99_AT_MOST_MS = 250;
const PAUSE_MS = { least: 100, most: 300 } as const;
const SEED = 1;
/** A message that takes longer is lost for this purpose. */
const WITHIN_MS = 60_000;

export async function urgent(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const count = isQuick ? 15 : 200;
  const warmUp = isQuick ? 5 : 20;
  const waiting = isQuick ? 2_000 : 100_000;

  const redis = await context.startRedis();
  const system = await startSystem({ redisUrl: redis.url, prefix: PREFIX, senders: [SENDER], webhook: 0 });
  context.stopAtEnd(() => system.stop());
  await system.simulator.putBehaviour({ answerDelayMs: ANSWER_MS, statuses: { enabled: false } });
  const caller = openCaller(system.apiUrls[0] ?? "", system.apiKey);
  const arrivals = followArrivals(system);
  const numbering = createNumbering();
  const measure = async () => {
    await measureOnce(caller, arrivals, numbering.take(warmUp));
    return measureOnce(caller, arrivals, numbering.take(count));
  };

  const alone = await measure();
  context.say(`empty queue: ${describe(alone)}`);
  await caller.postMany(SENDER.id, numbering.take(waiting), "bulk");
  context.say(`${waiting} bulk messages are accepted`);
  const behind = await measure();
  context.say(`behind them: ${describe(behind)}`);
  if (arrivals.taken >= waiting) throw new Error("the bulk messages ran out");

  const details = { messages: count, waiting, refused: arrivals.refused, behind, alone };
  const line = (what: string, share: number) => ({
    row: "urgent",
    what: `${what}, behind ${waiting.toLocaleString("en-GB")} bulk beside an empty queue`,
    unit: "ms",
    ours: percentile(behind.latenciesMs, share),
    baseline: percentile(alone.latenciesMs, share),
    details,
  });
  return [
    judgeMost(line("p50", 0.5)),
    judgeMost({ ...line("p99", 0.99), atMost: P99_AT_MOST_MS }),
    judgeMost(line("slowest", 1)),
  ];
}

interface Latencies {
  /** From the POST to the provider, in the order of the posts. */
  readonly latenciesMs: readonly number[];
  /** From the POST to its 202. */
  readonly acceptedMs: readonly number[];
  /** All that reached the provider meanwhile, the urgent ones included. */
  readonly sentPerSecond: number;
}

async function measureOnce(caller: RestCaller, arrivals: Arrivals, numbers: readonly number[]): Promise<Latencies> {
  const chance = chanceFrom(SEED);
  const requests = createRequests();
  const postedAt: number[] = [];
  const acceptedMs: number[] = [];
  await arrivals.read();
  const before = arrivals.taken;
  const startMs = performance.now();
  let nextMs = startMs;
  for (const number of numbers) {
    nextMs += chance.between(PAUSE_MS.least, PAUSE_MS.most);
    await delay(Math.max(0, nextMs - performance.now()));
    const atMs = epochMs();
    postedAt.push(atMs);
    requests.add(caller.post(SENDER.id, number, "urgent").then(() => acceptedMs.push(epochMs() - atMs)));
  }
  await requests.allAnswered();
  await arrivals.waitFor(numbers.map(recipientOf), "every urgent message at the provider", WITHIN_MS);
  const latenciesMs = numbers.map((number, at) => arrivals.takenAtMs(recipientOf(number)) - (postedAt[at] ?? 0));
  const sentPerSecond = ((arrivals.taken - before) * 1_000) / (performance.now() - startMs);
  return { latenciesMs, acceptedMs, sentPerSecond };
}

function describe({ latenciesMs, acceptedMs, sentPerSecond }: Latencies): string {
  const ms = (values: readonly number[], share: number) => percentile(values, share).toFixed(0);
  const found = [0.5, 0.99, 1].map((share) => ms(latenciesMs, share)).join(" / ");
  return `p50 / p99 / slowest ${found} ms, accepted in ${ms(acceptedMs, 0.5)} ms, ${sentPerSecond.toFixed(0)}/s in all`;
}
