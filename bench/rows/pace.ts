// Whether the pace of a sender is kept: on average nearly all of it, in no sliding second more than it. The simulator
// refuses nothing here, so that the most it saw is what really came; how many a strict provider would have refused is
// counted from its ledger. Beside it, what BullMQ's own limiter lets through when set to the same number.
import { type System, startSystem, waitUntil } from "@tern/devkit";
import type { PacedSender } from "@tern/store";
import { type BareQueue, openBareQueue, startBaseline } from "../bare.ts";
import type { BenchContext } from "../context.ts";
import { createNumbering, type Numbering, newMessageOf } from "../messages.ts";
import { epochMs } from "../rounds.ts";
import { judgeMost, judgeRatio, type Measurement } from "../table.ts";
import { chunksOf, openTern, type Tern } from "../tern.ts";

const PREFIX = "bench";
const WINDOW_MS = 1_000;
const AT_LEAST = 0.97;
const BATCH = 1_000;

interface Run {
  readonly sender: PacedSender & { readonly pace: number };
  readonly seconds: number;
}

export async function pace(context: BenchContext): Promise<Measurement[]> {
  const runs: readonly Run[] = [
    { sender: { id: "slow", pace: 80 }, seconds: context.isQuick ? 4 : 20 },
    { sender: { id: "fast", pace: 1_000 }, seconds: context.isQuick ? 2 : 10 },
  ];
  const redis = await context.startRedis();
  const system = await startSystem({
    redisUrl: redis.url,
    prefix: PREFIX,
    senders: runs.map(({ sender }) => ({ ...sender, throughputPerSecond: null })),
    api: 0,
    webhook: 0,
    workers: 1,
  });
  context.stopAtEnd(() => system.stop());
  await system.simulator.putBehaviour({ statuses: { enabled: false } });
  const tern = await openTern(redis.url, PREFIX);
  context.stopAtEnd(() => tern.close());
  const numbering = createNumbering();

  const measurements: Measurement[] = [];
  for (const workers of [1, 3]) {
    while (system.processes.workers.length < workers) await system.startWorker();
    for (const run of runs) {
      const { sender } = run;
      await sendAll({ system, tern, numbering, sender, count: sender.pace }); // one second to warm up
      const rates = await sendAll({ system, tern, numbering, sender, count: sender.pace * run.seconds });
      measurements.push(...judgePace(run, workers, rates));
      const { average, most } = rates;
      context.say(
        `${sender.pace}/s, ${workers} working: ${average.toFixed(1)}/s on average, at most ${most} in a second`,
      );
    }
  }
  const bareRedis = await context.startRedis();
  const bare = await openBareQueue(bareRedis.url);
  context.stopAtEnd(() => bare.close());
  for (const run of runs) measurements.push(await measureLimiter({ context, system, bare, url: bareRedis.url, run }));
  return measurements;
}

function judgePace({ sender, seconds }: Run, workers: number, rates: Rates): Measurement[] {
  const { average, most } = rates;
  const label = `${sender.pace}/s, ${workers === 1 ? "one worker" : `${workers} workers`}`;
  const common = { row: "pace", unit: "msg/s", baseline: sender.pace };
  const details = { seconds, ...rates };
  return [
    judgeRatio({ ...common, what: `${label}: average`, ours: average, atLeast: AT_LEAST, details }),
    judgeMost({ ...common, what: `${label}: most in any second`, ours: most, atMost: sender.pace, details }),
  ];
}

/** Accepts messages and waits until the simulator has them all. */
async function sendAll(options: {
  readonly system: System;
  readonly tern: Tern;
  readonly numbering: Numbering;
  readonly sender: PacedSender & { readonly pace: number };
  readonly count: number;
}): Promise<Rates> {
  const { system, tern, numbering, sender, count } = options;
  return ratesDuring(system, count, sender.pace, async () => {
    for (const numbers of chunksOf(numbering.take(count), BATCH)) {
      await tern.accept(
        sender,
        numbers.map((number) => newMessageOf(number)),
      );
    }
  });
}

async function ratesDuring(
  { simulator }: System,
  count: number,
  perSecond: number,
  handOver: () => Promise<void>,
): Promise<Rates> {
  const before = (await simulator.state()).ledger.entries;
  await handOver();
  const handedOverMs = epochMs();
  await waitUntil(async () => (await simulator.state()).ledger.entries >= before + count, {
    what: `${count} messages at ${perSecond}/s`,
    timeoutMs: (count / perSecond) * 3_000 + 20_000,
    everyMs: 250,
  });
  const arrivals: number[] = [];
  for (let cursor: number | null = before; cursor !== null; ) {
    const page = await simulator.ledgerPage({ cursor, limit: 10_000 });
    for (const { atMs, taken } of page.entries) {
      if (!taken) throw new Error("the simulator refused a message although it was told not to");
      arrivals.push(atMs);
    }
    cursor = page.nextCursor;
  }
  if (arrivals.length !== count) throw new Error(`${arrivals.length} messages came instead of ${count}`);
  return ratesOf(arrivals, handedOverMs, perSecond);
}

interface Rates {
  readonly messages: number;
  /** Messages per second once all were handed over: a flood of accepts takes Redis's time from the sending. */
  readonly average: number;
  /** The same over the whole run. */
  readonly averageOfAll: number;
  /** In any window of one second, half open, over the whole run. */
  readonly most: number;
  /** How many a provider would have refused that takes no more than the pace in any such window. */
  readonly wouldBeRefused: number;
}

/** arrivals   when the provider got each message, epoch ms, in order */
function ratesOf(arrivals: readonly number[], handedOverMs: number, limit: number): Rates {
  const averageOf = (times: readonly number[]) =>
    ((times.length - 1) * 1_000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
  const taken: number[] = [];
  let most = 0;
  let wouldBeRefused = 0;
  let oldest = 0;
  let oldestTaken = 0;
  for (const [at, atMs] of arrivals.entries()) {
    while ((arrivals[oldest] ?? atMs) <= atMs - WINDOW_MS) oldest += 1;
    most = Math.max(most, at - oldest + 1);
    while ((taken[oldestTaken] ?? atMs) <= atMs - WINDOW_MS) oldestTaken += 1;
    if (taken.length - oldestTaken < limit) taken.push(atMs);
    else wouldBeRefused += 1;
  }
  const average = averageOf(arrivals.filter((atMs) => atMs >= handedOverMs));
  return { messages: arrivals.length, average, averageOfAll: averageOf(arrivals), most, wouldBeRefused };
}

/** The same with a bare BullMQ worker whose limiter is set to the pace: for orientation, without a bar. */
async function measureLimiter(options: {
  readonly context: BenchContext;
  readonly system: System;
  readonly bare: BareQueue;
  readonly url: string;
  readonly run: Run;
}): Promise<Measurement> {
  const { context, system, bare, url, run } = options;
  const { sender } = run;
  const count = Math.ceil((sender.pace * run.seconds) / 2);
  const worker = await startBaseline("drain", {
    REDIS_URL: url,
    PROVIDER_URL: system.simulatorUrl,
    PROVIDER_KEY: system.providerKey(sender.id),
    LIMIT_PER_SECOND: String(sender.pace),
  });
  context.stopAtEnd(() => worker.stop());
  const numbers = Array.from({ length: count }, (_, at) => at);
  const rates = await ratesDuring(system, count, sender.pace, async () => void (await bare.addAll(numbers)));
  await worker.stop();
  return judgeMost({
    row: "pace",
    what: `${sender.pace}/s by BullMQ's limiter: most in any second`,
    unit: "msg/s",
    ours: rates.most,
    baseline: sender.pace,
    details: { ...rates },
  });
}
