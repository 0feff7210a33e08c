// What the provider's reports do: to the definition that sends are checked against, to the messages that wait for a
// template, and to what is shown of a number.

import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { testRedisUrl, uniquePrefix } from "@tern/devkit";
import { parseWebhook } from "@tern/dialog360";
import { connectRedis, createStore, type Store, wabaBase } from "@tern/store";
import { applyNumberEvent, applyProviderEvents, applyTemplateEvent } from "./provider-events.ts";

const WABA = "102290129340398";
const SENDERS = [
  { id: "demo", wabaId: WABA, phoneNumber: "+15550783881" },
  { id: "other", wabaId: WABA, phoneNumber: "+15550783882" },
];
const NOON_S = 1_773_144_000;
const NOON_MS = NOON_S * 1_000;
const HOUR_MS = 3_600_000;
const REST_MS = 1_800_000;

const redis = connectRedis(testRedisUrl(), { whileAway: "wait", name: "report tests", onError: () => {} });
const prefixes: string[] = [];
afterAll(async () => {
  for (const prefix of prefixes) {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.unlink(...keys);
  }
  redis.disconnect();
});

let prefix: string;
let nowMs: number;
let store: Store;
let called: string[];
beforeEach(async () => {
  prefix = uniquePrefix();
  prefixes.push(prefix);
  nowMs = NOON_MS;
  called = [];
  store = createStore({ redis, prefix, nowMs: () => nowMs });
  const definition = JSON.stringify({ id: "7", name: "sale", language: "de", status: "APPROVED", components: [] });
  await store.replaceTemplates(WABA, NOON_MS - HOUR_MS, [{ name: "sale", language: "de", definition }]);
});

/** A report as it comes in. */
function report(
  value: Record<string, unknown>,
  field = "message_template_status_update",
  time = Math.floor(nowMs / 1_000),
) {
  const template = { message_template_id: 7, message_template_name: "sale", message_template_language: "de" };
  const changes = [{ field, value: { ...template, ...value } }];
  const parsed = parseWebhook(JSON.stringify({ entry: [{ id: WABA, time, changes }] }));
  if ("unreadable" in parsed) throw new Error(parsed.unreadable);
  return parsed.items[0];
}
const deps = () => ({
  store,
  clock: { nowMs: () => nowMs },
  call: (id: string) => void called.push(id),
  restMs: () => REST_MS,
});
const apply = (...given: Parameters<typeof report>) => applyTemplateEvent(deps(), report(...given) as never, SENDERS);
const paused = (title: string) => ({
  event: "PAUSED",
  reason: "NONE",
  other_info: { title, description: "Low quality." },
});
const known = async () => JSON.parse((await store.readTemplate(WABA, "sale", "de"))?.definition ?? "null");
const rests = async (sender = "demo") => [...(await store.readTemplateRests(sender)).entries()];
/** Whether the next worker that looks reads the list. */
const isListDue = async () => (await redis.exists(`${wabaBase(prefix, WABA)}poll`)) === 0;

let recipients = 0;
async function waiting(language = "de"): Promise<string> {
  recipients += 1;
  const { results } = await store.accept("demo", [
    {
      to: `+49151${10_000_000 + recipients}`,
      lane: "normal",
      caller: "shop",
      type: "template",
      template: "sale",
      templateLanguage: language,
      content: '{"type":"template"}',
      sendAtMs: null,
      expiresAtMs: null,
      reference: null,
      metadata: null,
      idempotency: null,
      doubtPolicy: "resend",
    },
  ]);
  if (results[0]?.kind !== "accepted") throw new Error("the message was not accepted");
  return results[0].localId;
}
async function taken(): Promise<string[]> {
  await store.promote("demo");
  const byLane = { urgent: 64, normal: 64, bulk: 64 };
  const room = { most: 64, byLane, bulkRestsUntilMs: null, needsWindows: false };
  return (await store.begin({ id: "demo", pace: "unlimited" }, room)).messages.map(({ localId }) => localId);
}

describe("a paused template", () => {
  test("keeps its messages at every sender of the account, and lets them go after the unpause", async () => {
    expect(await apply(paused("FIRST_PAUSE"))).toBe("applied");
    expect(await known()).toMatchObject({ status: "PAUSED", reason: "Low quality." });
    for (const { id } of SENDERS)
      expect(await rests(id)).toEqual([["sale/de", { how: "rests", untilMs: NOON_MS + 3 * HOUR_MS }]]);

    const [german, english] = [await waiting(), await waiting("en")];
    expect(await taken()).toEqual([english]);

    nowMs += HOUR_MS;
    expect(await apply({ event: "APPROVED", other_info: { title: "UNPAUSE" } })).toBe("applied");
    expect(await known()).toMatchObject({ status: "APPROVED", reason: null });
    expect(await taken()).toEqual([german]);
  });

  test("rests for six hours the second time, and as long as configured when nobody says how long", async () => {
    await apply(paused("SECOND_PAUSE"));
    expect(await rests()).toEqual([["sale/de", { how: "rests", untilMs: NOON_MS + 6 * HOUR_MS }]]);
    await apply(paused("RATE_LIMITING_PAUSE"));
    expect(await rests()).toEqual([["sale/de", { how: "rests", untilMs: NOON_MS + REST_MS }]]);
  });

  test("is not lifted by an approval of yesterday that comes again", async () => {
    await apply(paused("FIRST_PAUSE"));
    expect(await apply({ event: "APPROVED" }, undefined, NOON_S - 86_400)).toBe("old");
    expect(await known()).toMatchObject({ status: "PAUSED" });
    expect(await rests()).toHaveLength(1);
  });

  test("said again changes nothing", async () => {
    await apply(paused("FIRST_PAUSE"));
    expect(await apply(paused("FIRST_PAUSE"))).toBe("same");
    expect((await store.readAudit("demo", 10, null)).map(({ who, verb, value }) => [who, verb, value])).toEqual([
      ["provider", "rest", "FIRST_PAUSE"],
    ]);
  });
});

test("a disabled template fails what waits for it, as a send with it would; reinstated, it takes messages again", async () => {
  await apply(paused("FIRST_PAUSE"));
  const message = await waiting();
  expect(await taken()).toEqual([]);
  await apply({ event: "DISABLED", other_info: { title: "DISABLED", description: "Low quality." } });
  expect(await taken()).toEqual([]);
  expect(await store.read("demo", message)).toMatchObject({
    status: "failed",
    failure: { class: "template-disabled", code: 132_016, httpStatus: null },
  });
  nowMs += HOUR_MS;
  await apply({ event: "REINSTATED" });
  const next = await waiting();
  expect(await taken()).toEqual([next]);
});

test("an operator's pause outlasts the provider's approval", async () => {
  await store.pause("demo", { kind: "template", name: "sale" }, "ops");
  await waiting();
  nowMs += HOUR_MS;
  await apply({ event: "APPROVED" });
  expect(await taken()).toEqual([]);
});

test("quality and category are kept, and nothing waits for them", async () => {
  expect(await apply({ new_quality_score: "RED" }, "message_template_quality_update")).toBe("applied");
  expect(await apply({ previous_category: "UTILITY", new_category: "MARKETING" }, "template_category_update")).toBe(
    "applied",
  );
  expect(await known()).toMatchObject({ quality: "RED", category: "MARKETING", status: "APPROVED" });
  expect(await rests()).toEqual([]);
});

test("one whose definition is damaged harms nobody: the list is read soon", async () => {
  await redis.hset(`${wabaBase(prefix, WABA)}defs`, "sale/de", `${NOON_MS} {"name":`);
  await store.takeTemplatePoll(WABA, 600_000);
  expect(await apply(paused("FIRST_PAUSE"))).toBe("unknown");
  expect(await isListDue()).toBe(true);
  expect(await rests()).toHaveLength(1);
});

test("one that was deleted is known no more", async () => {
  expect(await apply({ event: "DELETED" })).toBe("applied");
  expect(await known()).toBeNull();
});

describe("a report about a template that nobody knows here", () => {
  test("has the list read soon; a pause holds all the same", async () => {
    await store.takeTemplatePoll(WABA, 600_000);
    expect(await isListDue()).toBe(false);
    expect(await apply({ ...paused("FIRST_PAUSE"), message_template_name: "new" })).toBe("unknown");
    expect(await isListDue()).toBe(true);
    expect(await rests()).toMatchObject([["new/de", { how: "rests" }]]);
  });

  test("by its id alone is found; by an unknown id it is not", async () => {
    const noName = { message_template_name: null, message_template_language: null };
    expect(await apply({ ...paused("FIRST_PAUSE"), ...noName })).toBe("applied");
    expect(await known()).toMatchObject({ status: "PAUSED" });
    expect(await apply({ ...paused("FIRST_PAUSE"), ...noName, message_template_id: 99 })).toBe("unknown");
  });

  test("an edit has the list read, for it does not tell all", async () => {
    await store.takeTemplatePoll(WABA, 600_000);
    expect(await apply({ message_template_element: "Hello." }, "message_template_components_update")).toBe("same");
    expect(await isListDue()).toBe(true);
  });
});

test("of a body, what tells of templates and numbers of an account of ours is acted on", async () => {
  const items = [
    report(paused("FIRST_PAUSE")),
    report({ event: "FLAGGED", display_phone_number: "15550783882" }, "phone_number_quality_update"),
    report({ event: "ACCOUNT_VIOLATION" }, "account_update"),
  ].filter((item) => item !== undefined);
  const elsewhere = { ...items[0], wabaId: "another account" } as (typeof items)[0];
  await applyProviderEvents(deps(), [elsewhere, ...items], {
    sendersByWabaId: new Map([[WABA, SENDERS]]) as never,
  });
  expect(await known()).toMatchObject({ status: "PAUSED" });
  expect(await store.readNumberReports("other")).toMatchObject({ quality: { event: "FLAGGED" } });
  expect(await store.readTemplates("another account")).toMatchObject({ entries: new Map() });
});

test("a list that was begun just before a report, in the same second, does not undo it", async () => {
  nowMs = NOON_MS + 500; // the report says NOON_S
  await apply(paused("FIRST_PAUSE"));
  const before = JSON.stringify({ ...(await known()), status: "APPROVED" });
  await store.replaceTemplates(WABA, NOON_MS + 300, [{ name: "sale", language: "de", definition: before }]);
  expect(await known()).toMatchObject({ status: "PAUSED" });
});

test("reports that come at once are all kept", async () => {
  await Promise.all([
    apply(paused("FIRST_PAUSE")),
    apply({ new_quality_score: "RED" }, "message_template_quality_update"),
    apply({ previous_category: "UTILITY", new_category: "MARKETING" }, "template_category_update"),
  ]);
  expect(await known()).toMatchObject({ status: "PAUSED", quality: "RED", category: "MARKETING" });
});

describe("a report about a number", () => {
  const number = (value: Record<string, unknown>, field: string) =>
    applyNumberEvent(deps(), report(value, field) as never, SENDERS);

  test("its quality is kept for that number, its tier for all of the account", async () => {
    const value = {
      display_phone_number: "15550783881",
      event: "FLAGGED",
      max_daily_conversations_per_business: "TIER_2K",
    };
    await number(value, "phone_number_quality_update");
    expect(await store.readNumberReports("demo")).toMatchObject({
      quality: { event: "FLAGGED", atMs: NOON_MS },
      tier: { tier: 2_000 },
    });
    expect(await store.readNumberReports("other")).toMatchObject({ quality: null, tier: { tier: 2_000 } });
  });

  test("the tier it reports is shown, and the one in force stays", async () => {
    await number({ max_daily_conversations_per_business: "TIER_10K" }, "business_capability_update");
    expect(await store.readNumberReports("demo")).toMatchObject({ tier: { tier: 10_000, atMs: NOON_MS } });
    expect(await store.readPortfolio("main")).toMatchObject({ tierOrdered: null });
  });
});
