// Who ordered what, newest first, page by page.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { auditSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function audit(query = "") {
  const answer = await api.request("GET", `/v1/senders/demo/audit${query}`, { as: "operator" });
  expect(answer.status).toBe(200);
  return auditSchema.parse(answer.body);
}

test("every order with its caller, whether it changed anything or not", async () => {
  for (const path of ["/pause", "/pause", "/lanes/bulk/pause", "/resume"]) {
    await api.request("POST", `/v1/senders/demo${path}`, { as: "operator" });
  }
  await api.request("PUT", "/v1/senders/demo/pace", { as: "operator", body: { perSecond: 7 } });
  const all = await audit();

  expect(
    all.entries.map(({ who, verb, kind, name, value, changed }) => [who, verb, kind, name, value, changed]),
  ).toEqual([
    ["operator", "set", "sender", "pace", "7", true],
    ["operator", "resume", "sender", "", "", true],
    ["operator", "pause", "lane", "bulk", "", true],
    ["operator", "pause", "sender", "", "", false],
    ["operator", "pause", "sender", "", "", true],
  ]);
  const first = await audit("?limit=2");
  const rest = await audit(`?limit=10&cursor=${first.nextCursor}`);
  expect([...first.entries, ...rest.entries]).toEqual(all.entries);
  expect([all.nextCursor, rest.nextCursor]).toEqual([null, null]);
});
