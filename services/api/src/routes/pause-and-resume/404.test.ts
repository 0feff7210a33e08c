// A lane there is not, a name that no template can have.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each(["/lanes/slow/pause", "/lanes/0/resume", "/templates/Sale!/pause", `/templates/${"x".repeat(513)}/pause`])(
  "%s",
  async (path) => {
    expectProblem(await api.request("POST", `/v1/senders/demo${path}`, { as: "operator" }), "not-found");
    expect((await api.store.readSender("demo")).templates).toEqual([]);
  },
);
