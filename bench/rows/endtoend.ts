// The whole system at the most a number may do: 1,000 messages a second come in over REST, go out to the provider, and
// 3,000 statuses a second (sent, delivered, read) come back, each in a webhook of its own; with Redis and the simulator
// on the same machine. Nothing may be lost, refused, sent twice or left over.
import { setTimeout as delay } from "node:timers/promises";
import { type System, startSystem, waitUntil } from "@tern/devkit";
import { chanceFrom } from "../chance.ts";
import type { BenchContext } from "../context.ts";
import { createCpuLog } from "../cpu.ts";
import { createNumbering, type Numbering } from "../messages.ts";
import { createRequests, openCaller, type RestCaller } from "../rest.ts";
import { epochMs } from "../rounds.ts";
import { judgeMost, judgeRatio, type Measurement } from "../table.ts";

const PREFIX = "bench";
const SENDER = { id: "bench", pace: 1_000 } as const;
const STATUSES_PER_MESSAGE = 3;
const ANSWER_MS = 100;
const AT_LEAST = 0.97;
const WEBHOOK_MEDIAN_MS = 50;
/** Posted this many at a time, so often that it makes the pace. */
const TOGETHER = 100;
const POST_EVERY_MS = (TOGETHER * 1_000) / SENDER.pace;
/** Of every request, the first message is looked at in the end; of those, this many. */
const LOOKED_AT = 200;
const SEED = 1;
/** What is left when the posting ends, with room to spare. */
const SENT_WITHIN_MS = 240_000;
const IDLE_WITHIN_MS = 10_000;

export async function endtoend(context: BenchContext): Promise<Measurement[]> {
  const { isQuick } = context;
  const seconds = isQuick ? 3 : 60;
  const warmUpSeconds = isQuick ? 1 : 15;
  /** Posted before, so that a message is always there when a slot is free. */
  const stock = isQuick ? 500 : 2_000;

  const redis = await context.startRedis();
  const system = await startSystem({
    redisUrl: redis.url,
    prefix: PREFIX,
    senders: [{ ...SENDER, throughputPerSecond: null }],
  });
  context.stopAtEnd(() => system.stop());
  const { simulator, processes } = system;
  await simulator.putBehaviour({ answerDelayMs: ANSWER_MS });
  const caller = openCaller(system.apiUrls[0] ?? "", system.apiKey);
  const numbering = createNumbering();
  const cpu = createCpuLog();
  const pids = {
    load: process.pid,
    api: processes.api[0]?.pid ?? 0,
    worker: processes.workers[0]?.pid ?? 0,
    webhook: processes.webhook[0]?.pid ?? 0,
    redis: redis.pid,
    simulator: processes.simulator.pid,
  };

  await caller.postMany(SENDER.id, numbering.take(stock), "normal");
  const feed = startFeed(caller, numbering);
  await delay(warmUpSeconds * 1_000);
  const measured = await cpu.around(
    "all",
    pids,
    () => measureFor(system, seconds),
    ({ messages }) => messages,
  );
  const posted = stock + (await feed.stop());
  context.say(`${measured.messages} messages and ${measured.statuses} statuses in ${measured.seconds.toFixed(1)} s`);
  context.say(`processor µs per message, ${cpu.describe()}`);

  await waitUntil(async () => (await simulator.state()).ledger.entries >= posted, {
    what: `all of ${posted} messages at the provider`,
    timeoutMs: SENT_WITHIN_MS,
    everyMs: 250,
  });
  const { outstanding } = await simulator.idle(IDLE_WITHIN_MS);
  const deliveries = await simulator.deliveries();
  const summary = await simulator.summary();
  if (summary.requests !== posted || summary.taken !== posted || summary.duplicatesCount > 0) {
    const { requests, taken, duplicatesCount } = summary;
    throw new Error(`of ${posted}, ${requests} came, ${taken} were taken, and ${duplicatesCount} came twice`);
  }
  const unread = outstanding > 0 ? null : await countUnread(caller, feed.ids);

  const common = { row: "endtoend", details: { ...measured, posted, summary, deliveries, cpuMicros: cpu.rounds } };
  const title = `${seconds} s at ${SENDER.pace.toLocaleString("en-GB")}/s`;
  return [
    judgeRatio({
      ...common,
      what: `${title}: messages out`,
      unit: "msg/s",
      ours: measured.messages / measured.seconds,
      baseline: SENDER.pace,
      atLeast: AT_LEAST,
    }),
    judgeRatio({
      ...common,
      what: `${title}: statuses in`,
      unit: "/s",
      ours: measured.statuses / measured.seconds,
      baseline: SENDER.pace * STATUSES_PER_MESSAGE,
      atLeast: AT_LEAST,
    }),
    judgeMost({
      ...common,
      what: "webhook, median",
      unit: "ms",
      ours: measured.webhookMedianMs,
      atMost: WEBHOOK_MEDIAN_MS,
    }),
    judgeMost({ ...common, what: "webhook, p99", unit: "ms", ours: measured.webhookP99Ms }),
    judgeMost({ ...common, what: "webhooks not answered 200", unit: "", ours: deliveries.failed, atMost: 0 }),
    judgeMost({ ...common, what: "webhooks outstanding at the end", unit: "", ours: outstanding, atMost: 0 }),
    ...(unread === null
      ? []
      : [judgeMost({ ...common, what: `of ${LOOKED_AT} records not \`read\``, unit: "", ours: unread, atMost: 0 })]),
  ];
}

interface Feed {
  /** One id of each request. */
  readonly ids: readonly string[];
  /** Ends the posting; returns how many messages were accepted. */
  stop(): Promise<number>;
}

/** Posts messages at the pace, by its own clock: a request that takes long holds up none. */
function startFeed(caller: RestCaller, numbering: Numbering): Feed {
  const ids: string[] = [];
  const requests = createRequests();
  const startMs = performance.now();
  let sent = 0;
  let isStopped = false;
  const posting = (async () => {
    while (!isStopped) {
      const post = caller.postBatch(SENDER.id, numbering.take(TOGETHER), "normal");
      requests.add(post.then((accepted) => ids.push(...accepted.slice(0, 1))));
      sent += 1;
      await delay(Math.max(0, startMs + sent * POST_EVERY_MS - performance.now()));
    }
  })();
  return {
    ids,
    async stop() {
      isStopped = true;
      await posting;
      await requests.allAnswered();
      return sent * TOGETHER;
    },
  };
}

interface Measured {
  readonly seconds: number;
  readonly messages: number;
  readonly statuses: number;
  /** Of the last 65,536 webhooks; NaN when there was none. */
  readonly webhookMedianMs: number;
  readonly webhookP99Ms: number;
}

async function measureFor({ simulator }: System, seconds: number): Promise<Measured> {
  const look = async () => {
    const [deliveries, state] = await Promise.all([simulator.deliveries(), simulator.state()]);
    return { atMs: epochMs(), deliveries, entries: state.ledger.entries };
  };
  const first = await look();
  await delay(seconds * 1_000);
  const last = await look();
  return {
    seconds: (last.atMs - first.atMs) / 1_000,
    messages: last.entries - first.entries,
    statuses: last.deliveries.updatesSent - first.deliveries.updatesSent,
    webhookMedianMs: last.deliveries.medianMs ?? Number.NaN,
    webhookP99Ms: last.deliveries.p99Ms ?? Number.NaN,
  };
}

async function countUnread(caller: RestCaller, ids: readonly string[]): Promise<number> {
  const chance = chanceFrom(SEED);
  let unread = 0;
  for (let looked = 0; looked < LOOKED_AT; looked += 1) {
    const status = await caller.statusOf(ids[chance.between(0, ids.length - 1)] ?? "");
    if (status !== "read") unread += 1;
  }
  return unread;
}
