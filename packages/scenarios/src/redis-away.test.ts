// Redis is away: refused or silent, for a moment or for long. What the provider answered meanwhile must not be lost, what
// the API cannot keep it must not accept, and afterwards everything goes on by itself.
//   TERN_OUTAGE_SECONDS=300 pnpm --filter @tern/scenarios test redis-away     a long one

import { afterEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { aMessage, lasted, livezOf, numberFromEnv, type Outside, startOutside } from "./outside.ts";
import { startTcpRelay, type TcpRelay } from "./tcp-relay.ts";

const OUTAGE_MS = numberFromEnv("TERN_OUTAGE_SECONDS", 20) * 1_000;
const LEASE_MS = 7_000;
/** A worker that did nothing for 30 s is taken for dead, but not while it is Redis that does not answer. */
const LONGER_THAN_STILL_MS = 36_000;
const MESSAGES = 20;

let outside: Outside;
let toRedis: TcpRelay;
let toProvider: TcpRelay | null = null;

afterEach(async () => {
  await outside.stop();
  await toRedis.stop();
  await toProvider?.stop();
  toProvider = null;
}, 60_000);

type Away = "refused" | "silent";

async function takeAway(how: Away): Promise<void> {
  if (how === "refused") await toRedis.cut();
  else toRedis.freeze();
}

async function bringBack(how: Away): Promise<void> {
  if (how === "refused") await toRedis.listen();
  else toRedis.thaw();
}

async function startBetweenRelays(options: Parameters<typeof startOutside>[0] = {}): Promise<void> {
  outside = await startOutside({
    redisThrough: async (url) => {
      toRedis = await startTcpRelay(url);
      return toRedis.url;
    },
    ...options,
  });
}

test.each([
  { how: "refused", awayMs: 0, statuses: "none", ends: "submitted" },
  { how: "refused", awayMs: LEASE_MS + 2_000, statuses: "none", ends: "submitted" },
  { how: "silent", awayMs: 0, statuses: "none", ends: "submitted" },
  { how: "silent", awayMs: LEASE_MS + 2_000, statuses: "none", ends: "submitted" },
  { how: "refused", awayMs: 0, statuses: "all", ends: "read" },
] as const)(
  "away ($how, for $awayMs ms) when the answers arrive, statuses: $statuses: they end $ends and go once",
  async ({ how, awayMs, statuses, ends }) => {
    await startBetweenRelays({
      sending: { reconcileMs: { urgent: 3_000, normal: 3_000, bulk: 3_000 } },
      providerThrough: async (url) => {
        toProvider = await startTcpRelay(url);
        return toProvider.url;
      },
    });
    await outside.system.simulator.putBehaviour({ statuses: { enabled: statuses === "all" } });
    toProvider?.holdAnswers();
    const ids = await outside.post(Array.from({ length: MESSAGES }, (_, at) => aMessage(at)));
    // What the workers ask the provider besides (templates, health) may be held back, too.
    const areOnTheirWay = async () =>
      (await outside.system.simulator.summary()).requests === MESSAGES && Number(toProvider?.held) >= MESSAGES;
    await waitUntil(areOnTheirWay, { what: "the provider's answers to be on their way" });

    await takeAway(how);
    const awayAtMs = performance.now();
    toProvider?.releaseAnswers();
    await waitUntil(async () => (await outside.request("GET", `/v1/messages/${ids[0]}`)).status === 503, {
      what: "the API to say that Redis is away",
    });
    await lasted(awayAtMs, awayMs);
    await bringBack(how);

    const ended = await outside.settle((message) => message.status === ends, { timeoutMs: 30_000 });
    expect(await outside.broken()).toEqual([]);
    expect((await outside.system.simulator.summary()).requests).toBe(MESSAGES);
    for (const message of ended) expect(message).toMatchObject({ resends: 0, attemptsUsed: 1 });
  },
  90_000,
);

test.each([
  { how: "refused", awayMs: OUTAGE_MS },
  { how: "silent", awayMs: Math.max(OUTAGE_MS, LONGER_THAN_STILL_MS) },
] as const)(
  "away ($how) for $awayMs ms under load: 503 meanwhile, all stay alive, and all that was accepted ends well",
  async ({ how, awayMs }) => {
    await startBetweenRelays({
      senders: [{ id: "demo", pace: 80 }],
      sending: { reconcileMs: { urgent: 1_500, normal: 1_500, bulk: 1_500 } },
    });
    const { processes, simulator } = outside.system;
    const all = [...processes.api, ...processes.workers, ...processes.webhook];
    let hasEnded = false;
    for (const process of all) void process.exited.then(() => (hasEnded = true));
    await outside.post(Array.from({ length: 600 }, (_, at) => aMessage(at)));
    await waitUntil(async () => (await simulator.summary()).taken >= 160, { what: "the load to run" });

    await takeAway(how);
    const awayAtMs = performance.now();
    const posted = outside.post(
      Array.from({ length: 200 }, (_, at) => aMessage(1_000 + at)),
      { batch: 50 },
    );
    const probe = () => outside.request("POST", "/v1/messages", aMessage(9_999), { "idempotency-key": "probe" });
    const answers: { status: number; retryAfter: number }[] = [];
    const notAlive = new Set<string>();
    await waitUntil(
      async () => {
        const [answer, ...livez] = await Promise.all([probe(), ...all.map((process) => livezOf(process))]);
        answers.push({ status: answer.status, retryAfter: Number(answer.headers.get("retry-after")) });
        for (const [at, status] of livez.entries()) if (status !== 200) notAlive.add(all[at]?.name ?? "");
        return performance.now() - awayAtMs >= awayMs;
      },
      { timeoutMs: awayMs + 20_000, everyMs: 250, what: "the outage to last" },
    );
    await bringBack(how);
    const backAtMs = performance.now();
    const accepted = await waitUntil(async () => (await probe()).headers.get("location"), {
      what: "the API to be back",
    });
    const apiBackMs = performance.now() - backAtMs;
    outside.acceptedIds.push(accepted.split("/").at(-1) ?? "");
    await posted;

    const ended = await outside.settle((message) => message.isFinal, { timeoutMs: 90_000 });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(Math.min(...answers.map(({ retryAfter }) => retryAfter))).toBeGreaterThanOrEqual(1);
    expect([...notAlive]).toEqual([]);
    expect(apiBackMs).toBeLessThan(5_000);
    expect(hasEnded).toBe(false);
    expect(ended.filter(({ status }) => status === "failed")).toEqual([]);
    expect(await outside.broken()).toEqual([]);
    expect((await simulator.summary()).refusedByCode).toEqual({});
  },
  OUTAGE_MS + LONGER_THAN_STILL_MS + 150_000,
);
