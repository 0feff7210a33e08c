// Each metric of a worker moves when what it shows moves; and none of them says whom a message was for.

import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Failure, Verdict } from "@tern/core";
import { createMetrics, type Registry, type Sender } from "@tern/runtime";
import type { Store } from "@tern/store";
import { createWorkerMetrics, type WorkerMetrics } from "./metrics.ts";
import type { SendOutcome, SentReport } from "./send-message.ts";
import { createHandClock, type HandClock } from "./testing/hand-clock.ts";

let clock: HandClock;
let registry: Registry;
let metrics: WorkerMetrics;
let loops: Map<string, { onWireCount: number; lastProgressMs: number }>;
let isRedisAway: boolean;
let isFailing: boolean;
beforeEach(() => {
  clock = createHandClock();
  registry = createMetrics({ service: "worker" }).registry;
  loops = new Map([["demo", { onWireCount: 0, lastProgressMs: clock.monotonicMs() }]]);
  isRedisAway = false;
  isFailing = false;
  metrics = createWorkerMetrics(registry, {
    loops: () => loops,
    healths: () => new Map([["https://waba.example", { isFailing }]]),
    isRedisAway: () => isRedisAway,
    senders: () => [{ id: "demo", portfolio: { id: "main", tier: 1_000, reserve: 0 } } as Sender],
    store: () => store,
    clock,
  });
});

const lane = { waiting: 3, oldestMs: 1_500, drainMs: 2_000, expiring: 1 };
const store: Pick<Store, "readFigures" | "readPortfolio"> = {
  readFigures: async () => ({
    state: "held",
    paceSet: 80,
    paceInForce: 40,
    lanes: { urgent: lane, normal: { ...lane, waiting: 5 }, bulk: lane },
    dueOldestMs: 250,
    later: 7,
    unconfirmed: { count: 4, overdue: 2, oldestMs: 90_000 },
    templatesHeld: 6,
    orphans: 9,
  }),
  readPortfolio: async () => ({ tierOrdered: null, reserveOrdered: null, reached: 12 }),
};

const FAILURE: Failure = { code: 131_026, httpStatus: 400, reason: "undeliverable", hint: "check the number" };
const SUBMIT: Verdict = { kind: "submit", wamid: "wamid.HBgNNDkxNTExMjM0NTY3OA" };
const ACCEPTED: SendOutcome = { class: "accepted", wamid: SUBMIT.wamid, held: false };
const snooze = (): Verdict => ({ kind: "snooze", afterMs: 300, reason: "throttled", slow: true, hold: null });

function aReport(fields: Partial<SentReport> = {}): SentReport {
  return {
    messageId: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
    caller: "shop",
    lane: "urgent",
    wireNumber: 1,
    attempts: 1,
    outcome: ACCEPTED,
    verdict: SUBMIT,
    queuedMs: 200,
    takenAtMs: clock.nowMs(),
    begunAtMs: clock.nowMs(),
    tookMs: 100,
    inTime: true,
    way: "messages",
    ...fields,
  };
}

async function lines(): Promise<string[]> {
  return (await registry.metrics()).replaceAll(/,service="worker"|service="worker",?/g, "").split("\n");
}

describe("a send", () => {
  test("that the provider took is counted, with how long it waited and took", async () => {
    metrics.sent("demo", aReport());
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'tern_messages_sent_total{sender="demo",lane="urgent"} 1',
        'tern_send_outcomes_total{sender="demo",lane="urgent",class="accepted",code="none"} 1',
        'tern_queued_seconds_sum{lane="urgent"} 0.2',
        'tern_submitted_seconds_sum{lane="urgent"} 0.3',
        'tern_send_answer_seconds_sum{class="accepted"} 0.1',
      ]),
    );
  });

  test("that was throttled has waited only; its next one tells how long", async () => {
    const outcome: SendOutcome = { class: "throttled", scope: "number", failure: { ...FAILURE, code: 130_429 } };
    metrics.sent("demo", aReport({ outcome, verdict: snooze() }));
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'tern_throttled_total{sender="demo"} 1',
        'tern_send_outcomes_total{sender="demo",lane="urgent",class="throttled",code="130429"} 1',
        'tern_queued_seconds_count{lane="urgent"} 0',
      ]),
    );
    metrics.sent("demo", aReport({ wireNumber: 2, queuedMs: 900 }));
    expect(await lines()).toContain('tern_queued_seconds_sum{lane="urgent"} 0.9');
  });

  test("that is a second try, or was ordered again after it failed, says nothing about waiting", async () => {
    metrics.sent("demo", aReport({ attempts: 2, wireNumber: 2 }));
    metrics.sent("demo", aReport({ queuedMs: null, wireNumber: 3 }));
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'tern_queued_seconds_count{lane="urgent"} 0',
        'tern_submitted_seconds_count{lane="urgent"} 1',
        'tern_messages_sent_total{sender="demo",lane="urgent"} 2',
      ]),
    );
  });

  test("whose code is in no table does not make a label of its own", async () => {
    const outcome = (code: number): SendOutcome => ({ class: "rejected", failure: { ...FAILURE, code } });
    const verdict: Verdict = { kind: "fail", failure: FAILURE, endsTemplate: false };
    metrics.sent("demo", aReport({ outcome: outcome(49_151_123_456), verdict }));
    metrics.sent("demo", aReport({ outcome: outcome(131_026), verdict }));
    const told = (await lines()).filter((line) => line.startsWith("tern_send_outcomes_total{"));
    expect(told).toEqual([
      'tern_send_outcomes_total{sender="demo",lane="urgent",class="rejected",code="other"} 1',
      'tern_send_outcomes_total{sender="demo",lane="urgent",class="rejected",code="131026"} 1',
    ]);
  });

  test("whose worker died is counted", async () => {
    metrics.reaped("demo", 3);
    expect(await lines()).toContain('tern_leases_reaped_total{sender="demo"} 3');
  });
});

test("what the store tells of ends and statuses is counted", async () => {
  metrics.changed("demo", [
    { kind: "end", status: "expired", lane: "bulk", class: "none" },
    { kind: "status", status: "delivered", lane: "bulk", atMs: clock.nowMs() - 2_000, dueMs: clock.nowMs() - 5_000 },
  ]);
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'tern_messages_ended_total{sender="demo",lane="bulk",status="expired",class="none"} 1',
      'tern_statuses_total{sender="demo",status="delivered"} 1',
      'tern_delivered_seconds_sum{lane="bulk"} 3',
    ]),
  );
});

describe("of this process there is shown", () => {
  test("how many sends are on the wire, and since when nothing was done", async () => {
    loops.set("demo", { onWireCount: 2, lastProgressMs: clock.monotonicMs() - 12_000 });
    expect(await lines()).toEqual(
      expect.arrayContaining(['tern_on_wire{sender="demo"} 2', 'tern_last_progress_age_seconds{sender="demo"} 12']),
    );
    loops.clear();
    expect((await lines()).some((line) => /^tern_(on_wire|last_progress_age_seconds)\{/.test(line))).toBe(false);
  });

  // As /livez: without Redis nobody makes progress, and no worker is to blame.
  test("no standing still while Redis is away", async () => {
    isRedisAway = true;
    expect((await lines()).some((line) => line.startsWith("tern_last_progress_age_seconds{"))).toBe(false);
  });

  test("whether the provider is away", async () => {
    expect(await lines()).toContain('tern_provider_away{provider="https://waba.example"} 0');
    isFailing = true;
    expect(await lines()).toContain('tern_provider_away{provider="https://waba.example"} 1');
  });
});

test("what Redis knows of a sender and its portfolio is shown in seconds and messages", async () => {
  const figures = (await lines()).filter((line) =>
    /^tern_(waiting|oldest|backlog|due|later|unconfirmed|orphan|pace|sender|templates|tier)\w*\{/.test(line),
  );
  const lanes = (name: string, ...values: number[]) =>
    ["urgent", "normal", "bulk"].map((one, at) => `${name}{sender="demo",lane="${one}"} ${values[at]}`);
  expect(figures).toEqual([
    ...lanes("tern_waiting_messages", 3, 5, 3),
    ...lanes("tern_oldest_waiting_seconds", 1.5, 1.5, 1.5),
    ...lanes("tern_backlog_drain_seconds", 2, 2, 2),
    ...lanes("tern_backlog_expiring_messages", 1, 1, 1),
    'tern_due_oldest_seconds{sender="demo"} 0.25',
    'tern_later_messages{sender="demo"} 7',
    'tern_unconfirmed_messages{sender="demo"} 4',
    'tern_unconfirmed_oldest_seconds{sender="demo"} 90',
    'tern_unconfirmed_overdue_messages{sender="demo"} 2',
    'tern_orphan_statuses{sender="demo"} 9',
    'tern_pace_set{sender="demo"} 80',
    'tern_pace_in_force{sender="demo"} 40',
    'tern_sender_stopped{sender="demo"} 0',
    'tern_sender_state{sender="demo",state="stopped"} 0',
    'tern_sender_state{sender="demo",state="paused"} 0',
    'tern_sender_state{sender="demo",state="held"} 1',
    'tern_sender_state{sender="demo",state="sending"} 0',
    'tern_templates_held{sender="demo"} 6',
    'tern_tier_limit{portfolio="main"} 1000',
    'tern_tier_used{portfolio="main"} 12',
  ]);
});
