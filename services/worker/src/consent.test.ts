// Consent at the last moment, between a real Redis and a provider: what a recipient said while a message to it waited counts.

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { ConsentState } from "@tern/core";
import type { MessageRecord, NewMessage } from "@tern/store";
import { keyOfSender, startWorld, type World } from "./testing/worker-world.ts";

const PHONE = "+4915112345678";
const BSUID = "DE.13491208655302741918";
const PORTFOLIO = "test";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const approved = { language: "en", status: "APPROVED", bodyParamsCount: 0 };
  const templates = [
    { ...approved, name: "offer", category: "MARKETING" as const },
    { ...approved, name: "receipt", category: "UTILITY" as const },
  ];
  await world.simulator.putTemplates({ apiKey: keyOfSender("demo"), templates });
});
afterEach(async () => {
  await world.stop();
  expect(world.errors).toEqual([]);
});

const isSubmitted = (record: MessageRecord) => record.status === "submitted";
const isFinal = (record: MessageRecord) => record.isFinal;

function template(name: "offer" | "receipt"): Partial<NewMessage> {
  return {
    to: PHONE,
    type: "template",
    template: name,
    templateLanguage: "en",
    content: JSON.stringify({ type: "template", template: { name, language: { code: "en" } } }),
    marketing: name === "offer" ? "content" : null,
  };
}

const say = (state: ConsentState, ...spellings: string[]) =>
  world.store.recordConsents(PORTFOLIO, [
    {
      spellings,
      statement: { category: "marketing", state, atMs: Date.now(), source: "api", by: "crm", proof: null },
    },
  ]);

/** Accepts messages that wait until the sender is resumed. */
async function waiting(...messages: Partial<NewMessage>[]): Promise<string[]> {
  await world.store.pause("demo", { kind: "sender" }, "ops");
  return world.accept(messages);
}
const resume = () => world.store.resume("demo", { kind: "sender" }, "ops");

describe("an opt-out that arrives while messages wait", () => {
  test("ends the marketing among them, unsent and without an attempt, and nothing else", async () => {
    const [offer = "", receipt = "", text = ""] = await waiting(template("offer"), template("receipt"), { to: PHONE });
    await say("opted-out", PHONE);
    await resume();

    expect(await world.until(offer, isFinal)).toMatchObject({
      status: "failed",
      attempts: 0,
      sends: [],
      failure: { class: "rejected", code: null, reason: "the recipient opted out of marketing" },
    });
    for (const other of [receipt, text]) await world.until(other, isSubmitted);
    expect(await world.requests(offer)).toEqual([]);
  });

  test("counts under another spelling of the recipient, too, which only the sender knows", async () => {
    const [offer = ""] = await waiting({ ...template("offer"), to: BSUID });
    await world.store.apply(
      { id: "demo", pace: "unlimited" },
      { statuses: [], inbound: [], spellings: [[BSUID, PHONE]], aside: [], raw: null },
    );
    await say("opted-out", PHONE);
    await resume();
    expect((await world.until(offer, isFinal)).failure?.reason).toBe("the recipient opted out of marketing");
    expect(await world.requests(offer)).toEqual([]);
  });

  test("ends a text whose fallback is marketing when that is what would go, and not the text itself", async () => {
    await world.declare([{ id: "demo", window: { check: "refuse", marginSeconds: 0 } }]);
    await say("opted-out", PHONE);
    const text = { type: "text", text: { body: "Hello" } };
    const offer = { type: "template", template: { name: "offer", language: { code: "en" } } };
    const withFallback: Partial<NewMessage> = {
      to: PHONE,
      content: `${JSON.stringify(text)}\n${JSON.stringify(offer)}`,
      fallback: { template: "offer", templateLanguage: "en" },
      marketing: "fallback",
    };
    const outside = await world.acceptOne(withFallback);
    expect((await world.until(outside, isFinal)).failure?.reason).toBe("the recipient opted out of marketing");

    const atMs = Date.now();
    const inbound = [{ wamid: "wamid.in", atMs, json: "{}", opensWindowOf: PHONE }];
    await world.store.apply({ id: "demo", pace: "unlimited" }, { statuses: [], inbound, aside: [], raw: null });
    const inside = await world.acceptOne(withFallback);
    await world.until(inside, isSubmitted);
    expect(await world.requests(inside)).toMatchObject([{ type: "text" }]);
  });
});

test("without an opt-in marketing is not sent where one is required; ordered again after it, it is", async () => {
  await world.declare([{ id: "demo", consent: { marketing: "required" } }]);
  const offer = await world.acceptOne(template("offer"));
  expect(await world.until(offer, isFinal)).toMatchObject({
    attempts: 0,
    failure: { reason: "the recipient has not opted in to marketing" },
  });

  await say("opted-in", PHONE);
  await world.store.retry("demo", [offer], null);
  expect(await world.until(offer, isSubmitted)).toMatchObject({ attempts: 1 });
});

test("a provider that says the recipient has stopped marketing is believed: the next message is not sent", async () => {
  await world.simulator.putRecipient(PHONE, { kind: "optedOut", sync: true });
  const told = await world.acceptOne(template("offer"));
  expect((await world.until(told, isFinal)).failure?.code).toBe(131_050);

  const next = await world.acceptOne(template("offer"));
  expect((await world.until(next, isFinal)).failure?.reason).toBe("the recipient opted out of marketing");
  expect(await world.requests(next)).toEqual([]);
  expect((await world.store.readConsent(PORTFOLIO, PHONE)).statements.marketing).toMatchObject([{ source: "131050" }]);
});
