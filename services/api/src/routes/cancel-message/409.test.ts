// Too late: the answer says whether it is on the wire at this moment or past it, and what became of it.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { finish, take } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test("on the wire, then submitted", async () => {
  const { id } = (await api.request("POST", "/v1/messages", { body: aText() })).body;
  const taken = await take(api, id);
  const onWire = await api.request("POST", `/v1/messages/${id}/cancel`);
  const verdict = { kind: "submit", wamid: "wamid.HBgLMTU1NTA3ODM4ODE" } as const;
  await finish(api, id, taken, { verdict, outcome: "accepted", failure: null });
  const tooLate = await api.request("POST", `/v1/messages/${id}/cancel`);

  expectProblem(onWire, "not-cancelable");
  expect(onWire.body).toMatchObject({ why: "on-wire", messageStatus: "sending" });
  expectProblem(tooLate, "not-cancelable");
  expect(tooLate.body).toMatchObject({ why: "too-late", messageStatus: "submitted" });
});
