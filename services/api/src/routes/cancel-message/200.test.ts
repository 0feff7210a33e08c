// A message that is not on the wire can be taken back, wherever it waits, as often as one likes.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { look, take } from "../../testing/worker.ts";
import { canceledMessageSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const accepted = async (changes: object = {}) =>
  (await api.request("POST", "/v1/messages", { body: aText({ ...changes }) })).body.id;
const cancel = (id: string, as: "shop" | "supervisor" | "operator" = "shop") =>
  api.request("POST", `/v1/messages/${id}/cancel`, { as });

test.each<[string, object]>([
  ["that is ready", { to: "+4915112341001" }],
  ["that waits for its time", { sendAt: new Date(Date.now() + 60_000).toISOString() }],
])("a message %s", async (_what, changes) => {
  const id = await accepted(changes);
  const first = await cancel(id);
  const again = await cancel(id);

  expect(first.status).toBe(200);
  expect(first.body).toEqual({ id, status: "canceled" });
  expect(canceledMessageSchema.strict().safeParse(first.body).success).toBe(true);
  expect([again.status, again.text]).toEqual([first.status, first.text]);
  expect((await api.request("GET", `/v1/messages/${id}`)).body).toMatchObject({
    status: "canceled",
    isFinal: true,
    waiting: null,
  });
});

test("the next message to the recipient has its turn at once", async () => {
  const to = "+4915112341002";
  const first = await accepted({ to });
  const second = await accepted({ to });
  await look(api);
  api.calls.length = 0;
  await cancel(first);

  expect(api.calls).toEqual(["demo"]);
  expect((await take(api, second)).to).toBe(to);
});

test("whoever may write and see every caller's messages may cancel them", async () => {
  expect((await cancel(await accepted({ to: "+4915112341003" }), "supervisor")).status).toBe(200);
});

test("whoever operates may cancel every caller's messages, and the trail says so", async () => {
  const id = await accepted({ to: "+4915112341005" });
  expect((await cancel(id, "operator")).status).toBe(200);
  expect((await cancel(id, "operator")).status).toBe(200);
  expect(await api.store.readAudit("demo", 10, null)).toMatchObject([{ who: "operator", value: `cancel ${id}` }]);
});
