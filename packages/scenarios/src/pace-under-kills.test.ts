// Workers die and come back while a backlog runs at full pace. The pace belongs to the number, not to a worker: what the
// dead had reserved is a loss of moments, and the living neither slow down nor make up for it in a burst.
//   TERN_PACE=1000 pnpm --filter @tern/scenarios test pace-under-kills

import { constants, setPriority } from "node:os";
import { afterEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { mostWithin } from "./invariants.ts";
import { aMessage, numberFromEnv, type Outside, startOutside } from "./outside.ts";

const PACE = numberFromEnv("TERN_PACE", 80);
/** By command, on a machine that does nothing else, the whole bar; otherwise only that the pace is not lost. */
const IS_MEASURED = process.env.TERN_PACE !== undefined;
const LEAST_SHARE = IS_MEASURED ? 0.97 : 0.6;
/** A second, less the 10 ms by which a message may be written later than its slot. */
const WRITTEN_WINDOW_MS = 990;
const SECONDS = 30;
const MESSAGES = PACE * SECONDS;
/** Early enough that what the dead had on the wire is settled while the backlog still runs. */
const KILLS_AT = [0.15, 0.4];
/** Each look makes the simulator count its whole ledger, which would delay what arrives at that moment. */
const LOOK_EVERY_MS = 500;

let outside: Outside;

afterEach(async () => {
  await outside.stop();
}, 60_000);

test(`three workers at ${PACE}/s, two of them killed and restarted: the pace is kept, and never exceeded`, async () => {
  outside = await startOutside({
    senders: [{ id: "demo", pace: PACE, throughputPerSecond: IS_MEASURED ? PACE : null }],
    workers: 0,
    appendonly: "everysec",
    sending: { reconcileMs: { urgent: 1_500, normal: 1_500, bulk: 1_500 } },
  });
  const { simulator, processes } = outside.system;
  measureUndisturbed([processes.simulator.pid, outside.redis.pid]);
  // One status each is enough to settle what the dead leave in doubt.
  await simulator.putBehaviour({ statuses: { deliveredAfterMs: null, readAfterMs: null } });
  await outside.post(
    Array.from({ length: MESSAGES }, (_, at) => aMessage(at)),
    { batch: 1_000 },
  );
  await Promise.all([1, 2, 3].map(() => outside.system.startWorker()));
  const allUpAtMs = Date.now();
  const killedAtMs: number[] = [];
  for (const [at, share] of KILLS_AT.entries()) {
    await waitUntil(async () => (await simulator.summary()).taken >= MESSAGES * share, {
      timeoutMs: SECONDS * 2_000,
      everyMs: LOOK_EVERY_MS,
      what: `${share * 100} % of the messages to be taken`,
    });
    killedAtMs.push(Date.now());
    await processes.workers[at]?.kill();
    await outside.system.startWorker();
  }
  await waitUntil(async () => (await simulator.summary()).taken >= MESSAGES, {
    timeoutMs: SECONDS * 3_000,
    everyMs: LOOK_EVERY_MS,
    what: "all messages to be taken",
  });

  const { refusedByCode, maxPerSecond } = await simulator.summary();
  const { most = 0 } = maxPerSecond[outside.system.providerKey("demo")] ?? {};
  const refused = (await simulator.ledger()).filter((entry) => !entry.taken);
  const sentAtMs = (await outside.taken()).map(({ atMs }) => atMs).filter((atMs) => atMs >= allUpAtMs);
  const average = averagePerSecond(sentAtMs);
  const sinceKillMs = ({ atMs }: { atMs: number }) =>
    Math.round(Math.min(...killedAtMs.map((ms) => Math.abs(atMs - ms))));
  const wrong = [
    ...refused.map((entry) => `refused with ${entry.answer}, ${sinceKillMs(entry)} ms from a kill`),
    // The provider counts by arrival, and on a machine that does much else some arrive together that were written one by one.
    ...(IS_MEASURED && most > PACE ? [`${most} arrived in some second`] : []),
    ...(average < LEAST_SHARE * PACE
      ? [`${average.toFixed(2)}/s on average; second by second: ${perSecond(sentAtMs).join(" ")}`]
      : []),
  ];
  expect({ refusedByCode, wrong }).toEqual({ refusedByCode: {}, wrong: [] });
  const sent = await outside.settle((message) => message.status === "sent", { timeoutMs: 120_000 });
  const writtenAtMs = sent.flatMap(({ attempts }) => attempts.map(({ at }) => Date.parse(at))).sort((a, b) => a - b);
  expect(writtenAtMs.length).toBeGreaterThanOrEqual(MESSAGES);
  expect(mostWithin(WRITTEN_WINDOW_MS, writtenAtMs)).toBeLessThanOrEqual(PACE);
  expect(await outside.broken()).toEqual([]);
}, 300_000);

/**
 * The provider and Redis are not on the workers' machine: a worker that starts must not keep them from telling the time.
 * Only root may ask for that; without it the result says more about the machine.
 */
function measureUndisturbed(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      setPriority(pid, constants.priority.PRIORITY_HIGHEST);
    } catch {
      return;
    }
  }
}

function averagePerSecond(atMs: readonly number[]): number {
  return ((atMs.length - 1) * 1_000) / ((atMs.at(-1) ?? 0) - (atMs[0] ?? 0));
}

function perSecond(atMs: readonly number[]): number[] {
  const counts: number[] = [];
  for (const ms of atMs) {
    const second = Math.floor((ms - (atMs[0] ?? 0)) / 1_000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}
