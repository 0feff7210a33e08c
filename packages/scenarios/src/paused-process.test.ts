// A worker is frozen (a long garbage collection, a suspended machine) for longer than its lease and then goes on as if
// nothing had been. Others have taken its messages over: if it believed its own plans, people would get them twice.

import { afterEach, expect, test } from "@jest/globals";
import { type ManagedProcess, waitUntil } from "@tern/devkit";
import { aMessage, lasted, messageIdOf, type Outside, startOutside, statusesOf } from "./outside.ts";

const LEASE_MS = 7_000;
const ANSWER_MS = 2_500;
const MESSAGES = 20;

/** Some seconds of work, of which the freeze falls into the first. */
const SLOTS = 200;

let outside: Outside;
let frozen: ManagedProcess;

afterEach(async () => {
  frozen.signal("SIGCONT"); // a stopped process would not hear the end
  await outside.stop();
}, 60_000);

/** Freezes the only worker while all its sends wait for their answers, and starts another one. */
async function freezeOnTheWire({ reconcileMs }: { reconcileMs: number }): Promise<string[]> {
  outside = await startOutside({
    sending: { reconcileMs: { urgent: reconcileMs, normal: reconcileMs, bulk: reconcileMs } },
  });
  const { simulator, processes } = outside.system;
  // No status before the doubt is there: the late answer alone is to settle it.
  const statuses = { sentAfterMs: 2 * LEASE_MS, deliveredAfterMs: 2 * LEASE_MS + 50, readAfterMs: 2 * LEASE_MS + 100 };
  await simulator.putBehaviour({ answerDelayMs: ANSWER_MS, statuses });
  frozen = processes.workers[0] as ManagedProcess;
  const ids = await outside.post(Array.from({ length: MESSAGES }, (_, at) => aMessage(at)));
  await waitUntil(async () => (await simulator.summary()).taken === MESSAGES, { what: "all sends to be on the wire" });
  frozen.signal("SIGSTOP");
  await outside.system.startWorker();
  return ids;
}

test("frozen longer than its lease while its sends are on the wire: the late answers settle them, nothing goes twice", async () => {
  await freezeOnTheWire({ reconcileMs: 60_000 });
  await outside.settle((message) => message.status === "unconfirmed", { timeoutMs: 3 * LEASE_MS });
  for (const { waiting, attempts } of await outside.readAll()) {
    expect(waiting?.reason).toBe("doubt");
    expect(attempts).toMatchObject([{ number: 1, outcome: "lost" }]);
  }

  frozen.signal("SIGCONT");
  const submitted = await outside.settle((message) => message.wamid !== null, { timeoutMs: 5_000 });
  const ended = await outside.settle((message) => message.status === "read", { timeoutMs: 5 * LEASE_MS });

  expect(await outside.broken()).toEqual([]);
  expect((await outside.system.simulator.summary()).requests).toBe(MESSAGES);
  for (const message of submitted) expect(message.attempts).toMatchObject([{ number: 1, outcome: "accepted" }]);
  for (const message of ended) {
    expect(message).toMatchObject({ resends: 0, attemptsUsed: 1 });
    // Both facts: that it was in doubt, and what the answer said.
    expect(statusesOf(message)).toEqual(["queued", "sending", "unconfirmed", "submitted", "sent", "delivered", "read"]);
  }
}, 120_000);

test("frozen until the doubt policy has sent them again: its late answers change nothing, and the record says resent", async () => {
  await freezeOnTheWire({ reconcileMs: 500 });
  const resent = await outside.settle((message) => message.wamid !== null, { timeoutMs: 4 * LEASE_MS });
  for (const message of resent) expect(message).toMatchObject({ resends: 1, attemptsUsed: 2 });

  frozen.signal("SIGCONT");
  const ended = await outside.settle((message) => message.status === "read", { timeoutMs: 6 * LEASE_MS });

  expect(await outside.broken()).toEqual([]);
  expect((await outside.system.simulator.summary()).requests).toBe(2 * MESSAGES);
  for (const message of ended) {
    expect(message).toMatchObject({ resends: 1, attemptsUsed: 2 });
    expect(statusesOf(message)).toEqual(expect.arrayContaining(["unconfirmed", "submitted", "read"]));
    // The first answer came after all, and is no longer "lost".
    expect(message.attempts).toMatchObject([
      { number: 1, outcome: "accepted" },
      { number: 2, outcome: "accepted" },
    ]);
    expect(message.attempts[0]?.tookMs).toBeGreaterThan(LEASE_MS);
  }
}, 120_000);

/** Freezes the only worker at a moment when messages are begun whose slots have not come. Returns these. */
async function freezeBeforeTheSlot(ids: readonly string[]): Promise<string[]> {
  return await waitUntil(
    async () => {
      frozen.signal("SIGSTOP");
      const sending = (await outside.readAll(ids)).filter(({ status }) => status === "sending").map(({ id }) => id);
      // What was written before the stop may lie unread at the provider while it is asked for the first time.
      await outside.system.simulator.ledger();
      const known = new Set((await outside.system.simulator.ledger()).map(messageIdOf));
      const begun = sending.filter((id) => !known.has(id));
      if (begun.length > 0) return begun;
      frozen.signal("SIGCONT");
      return null;
    },
    { timeoutMs: 15_000, everyMs: 30, what: "messages that are begun and wait for their slot" },
  );
}

test.each([
  { who: "another worker has sent them by policy", others: 1 },
  { who: "nobody else was there", others: 0 },
])(
  "frozen before the slot came, going on after the lease ended, $who: each is sent exactly once",
  async ({ others }) => {
    outside = await startOutside({
      senders: [{ id: "demo", pace: 40 }], // a slot is taken 25 ms ahead: at this pace nearly always one is
      sending: { reconcileMs: { urgent: 500, normal: 500, bulk: 500 } },
    });
    const { simulator, processes } = outside.system;
    frozen = processes.workers[0] as ManagedProcess;
    const ids = await outside.post(Array.from({ length: SLOTS }, (_, at) => aMessage(at)));
    const begun = await freezeBeforeTheSlot(ids);
    const frozenAtMs = performance.now();

    if (others > 0) {
      await outside.system.startWorker();
      const sent = await outside.settle((message) => message.status === "read", { timeoutMs: 40_000, ids: begun });
      for (const message of sent) expect(message.resends).toBe(1);
    } else {
      await lasted(frozenAtMs, LEASE_MS + 1_000);
    }
    frozen.signal("SIGCONT");
    await outside.settle((message) => message.status === "read", { timeoutMs: 40_000 });

    expect(await outside.broken()).toEqual([]);
    const { requests, refusedByCode, duplicatesCount } = await simulator.summary();
    expect({ requests, refusedByCode, duplicatesCount }).toEqual({
      requests: SLOTS,
      refusedByCode: {},
      duplicatesCount: 0,
    });
  },
  120_000,
);
