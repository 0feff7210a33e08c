// A failover in the middle of sending, for whatever shape has one: the server that holds the sender is killed, another takes
// its place, and the killed one comes back as its replica. What the people who deploy Tern want to know of it is measured on
// the way: how long nothing was accepted, how long nothing was sent, how many sends were in doubt and how many sent again.

import { waitUntil } from "@tern/devkit";
import { numberFromEnv } from "./outside.ts";
import { aMessage, isRead, type World } from "./world.ts";

/** Messages of a failover; ten thousand by command. */
export const FAILOVER_MESSAGES = numberFromEnv("TERN_FAILOVER_MESSAGES", 1_500);
/** Per second: slow enough to be judged (P3), fast enough that the failover comes into the middle. */
export const FAILOVER_PACE = 300;

export interface FailoverFigures {
  readonly messages: number;
  /** From the kill to the first message accepted by the new master, and to the first that the provider took from it. */
  readonly acceptedAgainMs: number;
  readonly sentAgainMs: number;
  /** From the kill until every message was read. */
  readonly allReadMs: number;
  /** Sends that nobody answered for: their worker's lease ran out during the failover, or their answer was forgotten. */
  readonly lost: number;
  /** Messages sent again by their policy, as their records say; and how many of these the provider took twice. */
  readonly resent: number;
  readonly takenTwice: number;
  readonly brokenPromises: readonly string[];
}

/** Posts half of the messages, kills the master in their middle, posts the others meanwhile, and waits until all are read. */
export async function failOver(world: World, count: number = FAILOVER_MESSAGES): Promise<FailoverFigures> {
  const { simulator } = world.system;
  const messages = Array.from({ length: count }, (_, at) => aMessage(at));
  await world.post(messages.slice(0, count / 2));
  await waitUntil(async () => (await simulator.summary()).taken >= count / 4, {
    timeoutMs: 120_000,
    what: "a quarter of the messages to be taken",
  });
  const killedAtMs = Date.now();
  await world.redis.kill();
  const back = world.redis.restart();
  await world.post(messages.slice(count / 2, count / 2 + 1));
  const acceptedAgainMs = Date.now() - killedAtMs;
  await world.post(messages.slice(count / 2 + 1), { batch: 20 });
  const records = [...(await world.settle(isRead, 120_000)).values()].filter((record) => record !== null);
  const allReadMs = Date.now() - killedAtMs;

  await back;
  const taken = (await simulator.ledger()).filter((entry) => entry.taken);
  await callReachesWorker(world);
  const sends = records.flatMap((record) => record.sends);
  const resent = records.filter((record) => record.resends > 0).length;
  return {
    messages: count,
    acceptedAgainMs,
    sentAgainMs: endOfSilence(
      killedAtMs,
      taken.map(({ atMs }) => atMs),
    ),
    allReadMs,
    lost: sends.filter((send) => send.outcome === "lost").length,
    resent,
    takenTwice: taken.length - new Set(taken.map(({ callbackData }) => callbackData?.split(":")[1])).size,
    brokenPromises: await world.broken(),
  };
}

/** Workers also look by themselves; that a call still reaches them shows that BullMQ's blocked connection moved over, too. */
async function callReachesWorker({ connection, store, post, settle }: World): Promise<void> {
  const queue = `${store.prefix}:{demo}:send.demo`;
  await post([aMessage(9_999_999)]);
  const calls = Number(await connection.get(`${queue}:id`));
  // A call that was being answered when the master died may stay in `active` until BullMQ finds it stalled; a new one waits for
  // nobody, unless the failover has wedged the one who answers: then he is replaced (packages/queue/src/consumer.ts).
  await waitUntil(async () => (await connection.llen(`${queue}:wait`)) === 0 && calls > 0, {
    what: "the call to a worker to be answered",
    timeoutMs: 30_000,
  });
  await settle(isRead, 30_000); // else it would be under way while the promises are looked at
}

/** From the moment of the kill to the end of the longest silence after it. */
function endOfSilence(killedAtMs: number, momentsMs: readonly number[]): number {
  const after = [killedAtMs, ...momentsMs.filter((ms) => ms > killedAtMs).sort((a, b) => a - b)];
  let [longest, end] = [0, killedAtMs];
  for (const [at, ms] of after.entries()) {
    const silence = ms - (after[at - 1] ?? ms);
    if (silence > longest) [longest, end] = [silence, ms];
  }
  return Math.round(end - killedAtMs);
}

/** One line for whoever runs it by command, and for docs/redis.md. */
export function printFigures(shape: string, { brokenPromises, ...figures }: FailoverFigures): void {
  process.stdout.write(`${shape}: ${JSON.stringify(figures)}\n`);
}
