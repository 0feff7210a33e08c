// One recipient gets more messages than the provider lets through: 45 at once, then one every six seconds. Tern keeps that
// budget itself, in order, and nobody else waits for it.
//   TERN_PAIR_MESSAGES=100 pnpm --filter @tern/scenarios test pair     all hundred, some six minutes
// source: Meta, about the platform, rate limits (45 messages, then one per 6 s; error 131056)

import { afterEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { aMessage, messageIdOf, numberFromEnv, type Outside, startOutside } from "./outside.ts";

const MESSAGES = numberFromEnv("TERN_PAIR_MESSAGES", 52);
const BURST = 45;
const EVERY_MS = 6_000;
const TAKES_MS = Math.max(0, MESSAGES - BURST) * EVERY_MS;
const BUSY = "+4915112340000";

let outside: Outside;

afterEach(async () => {
  await outside.stop();
}, 60_000);

test(
  `${MESSAGES} messages to one recipient: in order, within the pair budget, refused never, and others do not wait`,
  async () => {
    outside = await startOutside();
    const { simulator } = outside.system;
    const ids = await outside.post(
      Array.from({ length: MESSAGES }, (_, at) => aMessage(at, { to: BUSY })),
      { batch: 1 },
    );
    await waitUntil(async () => (await simulator.summary()).requests >= BURST, { what: "the budget to be used up" });
    const others = await outside.post(
      Array.from({ length: 10 }, (_, at) => aMessage(at)),
      { batch: 1 },
    );
    const ofOthers = await outside.settle((message) => message.status === "read", { timeoutMs: 10_000, ids: others });
    const lastWaits = await outside.read(ids.at(-1) ?? "");

    const ended = await outside.settle((message) => message.status === "read", { timeoutMs: TAKES_MS + 60_000 });
    const taken = (await simulator.ledger({ to: BUSY })).filter((entry) => entry.taken);
    expect((await simulator.summary()).refusedByCode).toEqual({});
    expect(taken.map(messageIdOf)).toEqual(ids);
    expect(mostOverBudget(taken.map(({ atMs }) => atMs))).toBeLessThanOrEqual(0);
    expect(ended.filter(({ attemptsUsed, throttles }) => attemptsUsed !== 1 || throttles !== 0)).toEqual([]);
    expect(lastWaits.waiting).not.toBeNull();
    const atOf = new Map((await outside.taken()).map((entry) => [messageIdOf(entry), entry.atMs]));
    const waitedMs = ofOthers.map(({ id, acceptedAt }) => (atOf.get(id) ?? Infinity) - Date.parse(acceptedAt));
    expect(Math.max(...waitedMs)).toBeLessThan(1_000);
    // No slower than it must be, either: the last one leaves as soon as the budget allows.
    expect((taken.at(-1)?.atMs ?? 0) - (taken[0]?.atMs ?? 0)).toBeLessThan(TAKES_MS + EVERY_MS);
    expect(await outside.broken()).toEqual([]);
  },
  TAKES_MS + 150_000,
);

/** By how many messages any stretch of time held more than 45 and one for each six seconds. */
function mostOverBudget(atMs: readonly number[]): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < atMs.length; from += 1) {
    for (let to = from; to < atMs.length; to += 1) {
      const allowed = BURST + Math.floor(((atMs[to] as number) - (atMs[from] as number)) / EVERY_MS);
      most = Math.max(most, to - from + 1 - allowed);
    }
  }
  return most;
}
