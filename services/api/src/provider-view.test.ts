// GET /v1/senders shows what workers and webhooks have kept of the provider's words about a number.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "./testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const atMs = Date.UTC(2027, 0, 31, 9);
const at = "2027-01-31T09:00:00.000Z";
const sender = async (id: string) =>
  (await api.request("GET", `/v1/senders/${id}`, { as: "operator" })).body as Record<string, unknown>;

test("nothing is said of what nobody has asked yet", async () => {
  expect((await sender("second")).provider).toEqual({
    health: null,
    healthFailed: null,
    quality: null,
    tier: null,
    templates: { count: 0, byStatus: {}, syncedAt: null },
  });
});

test("health with its reasons and solutions, quality, tier, and the templates of the account", async () => {
  const error = { code: 141_006, description: "There is a payment problem.", solution: "Add a payment method." };
  const account = { type: "WABA", id: "20000", canSendMessage: "BLOCKED", additionalInfo: ["Look."], errors: [error] };
  await api.store.keepNumberReports("demo", {
    health: { atMs, canSendMessage: "BLOCKED", canSend: 0, entities: [account] },
    failed: { atMs, reason: "the provider cannot be reached" },
    quality: { atMs, event: "FLAGGED" },
    tier: { atMs, tier: 2_000 },
  });
  const definition = JSON.stringify({ name: "sale", language: "de", status: "PAUSED", components: [] });
  await api.store.replaceTemplates("20000", atMs, [{ name: "sale", language: "de", definition }], { PAUSED: 1 });

  const view = await sender("demo");

  expect(view.provider).toEqual({
    health: {
      canSendMessage: "BLOCKED",
      checkedAt: at,
      entities: [
        {
          type: "WABA",
          id: "20000",
          canSendMessage: "BLOCKED",
          info: ["Look."],
          errors: [
            { code: 141_006, description: "There is a payment problem.", possibleSolution: "Add a payment method." },
          ],
        },
      ],
    },
    healthFailed: { at, reason: "the provider cannot be reached" },
    quality: { event: "FLAGGED", at },
    tier: { recipients: 2_000, at },
    templates: { count: 1, byStatus: { PAUSED: 1 }, syncedAt: at },
  });
  expect(view.state).toBe("sending"); // BLOCKED stops nothing by itself
});
