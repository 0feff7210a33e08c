// Every way in which Tern can be left not knowing whether the provider took a message, and every way such a doubt ends.
// Guessing wrong costs a person a second message or none at all, so each end is asserted from both sides: what the
// provider took, and what the record admits.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import type { FaultRequest, LedgerEntry } from "@tern/simulator";
import { aMessage, type Message, messageIdOf, type Outside, startOutside, statusesOf } from "./outside.ts";

const SEND_TIMEOUT_MS = 1_500;
const WAIT_MS = 2_500;
const PACE = 50;
const WELL_PER_FAULT = 4;
const PHONE_NUMBER_ID = "106540352242900"; // of the first sender of a system under test

/**
 * How a doubt comes about. `isTaken`: what the provider did. `grade`: `no answer`, then the message's policy counts; or
 * `ambiguous`, an answer that most likely means "not taken", after which every lane sends again.
 */
const CAUSES = {
  "timeout, taken": { fault: { kind: "timeoutAfter" }, isTaken: true, grade: "no answer" },
  "timeout, not taken": { fault: { kind: "timeoutBefore" }, isTaken: false, grade: "no answer" },
  "reset, taken": { fault: { kind: "resetAfter" }, isTaken: true, grade: "no answer" },
  "reset, not taken": { fault: { kind: "resetBefore" }, isTaken: false, grade: "no answer" },
  "half an answer, taken": { fault: { kind: "truncated" }, isTaken: true, grade: "no answer" },
  "200 without an id, taken": {
    fault: { kind: "errorAfter", httpStatus: 200, body: "{}" },
    isTaken: true,
    grade: "no answer",
  },
  "200 without an id, not taken": {
    fault: { kind: "http", httpStatus: 200, body: "{}" },
    isTaken: false,
    grade: "no answer",
  },
  "HTTP 500, taken": { fault: { kind: "errorAfter", httpStatus: 500 }, isTaken: true, grade: "ambiguous" },
  "HTTP 500, not taken": { fault: { kind: "http", httpStatus: 500 }, isTaken: false, grade: "ambiguous" },
  "HTTP 503 as HTML, not taken": {
    fault: { kind: "http", httpStatus: 503, preset: "html" },
    isTaken: false,
    grade: "ambiguous",
  },
} as const satisfies Record<string, { fault: FaultRequest; isTaken: boolean; grade: "no answer" | "ambiguous" }>;
type Cause = keyof typeof CAUSES;

const LANES = ["urgent", "normal", "bulk"] as const;
type Lane = (typeof LANES)[number];

/** `in time`: a webhook says that it was sent. `none`: no webhook comes before the policy acts. */
type Evidence = "in time" | "none";
interface Case {
  readonly cause: Cause;
  readonly lane: Lane;
  readonly evidence: Evidence;
}

const cases: readonly Case[] = Object.entries(CAUSES).flatMap(([cause, { isTaken }]) =>
  LANES.flatMap((lane) =>
    (isTaken ? (["in time", "none"] as const) : (["none"] as const)).map((evidence) => ({
      cause: cause as Cause,
      lane,
      evidence,
    })),
  ),
);

let outside: Outside;

async function startWithShortTimes(pace: number | "unlimited"): Promise<void> {
  outside = await startOutside({
    senders: [{ id: "demo", pace }],
    workerEnv: { SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS) },
    // The policies are the defaults: urgent and normal send again, bulk gives up.
    sending: { reconcileMs: { urgent: WAIT_MS, normal: WAIT_MS, bulk: WAIT_MS }, ambiguousWaitMs: WAIT_MS },
  });
}

/** What a message must be in the end, seen from its record and from the ledger. */
function endOf({ cause, lane, evidence }: Case): { status: string; resends: number; taken: number; attempts: number } {
  const { isTaken, grade } = CAUSES[cause];
  const before = isTaken ? 1 : 0;
  if (evidence === "in time") return { status: "read", resends: 0, taken: 1, attempts: 1 };
  if (grade === "no answer" && lane === "bulk") return { status: "failed", resends: 0, taken: before, attempts: 1 };
  return { status: "read", resends: 1, taken: before + 1, attempts: 2 };
}

describe("each cause, lane and evidence", () => {
  let messages: readonly Message[];
  let ledger: readonly LedgerEntry[];

  // One run for the whole table: every message meets the fault of its own row, once.
  beforeAll(async () => {
    await startWithShortTimes(PACE);
    const { simulator } = outside.system;
    const rows = cases.map(({ lane }, at) => aMessage(at, { lane }));
    for (const [at, { cause, evidence }] of cases.entries()) {
      const fault: FaultRequest = { ...CAUSES[cause].fault, count: 1, match: { to: rows[at]?.to as string } };
      await simulator.addFault(evidence === "none" ? { ...fault, dropStatuses: true } : fault);
    }
    // Most of what goes to the provider goes well, before and after each fault: what is in doubt is the message, not the
    // provider as a whole, which would be another story (provider-outage.test.ts).
    let wellNumber = 1_000;
    const well = (lane: Lane, count: number) =>
      Array.from({ length: count }, () => {
        wellNumber += 1;
        return aMessage(wellNumber, { lane });
      });
    const posted = await outside.post([
      ...rows.flatMap((row, at) => [...well(cases[at]?.lane ?? "bulk", WELL_PER_FAULT), row]),
      ...well("bulk", (PACE * (SEND_TIMEOUT_MS + WAIT_MS)) / 1_000),
    ]);
    const ids = rows.map((_, at) => posted[at * (WELL_PER_FAULT + 1) + WELL_PER_FAULT] ?? "");
    messages = await outside.settle(({ status }) => status === "read" || status === "failed", {
      timeoutMs: 60_000,
      ids,
    });
    ledger = await outside.taken();
  }, 90_000);

  afterAll(async () => {
    await outside.stop();
  }, 60_000);

  test.each(cases.map((one, at) => ({ ...one, at, ...endOf(one) })))(
    "$cause, $lane lane, webhook $evidence: ends $status, resends $resends, taken $taken",
    ({ at, evidence, status, resends, taken, attempts }) => {
      const message = messages[at] as Message;
      expect({
        status: message.status,
        resends: message.resends,
        attempts: message.attemptsUsed,
        taken: ledger.filter((entry) => messageIdOf(entry) === message.id).length,
      }).toEqual({ status, resends, attempts, taken });
      if (evidence === "none") expect(statusesOf(message)).toContain("unconfirmed");
      if (status === "failed") expect(message.error?.class).toBe("unknown");
      // The doubtful send stays on record beside whatever followed it.
      if (evidence === "none") expect(message.attempts[0]).toMatchObject({ number: 1, outcome: "unknown" });
    },
  );

  test("a webhook that comes after a message was given up still tells the truth: failed, then delivered", async () => {
    const given = messages.filter(({ status }, at) => status === "failed" && endOf(cases[at] as Case).taken === 1);
    expect(given.length).toBeGreaterThanOrEqual(3);
    for (const { id } of given) await reportDelivered(ledger.find((entry) => messageIdOf(entry) === id) as LedgerEntry);

    const climbed = await outside.settle((message) => message.status === "delivered", {
      timeoutMs: 10_000,
      ids: given.map(({ id }) => id),
    });
    for (const message of climbed) {
      expect(statusesOf(message)).toEqual(["queued", "sending", "unconfirmed", "failed", "delivered"]);
      expect(message).toMatchObject({ resends: 0, attemptsUsed: 1 });
      expect(message.wamid).not.toBeNull();
    }
  });

  test("a webhook about the first send that comes after the second one leaves status and resends as they are", async () => {
    const twice = messages.filter((_, at) => endOf(cases[at] as Case).taken === 2);
    expect(twice.length).toBeGreaterThanOrEqual(9);
    for (const { id } of twice) await reportDelivered(ledger.find((entry) => messageIdOf(entry) === id) as LedgerEntry);
    await outside.system.simulator.idle();

    for (const message of await outside.readAll(twice.map(({ id }) => id))) {
      expect(message).toMatchObject({ status: "read", resends: 1, attemptsUsed: 2 });
    }
  });

  test("taken all together, nothing was lost, doubled in silence or invented", async () => {
    expect(await outside.broken()).toEqual([]);
  });
});

/** What the provider would have reported, had it not been silent: with the wamid of that very send. */
async function reportDelivered({ wamid, callbackData, to, atMs }: LedgerEntry): Promise<void> {
  const status = {
    id: wamid,
    status: "delivered",
    timestamp: String(Math.floor(atMs / 1_000) + 1),
    recipient_id: to?.slice(1),
    biz_opaque_callback_data: callbackData,
  };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783800", phone_number_id: PHONE_NUMBER_ID },
    statuses: [status],
  };
  await outside.system.simulator.sendWebhook({
    apiKey: outside.system.providerKey("demo"),
    body: {
      object: "whatsapp_business_account",
      entry: [{ id: "102290129340398", changes: [{ field: "messages", value }] }],
    },
  });
}

describe("the worker is killed with sends on the wire", () => {
  const rows = LANES.flatMap((lane) => [true, false].map((isTaken) => ({ lane, isTaken })));

  afterAll(async () => {
    await outside.stop();
  }, 60_000);

  test("each lane ends by its policy, taken or not, and the record says that the answer was lost", async () => {
    await startWithShortTimes("unlimited");
    const { simulator, processes } = outside.system;
    await processes.workers[0]?.kill(); // the one that dies waits for its answers as long as it lives
    await outside.system.startWorker({ SEND_TIMEOUT_MS: "60000" });
    const doomed = processes.workers.at(-1);
    const requests = rows.map(({ lane }, at) => aMessage(at, { lane }));
    for (const [at, { isTaken }] of rows.entries()) {
      const match = { to: requests[at]?.to as string };
      await simulator.addFault({
        kind: isTaken ? "timeoutAfter" : "timeoutBefore",
        count: 1,
        match,
        dropStatuses: true,
      });
    }
    await outside.post(requests);
    await waitUntil(async () => (await simulator.summary()).requests === rows.length, {
      what: "all sends on the wire",
    });
    await doomed?.kill();
    await outside.system.startWorker();

    const ended = await outside.settle(({ status }) => status === "read" || status === "failed", { timeoutMs: 40_000 });
    const counts = await outside.takenCounts();
    for (const [at, { lane, isTaken }] of rows.entries()) {
      const { id, status, resends, attempts } = ended[at] as Message;
      const before = isTaken ? 1 : 0;
      const expected =
        lane === "bulk"
          ? { status: "failed", resends: 0, taken: before }
          : { status: "read", resends: 1, taken: before + 1 };
      expect({ lane, isTaken, status, resends, taken: counts.get(id) ?? 0 }).toEqual({ lane, isTaken, ...expected });
      expect(attempts[0]).toMatchObject({ number: 1, outcome: "lost" });
    }
    expect(await outside.broken()).toEqual([]);
  }, 90_000);
});
