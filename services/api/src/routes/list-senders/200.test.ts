// Operators see their senders, and how each fares.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { senderListSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each([
  ["operator", ["demo", "second"]],
  ["auditor", ["demo", "second", "third"]],
] as const)("%s sees the senders that it may use", async (as, ids) => {
  const answer = await api.request("GET", "/v1/senders", { as });

  expect(answer.status).toBe(200);
  expect(senderListSchema.parse(answer.body).senders.map(({ id }) => id)).toEqual(ids);
});

test("one sender: what waits by caller, what waits for its time, and what stops it", async () => {
  const body = (changes: object) => aText({ lane: "bulk", ...changes });
  for (const as of ["shop", "shop", "other"] as const)
    await api.request("POST", "/v1/messages", { as, body: body({}) });
  await api.request("POST", "/v1/messages", { body: body({ sendAt: new Date(Date.now() + 60_000).toISOString() }) });
  const answer = await api.request("GET", "/v1/senders/demo", { as: "operator" });

  expect(answer.body).toMatchObject({
    id: "demo",
    state: "sending",
    paused: null,
    held: null,
    pace: { configured: null, inForce: null },
    lanes: {
      urgent: { waiting: 0, byCaller: [] },
      bulk: {
        waiting: 3,
        byCaller: expect.arrayContaining([
          { caller: "shop", waiting: 2 },
          { caller: "other", waiting: 1 },
        ]),
      },
    },
    later: 1,
    onWire: 0,
    portfolio: { id: "test", tier: { inForce: null } },
  });
});
