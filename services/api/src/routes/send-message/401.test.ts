// Nobody gets in without a key, and the answer says how to bring one.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { KEYS } from "../../testing/test-deployment.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test("no key", async () => {
  const answer = await api.request("POST", "/v1/messages", { as: null, body: aText() });

  expectProblem(answer, "unauthenticated");
  expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="tern"');
});

test.each([
  ["an unknown key", "Bearer wrong"],
  ["another scheme", `Basic ${KEYS.shop}`],
  ["a key without a scheme", KEYS.shop],
  ["two keys", `Bearer ${KEYS.shop} ${KEYS.other}`],
  ["the key's hash", `Bearer ${"a".repeat(64)}`],
])("%s", async (_what, authorization) => {
  const answer = await api.request("POST", "/v1/messages", { as: null, headers: { authorization }, body: aText() });

  expectProblem(answer, "unauthenticated");
  expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
  expect(answer.text).not.toContain(KEYS.shop);
});

test("the scheme may be written in any case", async () => {
  const headers = { authorization: `bearer ${KEYS.shop}` };
  expect((await api.request("POST", "/v1/messages", { as: null, headers, body: aText() })).status).toBe(202);
});

test("the key is asked for before the body is looked at", async () => {
  expectProblem(await api.request("POST", "/v1/messages", { as: null, body: "{" }), "unauthenticated");
});
