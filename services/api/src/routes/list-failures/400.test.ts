// Queries of operators are checked like all others; the faults name the parameter.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each([
  ["failures?class=No%20class", "class"],
  ["failures?code=many", "code"],
  ["failures?from=yesterday", "from"],
  ["failures?limit=0", "limit"],
  ["failures?cursor=guess", "cursor"],
  ["failures?until=2027-01-31T09:00:00Z", "until"],
  ["waiting?lane=slow", "lane"],
  ["waiting?limit=201", "limit"],
  ["waiting?cursor=guess", "cursor"],
  ["audit?limit=many", "limit"],
  ["audit?cursor=1-1", "cursor"],
  ["audit?who=ops", "who"],
])("%s", async (query, parameter) => {
  const answer = await api.request("GET", `/v1/senders/demo/${query}`, { as: "operator" });

  expectProblem(answer, "invalid-parameters");
  expect(answer.body.errors.map((fault) => fault.parameter)).toEqual([parameter]);
});
