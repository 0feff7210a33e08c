import { afterEach, expect, test } from "@jest/globals";
import { type Answers, json, type ManagementWorld, managementWorld, status } from "./testing/management-world.ts";

let world: ManagementWorld;
afterEach(() => world.stop());

const CONFIG = { url: "https://hooks.example.com/webhook/x", headers: { "x-tern-webhook-secret": "0123456789abcdef" } };

async function worldWith(answers: Answers) {
  world = await managementWorld(answers);
  return world;
}

test("the webhook is set with its headers, and shown again", async () => {
  await worldWith({ "POST /v1/configs/webhook": json(CONFIG), "GET /v1/configs/webhook": json(CONFIG) });
  expect(await world.client.setWebhook(world.account(), CONFIG)).toEqual({ ok: null });
  expect(world.jsons()).toEqual([CONFIG]);
  expect(await world.client.getWebhook(world.account())).toEqual({ ok: CONFIG });
});

test("the sandbox has the same call", async () => {
  await worldWith({ "GET /v1/configs/webhook": json({ url: CONFIG.url }) });
  expect(await world.client.getWebhook(world.account({ profile: "360dialog-sandbox" }))).toEqual({
    ok: { url: CONFIG.url, headers: {} },
  });
});

test.each([
  ["404", status(404, '{"error":"No webhook"}')],
  ["a success without an address", json({ url: null, headers: {} })],
  ["an empty address", json({ url: "" })],
])("nothing is configured when the answer is %s", async (_label, answer) => {
  await worldWith({ "GET /v1/configs/webhook": answer });
  expect(await world.client.getWebhook(world.account())).toEqual({ ok: null });
});

test("a key that the provider does not know is a failure, not an empty configuration", async () => {
  await worldWith({ "GET /v1/configs/webhook": status(401, '{"error":"Invalid API key"}') });
  expect(await world.client.getWebhook(world.account())).toMatchObject({ failure: { class: "misconfigured" } });
});
