// A misspelt query erases nobody, and nobody's opt-out is forgotten by mistake.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each([
  ["a contact without its plus", "/v1/contacts/4915112345678", "contact"],
  ["something else to forget", "/v1/contacts/+4915112345678?forget=all", "forget"],
  ["a parameter that is none", "/v1/contacts/+4915112345678?forgot=consent", "forgot"],
])("%s", async (_what, path, parameter) => {
  const answer = await api.request("DELETE", path, { as: "desk" });
  expectProblem(answer, "invalid-parameters");
  expect(answer.body.errors.map((fault) => fault.parameter)).toEqual([parameter]);
});
