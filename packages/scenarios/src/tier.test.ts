// The messaging limit of a portfolio: so many recipients outside a service window in 24 hours, for all its numbers
// together. What would go over it waits and says so; a reserve is left for what is not bulk.
//   TERN_TIER=2000 pnpm --filter @tern/scenarios test tier     a large one, with 5,000 bulk messages

import { afterEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { aMessage, messageIdOf, numberFromEnv, type Outside, startOutside } from "./outside.ts";

const PORTFOLIO = "test"; // of every sender of a system under test
const TIER = numberFromEnv("TERN_TIER", 40);
const RESERVE = TIER / 10;
const BULK = TIER * 2.5;
const DAY_MS = 24 * 3_600_000;

let outside: Outside;

afterEach(async () => {
  await outside.stop();
}, 60_000);

test(`${BULK} bulk messages of two senders at a tier of ${TIER} with ${RESERVE} in reserve: ${TIER - RESERVE} go, the rest wait, an urgent one goes`, async () => {
  outside = await startOutside({
    senders: ["demo", "second"].map((id) => ({ id, pace: "unlimited" as const })),
    workers: 2,
    tier: { tier: TIER, reserve: RESERVE },
  });
  const { simulator } = outside.system;
  const sender = (at: number) => (at % 2 === 0 ? "demo" : "second");
  const ids = await outside.post(
    Array.from({ length: BULK }, (_, at) => aMessage(at, { sender: sender(at), lane: "bulk" })),
  );

  await waitUntil(async () => (await simulator.summary()).taken === TIER - RESERVE, {
    timeoutMs: 60_000,
    what: "the tier to be used",
  });
  const held = await waitUntil(
    async () => {
      const waiting = await explainAll(ids);
      const forTier = waiting.filter((one) => one.waiting?.for === "tier");
      return forTier.length === BULK - (TIER - RESERVE) && forTier;
    },
    { timeoutMs: 60_000, what: "the rest to wait for the tier" },
  );
  for (const { status, waiting } of held) {
    expect(status).toBe("queued");
    const waitsMs = Date.parse(waiting?.until ?? "") - Date.now();
    expect(waitsMs).toBeGreaterThan(0); // a time is named, at the latest when the first recipient leaves the 24 h
    expect(waitsMs).toBeLessThanOrEqual(DAY_MS + 60_000);
  }

  // The reserve is for others than bulk, whichever number they go from; and who was reached once costs nothing more.
  const settled = await outside.readAll(ids);
  const urgent = await outside.post([
    aMessage(100_000, { lane: "urgent" }),
    aMessage(100_001, { sender: "second", lane: "normal" }),
  ]);
  const known = settled.findIndex(({ status }) => status === "read");
  const again = await outside.post([aMessage(known, { sender: sender(known), lane: "normal" })]);
  await outside.settle((message) => message.status === "read", { timeoutMs: 10_000, ids: [...urgent, ...again] });

  expect(await outside.broken()).toEqual([]);
  const { requests, taken } = await simulator.summary();
  expect({ requests, taken }).toEqual({ requests: TIER - RESERVE + 3, taken: TIER - RESERVE + 3 });
  expect((await simulator.state()).portfolios[PORTFOLIO]).toEqual({ tier: TIER, reached: TIER - RESERVE + 2 });
  const sent = new Set((await outside.taken()).map(messageIdOf));
  expect(ids.filter((id) => sent.has(id))).toHaveLength(TIER - RESERVE);
  expect((await outside.readAll()).filter(({ status }) => status === "failed")).toEqual([]);
}, 200_000);

test("the reserve ends, too: beyond the whole tier an urgent message waits instead of being refused", async () => {
  const tier = 5;
  outside = await startOutside({
    tier: { tier, reserve: 2 },
  });
  const { simulator } = outside.system;
  const ids = await outside.post(Array.from({ length: tier + 1 }, (_, at) => aMessage(at, { lane: "urgent" })));

  const held = await waitUntil(
    async () => {
      const messages = await outside.readAll(ids);
      const waiting = messages.filter((message) => message.waiting?.reason === "tier");
      const read = messages.filter(({ status }) => status === "read");
      return waiting.length === 1 && read.length === tier && waiting;
    },
    { what: "five to be read and one to wait for the tier" },
  );
  expect(held).toMatchObject([{ status: "queued", attemptsUsed: 0 }]);
  expect(await simulator.summary()).toMatchObject({ requests: tier, taken: tier });
}, 60_000);

interface Explanation {
  readonly status: string;
  readonly waiting: { readonly for: string; readonly until: string | null } | null;
}

async function explainAll(ids: readonly string[]): Promise<Explanation[]> {
  const found: Explanation[] = [];
  for (let at = 0; at < ids.length; at += 32) found.push(...(await Promise.all(ids.slice(at, at + 32).map(explain))));
  return found;
}

async function explain(id: string): Promise<Explanation> {
  return (await (await outside.request("GET", `/v1/messages/${id}/explain`)).json()) as Explanation;
}
