// Marketing templates and the provider's two endpoints for them, between a real Redis and a provider: a message goes through the one
// that its sender is set to, and through the other where the provider says so.

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { MessageRecord, NewMessage } from "@tern/store";
import { keyOfSender, startWorld, type World } from "./testing/worker-world.ts";

const BY_MARKETING = { id: "demo", marketing: "marketing_messages" } as const;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.stop();
  expect(world.errors).toEqual([]);
});

const isFinalOrSubmitted = (record: MessageRecord) => record.isFinal || record.status === "submitted";

/** What Tern takes for a template of this category; the provider may see it otherwise. */
function template(name: string, isMarketing: boolean): Partial<NewMessage> {
  return {
    type: "template",
    template: name,
    templateLanguage: "en",
    content: JSON.stringify({ type: "template", template: { name, language: { code: "en" } } }),
    marketing: isMarketing ? "content" : null,
  };
}

async function know(options: { readonly category: "MARKETING" | "UTILITY"; readonly [option: string]: unknown }) {
  const known = { name: "news", language: "en", status: "APPROVED", bodyParamsCount: 0, ...options };
  await world.simulator.putTemplates({ apiKey: keyOfSender("demo"), templates: [known] });
}

/** The provider takes marketing through its own endpoint alone. */
async function takeMarketingApart() {
  const number = (await world.simulator.state()).numbers.find(({ apiKey }) => apiKey === keyOfSender("demo"));
  if (!number) throw new Error("the simulator does not know the sender");
  const { apiKey, phoneNumberId, displayPhoneNumber, wabaId, portfolio } = number;
  const limits = { throughputPerSecond: null, marketingRouting: false, marketingOnlyByMarketingApi: true };
  await world.simulator.putNumber({ apiKey, phoneNumberId, displayPhoneNumber, wabaId, portfolio, ...limits });
}

const answers = ({ sends }: MessageRecord) => sends.map(({ outcome, code }) => [outcome, code]);

test("goes through the marketing messages API where the sender is set so, and everything else through /messages", async () => {
  await know({ category: "MARKETING" });
  await takeMarketingApart();
  await world.declare([BY_MARKETING]);
  const news = await world.acceptOne(template("news", true));
  const text = await world.acceptOne({});
  for (const id of [news, text]) {
    expect(answers(await world.until(id, isFinalOrSubmitted))).toEqual([["accepted", null]]);
  }
});

test("goes through the marketing messages API next when /messages refers it there", async () => {
  await know({ category: "MARKETING" });
  await takeMarketingApart();
  const news = await world.acceptOne(template("news", true));
  expect(answers(await world.until(news, isFinalOrSubmitted))).toEqual([
    ["misrouted", 131063],
    ["accepted", null],
  ]);
});

test("goes through /messages next when the marketing messages API does not take it", async () => {
  await know({ category: "UTILITY" });
  await world.declare([BY_MARKETING]);
  const news = await world.acceptOne(template("news", true));
  const record = await world.until(news, isFinalOrSubmitted);
  expect(record.status).toBe("submitted");
  expect(answers(record)).toEqual([
    ["misrouted", expect.any(Number)],
    ["accepted", null],
  ]);
});

test("fails with the provider's reason when each endpoint refers it to the other", async () => {
  await know({ category: "MARKETING", marketingUnavailable: true });
  await takeMarketingApart();
  const news = await world.acceptOne(template("news", true));
  const record = await world.until(news, isFinalOrSubmitted);
  expect(record).toMatchObject({ status: "failed", failure: { class: "misrouted" } });
  expect(new Set(record.sends.map(({ code }) => code))).toEqual(new Set([131063, 134102]));
  expect(record.attempts).toBe(record.sends.length);
});
