// One line per send, at a level at which an operator sees each failure once and nothing that goes well.

import { expect, test } from "@jest/globals";
import type { Failure, TraceContext, Verdict } from "@tern/core";
import { createLogger, NO_TRACING, type Tracing } from "@tern/runtime";
import { type SendOutcome, type SentReport, WITHHELD_VERDICT } from "./send-message.ts";
import { createTellSent } from "./tell-sent.ts";

const FAILURE: Failure = { code: 131009, httpStatus: 400, reason: "wrong value: Hello Anna", hint: "" };
const SUBMIT: Verdict = { kind: "submit", wamid: "wamid.A" };
const ACCEPTED: SendOutcome = { class: "accepted", wamid: "wamid.HBgNNDkxNTExMjM0NTY3OBUCABEYEjA", held: false };
const FAIL: Verdict = { kind: "fail", failure: FAILURE, endsTemplate: false };
const HOLD: Verdict = { ...WITHHELD_VERDICT, reason: "sender-held", hold: { of: "sender", forMs: null } };

function aReport(outcome: SendOutcome, verdict: Verdict): SentReport {
  return {
    messageId: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
    caller: "shop",
    lane: "normal",
    wireNumber: 1,
    attempts: 1,
    outcome,
    verdict,
    queuedMs: 5,
    takenAtMs: 1_000,
    begunAtMs: 1_010,
    tookMs: 20,
    inTime: true,
    way: "messages",
  };
}

async function told(report: SentReport, tracing = NO_TRACING, trace: TraceContext | null = null) {
  const lines: string[] = [];
  const tell = createTellSent({
    log: createLogger({ service: "worker", level: "debug", destination: { write: (line) => void lines.push(line) } }),
    tracing,
    readTrace: async () => trace,
    clock: { nowMs: () => 1_040 },
    baseUrlOf: () => "https://provider.example/v1",
  });
  tell.tell("demo", report);
  await tell.settled();
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test.each<[string, SendOutcome, Verdict, string]>([
  ["sent", ACCEPTED, SUBMIT, "debug"],
  ["send put off", { class: "withheld" }, WITHHELD_VERDICT, "debug"],
  ["send put off", { class: "tier" }, { ...WITHHELD_VERDICT, reason: "tier" }, "debug"],
  ["send not submitted", { class: "rejected", failure: FAILURE }, FAIL, "info"],
  ["the sender is stopped: send not submitted", { class: "misconfigured", failure: FAILURE }, HOLD, "warn"],
])("“%s” is told at its level", async (msg, outcome, verdict, level) => {
  expect(await told(aReport(outcome, verdict))).toMatchObject([
    { msg, level, sender: "demo", caller: "shop", messageId: expect.any(String), wireNumber: 1, class: outcome.class },
  ]);
});

test("a failure is told by its code and in our own words, without what the provider wrote", async () => {
  const [line] = await told(aReport({ class: "rejected", failure: FAILURE }, FAIL));
  expect(line).toMatchObject({ code: 131009, http: 400, reason: expect.any(String) });
  expect(JSON.stringify(line)).not.toContain("Anna");
});

/** Spans as they are started and ended. */
function spying() {
  const spans: Record<string, unknown>[] = [];
  const tracing: Tracing = {
    isOn: true,
    start(name, options) {
      const context = { traceId: "a".repeat(32), spanId: String(spans.length).padStart(16, "0") };
      const span: Record<string, unknown> = { name, ...options };
      spans.push(span);
      return { context, rename: () => {}, set: () => {}, end: (ending) => void Object.assign(span, ending) };
    },
    stop: async () => {},
  };
  return { spans, tracing };
}

const TRACE = { traceId: "a".repeat(32), spanId: "b".repeat(16) };

test("a traced send has a span from in hand to settled, and in it one of the provider's call", async () => {
  const { spans, tracing } = spying();
  const [line] = await told(aReport(ACCEPTED, SUBMIT), tracing, TRACE);
  expect(spans).toMatchObject([
    { name: "process demo", kind: "consumer", parent: TRACE, startMs: 1_000, endMs: 1_040 },
    {
      name: "POST /messages",
      kind: "client",
      startMs: 1_010,
      endMs: 1_030,
      attributes: { "server.address": "provider.example" },
    },
  ]);
  expect(line).toMatchObject({ trace_id: TRACE.traceId });
});

test("what was not written has no call, and what is not traced no span at all", async () => {
  const { spans, tracing } = spying();
  await told(aReport({ class: "withheld" }, WITHHELD_VERDICT), tracing, TRACE);
  expect(spans.map(({ name }) => name)).toEqual(["process demo"]);
  await told(aReport(ACCEPTED, SUBMIT), tracing, null);
  expect(spans).toHaveLength(1);
});
