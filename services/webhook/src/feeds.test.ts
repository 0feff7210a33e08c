// What webhooks bring for the feeds: each thing once, in the shape of docs/events.md, at every sender that it concerns.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { keyOf, senderBase } from "@tern/store";
import { body, DEMO, entry, inbound, OTHER, startWorld, type World } from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  for (const { id } of [DEMO, OTHER]) {
    const base = senderBase(world.prefix, id);
    await Promise.all([keyOf.events(base), keyOf.inbound(base)].map((key) => world.redis.del(key)));
  }
});
afterAll(() => world.stop());

async function post(asked: unknown): Promise<void> {
  expect((await world.post(asked)).status).toBe(200);
}

/** A body about the account, as the provider sends it: with the time of the webhook and without a number. */
function ofAccount(field: string, value: object, time = 1_750_030_073) {
  return { object: "whatsapp_business_account", entry: [{ id: DEMO.wabaId, time, changes: [{ field, value }] }] };
}

const events = async (sender: string = DEMO.id) =>
  (await world.stream("events", sender)).map(({ y, at, json = "{}" }) => ({ y, at, data: JSON.parse(json) }));

const PAUSED = {
  event: "PAUSED",
  message_template_id: 1_689_556_908_129_832,
  message_template_name: "order_update",
  message_template_language: "en_US",
  reason: "NONE",
};

const ALERT = {
  entity_type: "PHONE_NUMBER",
  entity_id: "1",
  alert_info: { alert_severity: "WARNING", alert_status: "ACTIVE", alert_type: "OBA", alert_description: "Look." },
};

describe("an event of the account", () => {
  test("is in the feed of each of its numbers, with its type, time and fields", async () => {
    await post(ofAccount("message_template_status_update", PAUSED));
    const told = await events();
    expect(told).toEqual([
      {
        y: "template-status",
        at: "1750030073000",
        data: expect.objectContaining({
          field: "message_template_status_update",
          event: "PAUSED",
          template: { id: "1689556908129832", name: "order_update", language: "en_US" },
          json: expect.stringContaining("order_update"),
        }),
      },
    ]);
    expect(await events(OTHER.id)).toEqual(told);
    expect(await world.stream("aside")).toEqual([]);
  });

  test("is told once, however often the provider repeats it; at another time it is another one", async () => {
    for (let time = 0; time < 3; time += 1) await post(ofAccount("account_alerts", ALERT));
    await post(ofAccount("account_alerts", ALERT, 1_750_030_999));
    expect((await events()).map(({ y, at }) => [y, at])).toEqual([
      ["account-alert", "1750030073000"],
      ["account-alert", "1750030999000"],
    ]);
  });

  test("of a field that nobody knows is told as it is", async () => {
    await post(ofAccount("brand_new_field", { something: ["new"] }));
    expect(await events()).toEqual([
      { y: "other", at: "1750030073000", data: expect.objectContaining({ field: "brand_new_field" }) },
    ]);
    expect(JSON.parse((await events())[0]?.data.json)).toEqual({ something: ["new"] });
  });

  test("about one of its numbers, named by the number alone, is in that number's feed only", async () => {
    await post(ofAccount("phone_number_quality_update", { display_phone_number: "15550783881", event: "FLAGGED" }));
    expect([(await events()).length, (await events(OTHER.id)).map(({ y }) => y)]).toEqual([0, ["phone-quality"]]);
  });
});

test("an event of a number is in its feed and in no other", async () => {
  const preferences = [
    { wa_id: "16505551234", category: "marketing_messages", value: "stop", timestamp: 1_750_030_073 },
  ];
  const { changes } = entry({ user_preferences: preferences });
  const asked = body({});
  await post({ ...asked, entry: [{ id: DEMO.wabaId, changes: [{ ...changes[0], field: "user_preferences" }] }] });
  expect((await events()).map(({ y, data }) => [y, data.value, data.contact.phone])).toEqual([
    ["user-preferences", "stop", "+16505551234"],
  ]);
  expect(await events(OTHER.id)).toEqual([]);
});

describe("an inbound message", () => {
  test("is in the feed once, normalised, with what the provider sent beside it", async () => {
    for (let time = 0; time < 2; time += 1) await post(body({ messages: [inbound("wamid.FEED")] }));
    const kept = await world.stream("inbound");
    expect(kept).toHaveLength(1);
    expect(JSON.parse(kept[0]?.json ?? "")).toMatchObject({
      wamid: "wamid.FEED",
      type: "text",
      contact: { phone: expect.stringMatching(/^\+\d+$/) },
      content: { type: "text", body: expect.any(String) },
      opensWindow: true,
      json: expect.stringContaining('"message"'),
    });
  });

  test("whose flow answer is nested a hundred thousand deep is kept all the same, and so is its neighbour", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const interactive = { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json: deep } };
    await post(
      body({ messages: [inbound("wamid.DEEP", { type: "interactive", interactive }), inbound("wamid.NEXT")] }),
    );
    const kept = await world.stream("inbound");
    expect(kept.map(({ wamid }) => wamid)).toEqual(["DEEP", "NEXT"]);
    for (const { json } of kept) expect(JSON.parse(json ?? "")).toMatchObject({ json: expect.any(String) });
  });
});

test("what is older than the retention is gone from both feeds with the next webhook", async () => {
  const base = senderBase(world.prefix, DEMO.id);
  await world.redis.xadd(keyOf.inbound(base), "1000-0", "wamid", "OLD", "at", "1000", "json", "{}");
  await world.redis.xadd(keyOf.events(base), "1000-0", "y", "other", "at", "1000", "json", "{}");
  await post(body({ messages: [inbound("wamid.FRESH")] }));
  expect((await world.stream("inbound")).map(({ wamid }) => wamid)).toEqual(["FRESH"]);
  expect(await world.stream("events")).toEqual([]);
  expect(await world.redis.pttl(keyOf.inbound(base))).toBeGreaterThan(0);
});
