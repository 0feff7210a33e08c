// A request that cannot be taken apart into statements, or is for nobody's portfolio, keeps nothing.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const optIn = { contact: "+4915112345678", category: "marketing", state: "opted-in" };

test.each<[string, object, string]>([
  ["no statements", { sender: "demo", consents: [] }, "/consents"],
  ["1,001 statements", { sender: "demo", consents: Array.from({ length: 1_001 }, () => optIn) }, "/consents"],
  ["no sender", { consents: [optIn] }, "/sender"],
])("%s", async (_what, body, pointer) => {
  const answer = await api.request("POST", "/v1/consents", { as: "desk", body });
  expectProblem(answer, "invalid-request");
  expect(answer.body.errors.map((fault) => fault.pointer)).toEqual([pointer]);
});

test("a sender that is not the caller's is 422, and nothing is kept", async () => {
  expectProblem(
    await api.request("POST", "/v1/consents", { as: "desk", body: { sender: "third", consents: [optIn] } }),
    "unknown-sender",
  );
  expect((await api.store.readConsent("other", "+4915112345678")).statements.marketing).toEqual([]);
});
