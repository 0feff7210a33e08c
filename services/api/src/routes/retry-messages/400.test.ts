// A filter that is misspelt must not become a wider one.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each<["retry" | "cancel", object, string]>([
  ["retry", {}, "/sender"],
  ["retry", { sender: "demo", status: "queued" }, "/status"],
  ["retry", { sender: "demo", klass: "transient" }, "/klass"],
  ["retry", { sender: "demo", limit: 1_001 }, "/limit"],
  ["retry", { sender: "demo", cursor: "guess" }, "/cursor"],
  ["retry", { sender: "demo", acceptedFrom: "yesterday" }, "/acceptedFrom"],
  ["cancel", { sender: "demo", status: "failed" }, "/status"],
  ["cancel", { sender: "demo", lane: "slow" }, "/lane"],
  ["cancel", { sender: "demo", code: "131000" }, "/code"],
  ["cancel", { sender: "demo", cursor: "20000-1AAAAAAAAAAAA" }, "/cursor"],
])("%s %j", async (what, body, pointer) => {
  const answer = await api.request("POST", `/v1/messages/${what}`, { as: "operator", body });

  expectProblem(answer, "invalid-request");
  expect(answer.body.errors.map((fault) => fault.pointer)).toEqual([pointer]);
});
