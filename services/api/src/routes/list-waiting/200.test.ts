// What waits and why, in counts and page by page.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { take } from "../../testing/worker.ts";
import { waitingSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function waiting(query = "") {
  const answer = await api.request("GET", `/v1/senders/demo/waiting${query}`, { as: "operator" });
  expect(answer.status).toBe(200);
  return waitingSchema.parse(answer.body);
}
const accept = async (body: object) => (await api.request("POST", "/v1/messages", { body })).body.id;

test("counts by lane and reason, and each message with what it waits for", async () => {
  const sendAt = new Date(Date.now() + 60_000).toISOString();
  await api.request("POST", "/v1/senders/demo/templates/order_update/pause", { as: "operator" });
  const onWire = await accept(aText({ to: "+4915112370000" }));
  const held = await accept(aTemplate({ to: "+4915112370001" }));
  await take(api, onWire);
  const planned = await accept(aText({ sendAt, to: "+4915112370002" }));
  const ready = await accept(aText({ lane: "bulk", to: "+4915112370003" }));
  const behind = await accept(aText({ to: "+4915112370000" }));
  const page = await waiting();

  expect(page.counts).toEqual({
    ready: [{ lane: "bulk", caller: "shop", count: 1 }],
    later: [{ lane: "normal", reason: "scheduled", count: 1 }],
    laterIsComplete: true,
    templates: [{ template: "order_update", language: null, count: 1 }],
  });
  expect(page.messages.map(({ id, waiting: { for: what, until } }) => ({ id, what, until }))).toEqual([
    { id: behind, what: "turn", until: null },
    { id: ready, what: "pace", until: null },
    { id: planned, what: "time", until: sendAt },
    { id: held, what: "template", until: null },
  ]);
  expect(JSON.stringify(page)).not.toContain("+49"); // no personal data for whoever may only operate
});

test("page by page, and one lane only", async () => {
  const first = await waiting("?limit=1");
  const second = await waiting(`?limit=3&cursor=${first.nextCursor}`);
  expect([...first.messages, ...second.messages]).toHaveLength(4);
  expect((await waiting("?lane=bulk")).messages.map(({ lane }) => lane)).toEqual(["bulk"]);
});

test("a pause of the sender is why everything waits that could go", async () => {
  await api.request("POST", "/v1/senders/demo/pause", { as: "operator" });
  const page = await waiting("?lane=bulk");
  await api.request("POST", "/v1/senders/demo/resume", { as: "operator" });
  expect(page.messages).toMatchObject([
    { waiting: { for: "sender-paused", meaning: expect.stringContaining("by operator") } },
  ]);
});
