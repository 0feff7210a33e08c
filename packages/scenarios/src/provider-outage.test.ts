// The provider is down. That is no fault of any message: none may use up an attempt, fail or go twice, and when the
// provider is back the sender must be at its pace at once, neither dozing in backoffs nor bursting past the limit.
//   TERN_PROVIDER_OUTAGE_SECONDS=120 pnpm --filter @tern/scenarios test provider-outage     a long one

import { afterEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { mostWithin } from "./invariants.ts";
import { aMessage, lasted, numberFromEnv, type Outside, startOutside } from "./outside.ts";

const OUTAGE_MS = numberFromEnv("TERN_PROVIDER_OUTAGE_SECONDS", 10) * 1_000;
const PACE = 80;
/** A machine that does much else keeps less of it; who measures by command gets the whole bar. */
const LEAST_SHARE = process.env.TERN_PROVIDER_OUTAGE_SECONDS ? 0.9 : 0.5;
/** A second, less the 10 ms by which a message may be written later than its slot. */
const WRITTEN_WINDOW_MS = 990;
/** Two seconds before the outage, and enough for six whole seconds after it. */
const BEFORE = 2 * PACE;
const MESSAGES = BEFORE + 8 * PACE;

let outside: Outside;

afterEach(async () => {
  await outside.stop();
}, 60_000);

const outages = [
  { how: "connections refused", down: "refuse" },
  { how: "HTTP 503 for every call", down: "http503" },
] as const;

test.each(outages)(
  `$how for ${OUTAGE_MS / 1_000} s: no attempt is used up, and the pace is there in the second second`,
  async ({ down }) => {
    outside = await startOutside({
      senders: [{ id: "demo", pace: PACE }],
      // What is under way when the outage begins is in doubt, by a 503 or a reset: it need not take minutes to be settled.
      sending: { ambiguousWaitMs: 3_000, reconcileMs: { urgent: 3_000, normal: 3_000, bulk: 3_000 } },
    });
    const { simulator } = outside.system;
    await outside.post(Array.from({ length: MESSAGES }, (_, at) => aMessage(at)));
    // Cheap to answer: to count its whole ledger would keep the simulator from telling when messages arrive.
    await waitUntil(async () => (await simulator.state()).ledger.entries >= BEFORE, {
      everyMs: 250,
      what: "the load to run",
    });

    await simulator.putBehaviour({ down });
    await lasted(performance.now(), OUTAGE_MS);
    await simulator.putBehaviour({ down: null });
    const backAtMs = Date.now();
    const ended = await outside.settle(({ status }) => status === "read" || status === "failed", {
      timeoutMs: OUTAGE_MS + 60_000,
    });

    const after = (await outside.taken()).map(({ atMs }) => atMs - backAtMs).filter((atMs) => atMs >= 0);
    const { refusedByCode, duplicatesCount, taken } = await simulator.summary();
    expect({
      ended: countsOf(ended.map(({ status }) => status)),
      attemptsUsed: countsOf(ended.map(({ attemptsUsed }) => String(attemptsUsed))),
      ledger: { refusedByCode, duplicatesCount, taken },
      tooSlowOrFast: perWholeSecond(after).filter((count) => count < LEAST_SHARE * PACE || count > PACE),
    }).toEqual({
      ended: { read: MESSAGES },
      attemptsUsed: { 1: MESSAGES },
      ledger: { refusedByCode: {}, duplicatesCount: 0, taken: MESSAGES },
      tooSlowOrFast: [],
    });
    // The provider judges by arrival; by the moments of writing the pace holds, too, whatever delayed a message on its way.
    const writtenAtMs = ended.flatMap(({ attempts }) => attempts.map(({ at }) => Date.parse(at))).sort((a, b) => a - b);
    expect(writtenAtMs.length).toBeGreaterThanOrEqual(MESSAGES);
    expect(mostWithin(WRITTEN_WINDOW_MS, writtenAtMs)).toBeLessThanOrEqual(PACE);
    expect(await outside.broken()).toEqual([]);
  },
  OUTAGE_MS + 120_000,
);

/** How many fell into each second from the second one on, as long as there certainly was a backlog. */
function perWholeSecond(sinceBackMs: readonly number[]): number[] {
  return [1, 2, 3, 4].map((second) => sinceBackMs.filter((ms) => Math.floor(ms / 1_000) === second).length);
}

function countsOf(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
