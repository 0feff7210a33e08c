import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, number, startTestWorld, stopTestWorlds, textTo } from "./test-world.ts";

const to = "+4915112345678";

afterEach(stopTestWorlds);

describe("an event", () => {
  test.each([
    ["account_update", { event: "ACCOUNT_RESTRICTION", restriction_info: [{ expiration: expect.any(Number) }] }],
    ["account_alerts", { entity_type: "WABA", alert_info: { alert_severity: "WARNING" } }],
    ["account_review_update", { decision: "APPROVED" }],
    ["phone_number_quality_update", { event: "ONBOARDING", display_phone_number: "49305550100" }],
    ["phone_number_name_update", { decision: "APPROVED" }],
    ["business_capability_update", { max_daily_conversations_per_business: "TIER_2K" }],
    ["smb_message_echoes", { metadata: {}, message_echoes: [{ type: "text" }] }],
  ])("%s has a value of its own", async (field, value) => {
    const world = await startTestWorld();

    await world.client.sendEvent({ apiKey, field });
    await world.settle();

    expect(world.changes(field)).toMatchObject([value]);
  });

  test("takes what is given over it, and any field", async () => {
    const world = await startTestWorld();

    await world.client.sendEvent({ apiKey, field: "account_update", value: { event: "DISABLED_UPDATE" } });
    await world.client.sendEvent({ apiKey, field: "unheard_of", value: { a: 1 } });
    await world.settle();

    expect(world.changes("account_update")[0].event).toBe("DISABLED_UPDATE");
    expect(world.changes("unheard_of")).toEqual([{ a: 1 }]);
  });

  test("about the account has a time, no number, and reaches each different webhook of its numbers once", async () => {
    const world = await startTestWorld();
    const { webhook = null } = (await world.client.state()).numbers[0] ?? {};
    await world.client.putNumber({ ...number, apiKey: "key-2", phoneNumberId: "2", webhook });

    await world.client.sendEvent({ apiKey, field: "account_alerts" });
    await world.settle();

    expect(world.received).toHaveLength(1);
    const { entry } = JSON.parse(world.received[0]?.text ?? "");
    expect(entry).toMatchObject([{ id: number.wabaId, time: Math.floor((world.clock.nowMs() - 1000) / 1000) }]);
    expect(entry[0].changes[0].value).not.toHaveProperty("metadata");
  });

  test("about the account may be kept from numbers", async () => {
    const world = await startTestWorld({ forwardAccountFields: false });

    await world.client.sendEvent({ apiKey, field: "account_alerts" });
    await world.settle();

    expect(world.received).toEqual([]);
  });
});

test("an error that belongs to no message comes in value.errors", async () => {
  const world = await startTestWorld();

  await world.client.sendError({ apiKey });
  await world.settle();

  const [value] = world.changes();
  expect(value).toMatchObject({ metadata: { phone_number_id: number.phoneNumberId }, errors: [{ code: 130429 }] });
  expect(value).not.toHaveProperty("statuses");
});

describe("faults of other calls than sends", () => {
  test("strike the call they name and no send", async () => {
    const world = await startTestWorld();
    await world.client.addFault({ kind: "metaError", code: 139103, match: { call: "POST /block_users" }, count: 1 });
    await world.client.addFault({
      kind: "http",
      httpStatus: 409,
      body: '{"message":"busy"}',
      match: { call: "PUT /multi" },
    });
    const block = () => world.call("POST", "/block_users", { messaging_product: "whatsapp", block_users: [] });

    expect((await world.send(textTo(to))).code).toBeNull();
    expect((await block()).code).toBe(139103);
    expect((await block()).code).toBe(100);
    expect(await world.call("PUT", "/multi_webhook", {})).toMatchObject({ httpStatus: 409, body: { message: "busy" } });
    expect((await world.call("GET", "/multi_webhook")).httpStatus).toBe(200);
    expect(await world.client.summary()).toMatchObject({ requests: 1, byFault: { metaError: 1, http: 1 } });
  });

  test("reset the connection, or are slow", async () => {
    const world = await startTestWorld();
    await world.client.addFault({ kind: "resetBefore", match: { call: "GET /health" }, count: 1 });
    await world.client.addFault({ kind: "slow", delayMs: 50, match: { call: "GET /health" } });

    await expect(world.call("GET", "/health_status")).rejects.toThrow();
    let isAnswered = false;
    const slow = world.call("GET", "/health_status").then((answer) => {
      isAnswered = true;
      return answer;
    });
    while ((await world.client.summary()).byFault.slow === undefined);
    expect(isAnswered).toBe(false);
    world.clock.advance(50);

    expect((await slow).httpStatus).toBe(200);
  });
});

describe("mark as read", () => {
  const read = { messaging_product: "whatsapp", status: "read", message_id: "wamid.x" };

  test("counts as a call, and typing is told from reading", async () => {
    const { send, client } = await startTestWorld();

    await send(read);
    await send({ ...read, typing_indicator: { type: "text" } });

    expect((await client.ledger()).map(({ type, callbackData }) => [type, callbackData])).toEqual([
      ["read", "wamid.x"],
      ["typing", "wamid.x"],
    ]);
  });

  test("may count to the throughput limit", async () => {
    const { send } = await startTestWorld({ readsCountToThroughput: true, throughputPerSecond: 2 });

    expect([(await send(read)).code, (await send(textTo(to))).code, (await send(read)).code]).toEqual([
      null,
      null,
      130429,
    ]);
  });
});
