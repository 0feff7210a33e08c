// A worker between a real Redis and a provider that behaves and misbehaves: whatever the provider does, the record and
// the provider's own ledger must tell the same story.

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import type { MessageRecord } from "@tern/store";
import { keyOfSender, startWorld, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.stop();
  expect(world.errors).toEqual([]);
});

const isSubmitted = (record: MessageRecord) => record.status === "submitted";
const waitsFor = (reason: MessageRecord["waitReason"]) => (record: MessageRecord) => record.waitReason === reason;
const hasAnswer = (record: MessageRecord) => record.sends[0]?.outcome != null;
const answers = async (localId: string) => (await world.requests(localId)).map((entry) => entry.answer);

describe("a provider that takes messages", () => {
  test("gets a text, and the record gets its wamid", async () => {
    const localId = await world.acceptOne({ to: "+4915112345678" });
    const record = await world.until(localId, isSubmitted);
    const [entry, ...more] = await world.requests(localId);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      number: keyOfSender("demo"),
      to: "+4915112345678",
      type: "text",
      callbackData: `tern1:msg_demo_${localId}:1`,
      taken: true,
      answer: "ok",
    });
    expect(record).toMatchObject({
      wamid: entry?.wamid,
      attempts: 1,
      throttles: 0,
      resends: 0,
      place: "none",
      failure: null,
    });
    expect(record.sends).toMatchObject([{ number: 1, outcome: "accepted" }]);
    expect(record.timeline.map((step) => step.status)).toEqual(["queued", "sending", "submitted"]);
  });

  test("gets a template with its parameters; with a wrong number of them it refuses, and the record says why", async () => {
    await world.simulator.putTemplates({
      apiKey: keyOfSender("demo"),
      templates: [{ name: "order", language: "en", status: "APPROVED", category: "UTILITY", bodyParamsCount: 2 }],
    });
    const template = (...texts: string[]) => ({
      type: "template",
      template: "order",
      content: JSON.stringify({
        type: "template",
        template: {
          name: "order",
          language: { code: "en" },
          components: [{ type: "body", parameters: texts.map((text) => ({ type: "text", text })) }],
        },
      }),
    });
    const [right = "", wrong = ""] = await world.accept([template("Ada", "4711"), template("Ada")]);
    await world.until(right, isSubmitted);
    expect(await world.requests(right)).toMatchObject([{ type: "template", taken: true }]);
    const refused = await world.until(wrong, (record) => record.isFinal);
    expect(refused).toMatchObject({ status: "failed", attempts: 1, failure: { class: "rejected", code: 132000 } });
    expect(refused.failure?.hint).toMatch(/\w{3}/);
  });

  test("sees no more than the pace in any second, however busy this machine is", async () => {
    await world.declare([{ id: "demo", pace: 40 }]);
    await world.simulator.putBehaviour({ answerDelayMs: 20, answerJitterMs: 60 });
    const ids = await world.accept(Array.from({ length: 60 }, () => ({})));
    await waitUntil(async () => (await world.simulator.summary()).taken === ids.length, { what: "all to be taken" });
    const { maxPerSecond } = await world.simulator.summary();
    expect(maxPerSecond[keyOfSender("demo")]?.most).toBeLessThanOrEqual(40);
  });

  test("gets one recipient's messages one after the other, in the order in which they were accepted", async () => {
    await world.simulator.putBehaviour({ answerDelayMs: 5, answerJitterMs: 40 });
    const to = "+4915199999999";
    const ids = await world.accept(Array.from({ length: 8 }, () => ({ to })));
    await world.until(ids.at(-1) ?? "", isSubmitted);
    const entries = await world.simulator.ledger({ to });
    expect(entries.map((entry) => entry.callbackData)).toEqual(ids.map((id) => `tern1:msg_demo_${id}:1`));
  });
});

describe("a provider that is told off by its limits", () => {
  test("130429: the sender slows down, the message goes again, and no attempt is used", async () => {
    await world.simulator.addFault({ kind: "metaError", code: 130429, count: 1 });
    const localId = await world.acceptOne();
    const record = await world.until(localId, isSubmitted);
    expect(await answers(localId)).toEqual([130429, "ok"]);
    expect(record).toMatchObject({ attempts: 1, sends: [{ number: 2, outcome: "accepted" }] });
    expect(Number((await world.senderState()).slow)).toBeCloseTo(0.7, 2);
    expect(world.reports.map((report) => report.outcome.class)).toEqual(["throttled", "accepted"]);
  });

  test("360dialog's own rate limit: the same", async () => {
    await world.simulator.addFault({ kind: "endpointRateLimit", count: 2 });
    const localId = await world.acceptOne();
    expect(await world.until(localId, isSubmitted)).toMatchObject({ attempts: 1, sends: [{ number: 3 }] });
  });

  test("131056: that recipient waits, its later messages behind it; the others go", async () => {
    const slow = "+4915100000001";
    await world.simulator.addFault({ kind: "metaError", code: 131056, count: 1, match: { to: slow } });
    const [first = "", second = "", ...others] = await world.accept([
      { to: slow },
      { to: slow },
      ...Array.from({ length: 10 }, () => ({})),
    ]);
    const waiting = await world.until(first, waitsFor("pair-throttled"));
    expect(waiting).toMatchObject({ status: "queued", place: "later", attempts: 0 });
    await Promise.all(others.map((id) => world.until(id, isSubmitted)));
    expect(await world.record(second)).toMatchObject({ place: "turn" });
    expect((await world.senderState()).slow).toBeUndefined();

    expect(await world.until(first, isSubmitted)).toMatchObject({ attempts: 1, throttles: 1 });
    await world.until(second, isSubmitted);
    const entries = (await world.simulator.ledger({ to: slow })).filter((entry) => entry.taken);
    expect(entries.map((entry) => entry.callbackData)).toEqual([
      `tern1:msg_demo_${first}:2`,
      `tern1:msg_demo_${second}:1`,
    ]);
  });
});

describe("a sender that is misconfigured", () => {
  test("401: it is held, nothing is lost or failed, and it goes on when the key is right again", async () => {
    await world.declare([{ id: "demo", apiKey: "a-key-of-yesterday" }]);
    const early = await world.accept(Array.from({ length: 3 }, () => ({})));
    for (const id of early) {
      expect(await world.until(id, waitsFor("sender-held"))).toMatchObject({ status: "queued", attempts: 0 });
    }
    const { hold } = await world.senderState();
    expect(Number(hold)).toBeGreaterThan(0);
    const refused = (await world.simulator.ledger()).length;
    expect(refused).toBeLessThanOrEqual(6); // those on their way, and perhaps one more look

    await world.declare([{ id: "demo" }]);
    const late = await world.acceptOne();
    for (const id of [...early, late]) {
      expect(await world.until(id, isSubmitted)).toMatchObject({ attempts: 1, resends: 0 });
    }
    expect((await world.simulator.summary()).taken).toBe(4);
  });
});

describe("a provider that answers nonsense", () => {
  test("500, not taken: in doubt for a while, then sent again, and marked so", async () => {
    await world.simulator.addFault({ kind: "http", httpStatus: 500, preset: "error", count: 1 });
    const localId = await world.acceptOne();
    expect(await world.until(localId, hasAnswer)).toMatchObject({ status: "unconfirmed", waitReason: "doubt" });
    expect(await world.until(localId, isSubmitted)).toMatchObject({ attempts: 2, resends: 1 });
    expect(await answers(localId)).toEqual(["http", "ok"]);
    expect((await world.simulator.summary()).taken).toBe(1);
  });

  test("500 although it took the message: the status webhook settles it, and it is not sent again", async () => {
    await world.simulator.addFault({ kind: "errorAfter", count: 1 });
    const localId = await world.acceptOne();
    await world.until(localId, waitsFor("doubt"));
    await reportDelivered(localId);
    expect(await world.record(localId)).toMatchObject({ status: "delivered", place: "none" });
    await settledFor(localId);
    expect(await world.requests(localId)).toHaveLength(1);
  });

  test.each([
    ["an HTML page", { httpStatus: 502, preset: "html" }],
    ["nothing at all", { httpStatus: 503, preset: "empty" }],
  ] as const)("%s with a server error: in doubt, then sent again", async (_, fault) => {
    await world.simulator.addFault({ kind: "http", ...fault, count: 1 });
    const localId = await world.acceptOne();
    expect(await world.until(localId, isSubmitted)).toMatchObject({ attempts: 2, resends: 1 });
    expect((await world.simulator.summary()).taken).toBe(1);
  });

  test("errors without end: failed after the last attempt, with the reason", async () => {
    await world.stop();
    world = await startWorld({ policy: { attemptsMax: 3, ambiguousWaitMs: 50 } });
    await world.simulator.addFault({ kind: "http", httpStatus: 500, preset: "error" });
    const localId = await world.acceptOne();
    const record = await world.until(localId, (one) => one.isFinal);
    expect(record).toMatchObject({ status: "failed", attempts: 3, failure: { class: "unknown" } });
    expect(await answers(localId)).toEqual(["http", "http", "http"]);
  });
});

describe("a connection that breaks", () => {
  test("reset after the request was written, not taken: in doubt, then sent again by policy", async () => {
    await world.simulator.addFault({ kind: "resetBefore", count: 1 });
    const localId = await world.acceptOne();
    const doubtful = await world.until(localId, hasAnswer);
    expect(doubtful).toMatchObject({ status: "unconfirmed", failure: { class: "unknown" } });
    expect(await world.until(localId, isSubmitted)).toMatchObject({ attempts: 2, resends: 1 });
    expect((await world.simulator.summary()).taken).toBe(1);
  });

  test("reset although it was taken: the status webhook settles it, and it is not sent again", async () => {
    await world.simulator.addFault({ kind: "resetAfter", count: 1 });
    const localId = await world.acceptOne();
    await world.until(localId, waitsFor("doubt"));
    await reportDelivered(localId);
    await settledFor(localId);
    expect(await world.record(localId)).toMatchObject({ status: "delivered", resends: 0 });
    expect(await world.requests(localId)).toHaveLength(1);
  });

  test("reset, and the message's policy is to fail: not sent again, and the record says that it may have been", async () => {
    await world.simulator.addFault({ kind: "resetAfter", count: 1 });
    const localId = await world.acceptOne({ doubtPolicy: "fail" });
    const record = await world.until(localId, (one) => one.isFinal);
    expect(record).toMatchObject({ status: "failed", resends: 0, failure: { class: "unknown" } });
    expect(record.failure?.reason).toContain("may have been sent");
    expect(await world.requests(localId)).toHaveLength(1);
  });

  test("no answer within the time: in doubt", async () => {
    await world.stop();
    world = await startWorld({ sendTimeoutMs: 200 });
    await world.simulator.addFault({ kind: "timeoutBefore", count: 1 });
    const localId = await world.acceptOne();
    expect(await world.until(localId, waitsFor("doubt"))).toMatchObject({ status: "unconfirmed" });
    expect(await world.until(localId, isSubmitted)).toMatchObject({ attempts: 2, resends: 1 });
  });

  test("refused, nothing was written: tried again with backoff, never in doubt, and taken when the provider is back", async () => {
    await world.stopSimulator();
    const localId = await world.acceptOne();
    const refused = await world.until(localId, (record) => record.sends.filter((send) => send.outcome).length >= 2);
    expect(new Set(refused.sends.slice(0, 2).map((send) => send.outcome))).toEqual(new Set(["transient"]));
    await world.restartSimulator();
    const record = await world.until(localId, isSubmitted);
    expect(record.resends).toBe(0);
    expect(record.timeline.map((step) => step.status)).toEqual(["queued", "sending", "submitted"]);
    expect((await world.simulator.summary()).taken).toBe(1);
  });
});

/** What a webhook would do with the first status of a message that the provider took. */
async function reportDelivered(localId: string): Promise<void> {
  const entry = (await world.requests(localId)).find(({ taken }) => taken);
  const wamid = entry?.wamid ?? "";
  expect(wamid).not.toBe("");
  const message = { localId, wireNumber: Number(entry?.callbackData?.split(":").at(-1)) };
  const status = { wamid, status: "delivered", atMs: entry?.atMs ?? 0, message, pricing: null, failure: null } as const;
  const { statuses } = await world.store.apply("demo", { statuses: [status], inbound: [], aside: [], raw: null });
  expect(statuses).toEqual(["applied"]);
}

/**
 * Waits until a doubt of this message would have been carried out: another message, whose doubt began later and lasts as
 * long, has been sent again.
 */
async function settledFor(localId: string): Promise<void> {
  await world.simulator.addFault({ kind: "resetBefore", count: 1 });
  const later = await world.acceptOne();
  expect(later > localId).toBe(true);
  await world.until(later, isSubmitted);
  expect((await world.requests(later)).filter((entry) => entry.taken)).toHaveLength(1);
  await world.simulator.clearFaults();
}
