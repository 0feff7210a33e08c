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
const ofSize = (count: number) => Array.from({ length: count }, () => ({}));
const TEMPLATE = (name: string) => ({
  type: "template",
  template: name,
  content: JSON.stringify({ type: "template", template: { name, language: { code: "en" } } }),
});
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
    expect(Number((await world.senderState()).slow)).toBeCloseTo(0.8, 2);
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
  /** Three messages that met a key of yesterday. */
  async function refused(): Promise<string[]> {
    await world.declare([{ id: "demo", apiKey: "a-key-of-yesterday" }]);
    const ids = await world.accept(ofSize(3));
    await waitUntil(async () => (await world.store.readSender("demo")).held !== null, {
      what: "the sender to be held",
    });
    await waitUntil(async () => (await world.store.readSender("demo")).onWire === 0, { what: "all to be answered" });
    return ids;
  }

  test("401: it stops, nothing is lost or failed, and it goes on when the key is right again", async () => {
    const early = await refused();
    expect((await world.store.readSender("demo")).held).toMatchObject({ untilMs: null });
    for (const id of early) {
      expect(await world.record(id)).toMatchObject({ status: "queued", place: "backlog", attempts: 0 });
    }
    const before = (await world.simulator.ledger()).length;
    expect(before).toBeLessThanOrEqual(3); // those on their way, and no more

    const late = await world.acceptOne();
    await world.declare([{ id: "demo" }]);
    for (const id of [...early, late]) {
      expect(await world.until(id, isSubmitted)).toMatchObject({ attempts: 1, resends: 0 });
    }
    expect((await world.simulator.summary()).taken).toBe(4);
  });

  test("the same key declared again does not start it; an operator's resume does", async () => {
    const ids = await refused();
    const before = (await world.simulator.ledger()).length;
    await world.declare([{ id: "demo", apiKey: "a-key-of-yesterday", pace: 100 }]);
    ids.push(await world.acceptOne());
    await looked();
    expect((await world.simulator.ledger()).length).toBe(before);

    const number = { phoneNumberId: "999", displayPhoneNumber: "15550000000", wabaId: "999", portfolio: "other" };
    await world.simulator.putNumber({ ...number, apiKey: "a-key-of-yesterday" }); // it is right after all
    await world.store.resume("demo", { kind: "sender" }, "ops");
    for (const id of ids) expect(await world.until(id, isSubmitted)).toMatchObject({ attempts: 1 });
  });
});

// Workers learn of a changed file at different moments: until then one of them goes on with the old key.
test("a new key starts a misconfigured sender although another worker, or a send on its way, still meets the old one", async () => {
  await world.simulator.putBehaviour({ answerDelayMs: 200 });
  const wrong = { id: "demo", apiKey: "a-key-of-yesterday", pace: 20 };
  await world.declare([wrong]);
  await world.startWorker({ TERN_CONFIG_POLL_MS: "1200" });
  const ids = await world.accept(ofSize(40));
  await waitUntil(async () => (await world.store.readSender("demo")).held !== null, { what: "the sender to be held" });

  await world.declare([{ ...wrong, apiKey: keyOfSender("demo") }]);
  for (const id of ids) expect(await world.until(id, isSubmitted)).toMatchObject({ attempts: 1 });
  expect((await world.store.readSender("demo")).held).toBeNull();
}, 30_000);

describe("a number that the platform pauses", () => {
  test("131048: it stops until an operator resumes it, for trying again makes it worse; no attempt is used", async () => {
    await world.simulator.addFault({ kind: "metaError", code: 131048, count: 1 });
    const first = await world.acceptOne();
    await waitUntil(async () => (await world.store.readSender("demo")).held !== null, {
      what: "the sender to be held",
    });
    const second = await world.acceptOne();
    await looked();
    expect(await world.record(second)).toMatchObject({ status: "queued", place: "backlog" });
    expect(await answers(first)).toEqual([131048]);
    expect((await world.store.readSender("demo")).held?.untilMs).toBeNull();

    await world.store.resume("demo", { kind: "sender" }, "ops");
    for (const id of [first, second]) expect(await world.until(id, isSubmitted)).toMatchObject({ attempts: 1 });
  });
});

describe("a template that the platform stops", () => {
  beforeEach(async () => {
    const approved = { language: "en", status: "APPROVED", category: "UTILITY", bodyParamsCount: 0 } as const;
    const templates = ["order", "invoice"].map((name) => ({ name, ...approved }));
    await world.simulator.putTemplates({ apiKey: keyOfSender("demo"), templates });
  });

  test("132015: messages with it wait, others go, to the same recipient, too; resumed, they go and used no attempt", async () => {
    const to = "+4915112345678";
    await world.simulator.addFault({ kind: "metaError", code: 132015, count: 1 });
    const first = await world.acceptOne({ ...TEMPLATE("order"), to });
    expect(await world.until(first, waitsFor("template-held"))).toMatchObject({ place: "held", attempts: 0 });
    const [second = "", other = "", text = ""] = await world.accept([
      { ...TEMPLATE("order"), to },
      { ...TEMPLATE("invoice"), to },
      { to },
    ]);
    await world.until(other, isSubmitted);
    await world.until(text, isSubmitted);
    expect(await world.until(second, waitsFor("template-held"))).toMatchObject({ status: "queued" });
    expect(await world.requests(second)).toEqual([]);

    await world.store.resume("demo", { kind: "template", name: "order" }, "ops");
    for (const id of [first, second]) expect(await world.until(id, isSubmitted)).toMatchObject({ attempts: 1 });
  });

  test("132016: messages with it fail, those that come later as well; others go", async () => {
    await world.simulator.addFault({ kind: "metaError", code: 132016, count: 1 });
    const first = await world.acceptOne(TEMPLATE("order"));
    expect(await world.until(first, (one) => one.isFinal)).toMatchObject({
      status: "failed",
      failure: { code: 132016 },
    });
    const [second = "", other = ""] = await world.accept([TEMPLATE("order"), TEMPLATE("invoice")]);
    expect(await world.until(second, (one) => one.isFinal)).toMatchObject({
      status: "failed",
      failure: { code: 132016, class: "template-disabled" },
    });
    expect(await world.requests(second)).toEqual([]);
    await world.until(other, isSubmitted);
  });
});

describe("a portfolio with a tier", () => {
  const reached = async () => (await world.store.readPortfolio("test")).reached;
  const fullLane = async () => (await world.store.readSender("demo")).lanes.bulk.tierFullUntilMs;
  beforeEach(async () => {
    await world.stop();
    world = await startWorld({ tier: { tier: 3, reserve: 1 } });
  });

  test("when it is full the bulk lane rests, the others wait one by one, and who is known or has written goes on", async () => {
    const known = "+4915100000001";
    for (const to of [known, "+4915100000002"])
      await world.until(await world.acceptOne({ to, lane: "bulk" }), isSubmitted);
    const bulk = await world.accept([{ lane: "bulk" }, { lane: "bulk" }]);
    await waitUntil(async () => (await fullLane()) !== null, { what: "the bulk lane to rest" });
    for (const id of bulk) {
      const record = await world.until(id, (one) => one.place === "backlog");
      expect(record).toMatchObject({ status: "queued", attempts: 0 });
    }

    await world.until(await world.acceptOne(), isSubmitted); // the place in reserve
    const waiting = await world.until(await world.acceptOne(), waitsFor("tier"));
    expect(waiting).toMatchObject({ status: "queued", place: "later", attempts: 0 });
    expect((waiting.waitUntilMs ?? 0) - waiting.acceptedAtMs).toBeGreaterThan(23 * 3_600_000);
    expect(await reached()).toBe(3);

    await world.until(await world.acceptOne({ to: known, lane: "urgent" }), isSubmitted);
    const writer = "+4915100000009";
    const message = { wamid: "wamid.IN", atMs: Date.now(), json: "{}", opensWindowOf: writer };
    const sender = { id: "demo", pace: "unlimited" } as const;
    await world.store.apply(sender, { statuses: [], inbound: [message], aside: [], raw: null });
    expect((await world.simulator.ledger()).filter((entry) => !entry.taken)).toEqual([]);
    await world.simulator.sendInbound({ apiKey: keyOfSender("demo"), from: writer, text: "Hi" });
    await world.until(await world.acceptOne({ to: writer }), isSubmitted);
    expect(await reached()).toBe(3);
  });

  test("a place is given back by a message that is refused for good, and the provider never says no for the tier", async () => {
    await world.simulator.addFault({ kind: "metaError", code: 131026, count: 2 });
    for (const id of await world.accept(ofSize(2))) await world.until(id, (one) => one.status === "failed");
    await waitUntil(async () => (await reached()) === 0, { what: "the places to be given back" });
    await Promise.all((await world.accept(ofSize(3))).map((id) => world.until(id, isSubmitted)));
    expect((await world.simulator.summary()).refusedByCode).toEqual({ "131026": 2 });
  });
});

describe("free-form content and the customer service window", () => {
  const TO = "+4915100000077";
  const sender = { id: "demo", pace: "unlimited" } as const;
  const fallback = { template: "hello", templateLanguage: "en" };
  const withFallback = {
    to: TO,
    fallback,
    content:
      '{"type":"text","text":{"body":"Hello"}}\n' +
      '{"type":"template","template":{"name":"hello","language":{"code":"en"}}}',
  };
  const senders = (window: { check: "refuse" | "off"; marginSeconds?: number }) => [{ id: "demo", window }];

  async function startWith(window: { check: "refuse" | "off"; marginSeconds?: number }): Promise<void> {
    await world.stop();
    world = await startWorld({ senders: senders(window) });
    const templates = [{ name: "hello", language: "en", status: "APPROVED", category: "UTILITY" } as const];
    await world.simulator.putTemplates({ apiKey: keyOfSender("demo"), templates });
  }
  /** The window closes so many seconds from now, to Tern; to the simulator it stays open. */
  async function closesIn(seconds: number): Promise<void> {
    await world.simulator.sendInbound({ apiKey: keyOfSender("demo"), from: TO, text: "Hi" });
    const message = { wamid: "wamid.IN", atMs: Date.now() - (86_400 - seconds) * 1_000, json: "{}", opensWindowOf: TO };
    await world.store.apply(sender, { statuses: [], inbound: [message], aside: [], raw: null });
  }

  test.each([
    ["before its margin begins goes as it is", 330, "text", "message"],
    ["after it has begun goes as its fallback", 270, "template", "fallback"],
  ] as const)("a message that is sent half a minute %s", async (_, seconds, type, sentAs) => {
    await startWith({ check: "refuse", marginSeconds: 300 });
    await closesIn(seconds);
    const localId = await world.acceptOne(withFallback);
    expect(await world.until(localId, isSubmitted)).toMatchObject({ sentAs, attempts: 1 });
    expect(await world.requests(localId)).toMatchObject([{ type, taken: true }]);
  });

  test("one without a fallback ends as failed, and nothing reaches the provider", async () => {
    await startWith({ check: "refuse", marginSeconds: 300 });
    const localId = await world.acceptOne({ to: TO });
    const failed = await world.until(localId, (one) => one.status === "failed");
    expect(failed).toMatchObject({ attempts: 0, sends: [], failure: { class: "rejected", code: null } });
    expect(failed.failure?.hint).toMatch(/fallback/);
    expect(await world.requests(localId)).toEqual([]);
  });

  test("where windows are not checked, the provider's word sends the fallback: one attempt more", async () => {
    await startWith({ check: "off" });
    await world.simulator.addFault({ kind: "metaError", code: 131047, count: 1 });
    const localId = await world.acceptOne(withFallback);
    expect(await world.until(localId, isSubmitted)).toMatchObject({ sentAs: "fallback", attempts: 2 });
    const requests = await world.requests(localId);
    expect(requests.map(({ type }) => type)).toEqual(["text", "template"]);
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
});

describe("a provider that is away", () => {
  test("refuses connections: no attempt is used, the worker stops taking, and all go once when it is back", async () => {
    await world.stopSimulator();
    const ids = await world.accept(ofSize(30));
    await waitUntil(() => world.health.isFailing, { what: "the outage to be noticed" });
    await waitUntil(() => world.health.state !== "closed" && world.reports.length >= 10, { what: "reports" });
    expect(new Set(world.reports.map(({ outcome }) => outcome.class))).toEqual(new Set(["unreachable"]));
    await waitUntil(async () => (await world.store.readSender("demo")).isProviderAway, { what: "it to be told" });
    await world.restartSimulator();
    for (const id of ids) {
      const record = await world.until(id, isSubmitted);
      expect(record).toMatchObject({ attempts: 1, resends: 0 });
      expect(record.timeline.map((step) => step.status)).toEqual(["queued", "sending", "submitted"]);
    }
    expect(world.health.state).toBe("closed");
    expect(await world.simulator.summary()).toMatchObject({ taken: 30, duplicatesCount: 0 });
  });

  test("while it is away one message a time asks for it, however many wait", async () => {
    await world.simulator.putBehaviour({ down: "http503" });
    await world.accept(ofSize(200));
    await waitUntil(() => world.health.isFailing, { what: "the outage to be noticed" });
    await waitUntil(async () => (await world.store.readSender("demo")).onWire === 0, { what: "the wire to be empty" });
    const asked = async () => (await world.simulator.summary()).byFault["down:http503"] ?? 0;
    const before = await asked();
    await waitUntil(async () => (await asked()) >= before + 2, { what: "two probes" });
    expect(await asked()).toBeLessThanOrEqual(before + 3);
    await world.simulator.putBehaviour({ down: null });
  });

  test("answers 503: the attempts of its first failures are given back", async () => {
    await world.simulator.putBehaviour({ down: "http503" });
    const ids = await world.accept(ofSize(10));
    await waitUntil(() => world.health.isFailing, { what: "the outage to be noticed" });
    await world.simulator.putBehaviour({ down: null });
    for (const id of ids) expect(await world.until(id, isSubmitted)).toMatchObject({ attempts: 1 });
  });
});

describe("bulk sends that hang", () => {
  test("leave places for an urgent message", async () => {
    await world.simulator.addFault({ kind: "slow", delayMs: 3_000, match: { toPrefix: "+4917" } });
    const bulk = Array.from({ length: 100 }, (_, at) => ({ lane: "bulk" as const, to: `+4917${10_000_000 + at}` }));
    await world.accept(bulk);
    await waitUntil(async () => (await world.simulator.summary()).requests >= 57, { what: "bulk to fill its places" });
    const urgent = await world.until(await world.acceptOne({ lane: "urgent" }), isSubmitted);
    expect((urgent.timeline.at(-1)?.atMs ?? 0) - urgent.acceptedAtMs).toBeLessThan(2_000);
  });
});

/** Waits for a look that began after the last message was accepted. */
async function looked(): Promise<void> {
  await waitUntil(async () => (await world.senderState()).rg === undefined, { what: "a look" });
}

/** What a webhook would do with the first status of a message that the provider took. */
async function reportDelivered(localId: string): Promise<void> {
  const entry = (await world.requests(localId)).find(({ taken }) => taken);
  const wamid = entry?.wamid ?? "";
  expect(wamid).not.toBe("");
  const message = { localId, wireNumber: Number(entry?.callbackData?.split(":").at(-1)) };
  const status = { wamid, status: "delivered", atMs: entry?.atMs ?? 0, message, pricing: null, failure: null } as const;
  const { statuses } = await world.store.apply(
    { id: "demo", pace: "unlimited" },
    { statuses: [status], inbound: [], aside: [], raw: null },
  );
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

describe("quiet hours", () => {
  /** From two hours ago to in two hours, on the clock of a zone far from this machine's. */
  function aroundNow(): { from: string; to: string; timeZone: string } {
    const timeZone = "Pacific/Kiritimati"; // UTC+14, without summer time
    const clock = (hours: number) => new Date(Date.now() + (14 + hours) * 3_600_000).toISOString().slice(11, 16);
    return { from: clock(-2), to: clock(2), timeZone };
  }

  test("keep bulk back and nothing else, and end with the configuration", async () => {
    await world.declare([{ id: "demo", quietHours: aroundNow() }]);
    const bulk = await world.acceptOne({ lane: "bulk" });
    const others = await world.accept([{ lane: "urgent" }, { lane: "normal" }]);
    for (const localId of others) await world.until(localId, isSubmitted);
    expect(await world.record(bulk)).toMatchObject({ status: "queued", place: "backlog", attempts: 0 });
    await world.declare([{ id: "demo" }]);
    await world.until(bulk, isSubmitted);
  });
});
