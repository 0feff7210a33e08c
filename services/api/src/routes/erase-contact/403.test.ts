// What other services know of a person is not the caller's to erase, nor half of what a portfolio knows.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Deployment } from "@tern/runtime";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { testDeployment } from "../../testing/test-deployment.ts";

const whole: Deployment = testDeployment();
const shared = whole.senders.map((sender) => ({ ...sender, portfolio: { id: "test", tier: 10, reserve: 1 } }));
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ deployment: () => ({ ...whole, senders: shared }) });
});
afterAll(() => api.close());

test("a portfolio of which the caller may not use all senders", async () => {
  const { id } = (await api.request("POST", "/v1/messages", { body: aText() })).body;
  expectProblem(await api.request("DELETE", "/v1/contacts/+4915112345678", { as: "desk" }), "forbidden");
  expect((await api.request("GET", `/v1/messages/${id}`)).body).toMatchObject({ status: "queued" });
});
