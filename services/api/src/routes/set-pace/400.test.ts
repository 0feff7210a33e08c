// A pace that is none changes nothing.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each<[string, object, string]>([
  ["none", {}, "/perSecond"],
  ["zero", { perSecond: 0 }, "/perSecond"],
  ["too much", { perSecond: 1_001 }, "/perSecond"],
  ["a part", { perSecond: 0.5 }, "/perSecond"],
  ["a text", { perSecond: "40" }, "/perSecond"],
  ["another field", { perSecond: 40, forever: true }, "/forever"],
])("%s", async (_what, body, pointer) => {
  const answer = await api.request("PUT", "/v1/senders/demo/pace", { as: "operator", body });

  expectProblem(answer, "invalid-request");
  expect(answer.body.errors.map((fault) => fault.pointer)).toEqual([pointer]);
  expect((await api.store.readSender("demo")).paceOrdered).toBeNull();
});
