// A key does what its scopes say, and no more.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import type { TestCaller } from "../../testing/test-deployment.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each<[TestCaller, string, string, string]>([
  ["reader", "POST", "/v1/messages", "messages:write"],
  ["auditor", "POST", "/v1/messages/batch", "messages:write"],
  ["reader", "POST", "/v1/messages/msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd/cancel", "messages:write"],
  ["writer", "GET", "/v1/messages", "messages:read"],
  ["writer", "GET", "/v1/messages/msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", "messages:read"],
])("%s may not %s %s", async (as, method, path, scope) => {
  const answer = await api.request(method, path, { as, ...(method === "POST" && { body: aText() }) });

  expectProblem(answer, "forbidden");
  expect(answer.body.detail).toContain(scope);
  expect(answer.headers.get("www-authenticate")).toContain(`error="insufficient_scope", scope="${scope}"`);
});
