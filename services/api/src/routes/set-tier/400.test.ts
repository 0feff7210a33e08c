// A tier that is none, or that would leave bulk nothing, changes nothing.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each<[string, object, string]>([
  ["no tier", { reserve: 1 }, "/tier"],
  ["a tier of nobody", { tier: 0 }, "/tier"],
  ["a negative reserve", { tier: 10, reserve: -1 }, "/reserve"],
  ["a reserve above the tier", { tier: 10, reserve: 11 }, "/reserve"],
])("%s", async (_what, body, pointer) => {
  const answer = await api.request("PUT", "/v1/portfolios/test/tier", { as: "operator", body });

  expectProblem(answer, "invalid-request");
  expect(answer.body.errors.map((fault) => fault.pointer)).toEqual([pointer]);
  expect(await api.store.readPortfolio("test")).toMatchObject({ tierOrdered: null, reserveOrdered: null });
});
