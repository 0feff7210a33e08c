// Whether callers share a number fairly within a lane: one that sends 10 messages now and then, alone and while another
// has 100,000 waiting. From the moment the 10 are posted (in one request) until the provider has answered each: its
// arrival in the simulator's ledger and the time the simulator takes to answer.
import { setTimeout as delay } from "node:timers/promises";
import { type Arrivals, followArrivals } from "../arrivals.ts";
import { startShared } from "../callers.ts";
import { chanceFrom } from "../chance.ts";
import type { BenchContext } from "../context.ts";
import { createNumbering, type Numbering, recipientOf } from "../messages.ts";
import type { RestCaller } from "../rest.ts";
import { epochMs, percentile } from "../rounds.ts";
import { judgeRatio, judgeRatioBelow, type Measurement } from "../table.ts";

const PREFIX = "bench";
const SENDER = { id: "bench", pace: 80 } as const;
const ANSWER_MS = 100;
const BELOW = 1.1;
const TOGETHER = 10;
const PAUSE_MS = { least: 400, most: 1_000 } as const;
const SEED = 1;
const WITHIN_MS = 60_000;

export async function fair(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const bursts = isQuick ? 3 : 20;
  const warmUp = isQuick ? 1 : 5;
  const waiting = isQuick ? 3_000 : 100_000;

  const redis = await context.startRedis();
  const { system, callers } = await startShared(context, {
    redisUrl: redis.url,
    prefix: PREFIX,
    sender: SENDER,
    callers: ["small", "big"],
  });
  await system.simulator.putBehaviour({ answerDelayMs: ANSWER_MS, statuses: { enabled: false } });
  const arrivals = followArrivals(system);
  const numbering = createNumbering();
  const measure = async () => {
    await measureBursts(callers.small, arrivals, numbering, warmUp);
    return measureBursts(callers.small, arrivals, numbering, bursts);
  };

  const alone = await measure();
  context.say(`alone: ${describe(alone)}`);
  await callers.big.postMany(SENDER.id, numbering.take(waiting), "normal");
  context.say(`${waiting} messages of the other caller are accepted`);
  const beside = await measure();
  context.say(`beside them: ${describe(beside)}`);
  if (arrivals.taken >= waiting) throw new Error("the other caller's messages ran out");

  const details = { bursts, together: TOGETHER, waiting, refused: arrivals.refused, beside, alone };
  const line = (what: string, share: number) => ({
    row: "fair",
    what: `${what} of bursts of ${TOGETHER}, another caller's ${waiting.toLocaleString("en-GB")} waiting beside none`,
    unit: "ms",
    ours: percentile(beside, share),
    baseline: percentile(alone, share),
    details,
  });
  return [
    judgeRatio(line("p50", 0.5)),
    judgeRatioBelow({ ...line("p95", 0.95), below: BELOW }),
    judgeRatio(line("slowest", 1)),
  ];
}

/** Milliseconds from the POST to the provider's answer, message by message; one burst begins after the one before ended. */
async function measureBursts(
  caller: RestCaller,
  arrivals: Arrivals,
  numbering: Numbering,
  bursts: number,
): Promise<number[]> {
  const chance = chanceFrom(SEED);
  const tookMs: number[] = [];
  for (let burst = 0; burst < bursts; burst += 1) {
    const numbers = numbering.take(TOGETHER);
    const recipients = numbers.map(recipientOf);
    const postedMs = epochMs();
    await caller.postBatch(SENDER.id, numbers, "normal");
    await arrivals.waitFor(recipients, "a burst at the provider", WITHIN_MS);
    tookMs.push(...recipients.map((to) => arrivals.takenAtMs(to) + ANSWER_MS - postedMs));
    await delay(chance.between(PAUSE_MS.least, PAUSE_MS.most));
  }
  return tookMs;
}

function describe(tookMs: readonly number[]): string {
  const found = [0.5, 0.95, 1].map((share) => percentile(tookMs, share).toFixed(0)).join(" / ");
  return `p50 / p95 / slowest ${found} ms`;
}
