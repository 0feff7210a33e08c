// Too late: the answer says whether it is on the wire at this moment or past it, and what became of it.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function begun() {
  const { id } = (await api.request("POST", "/v1/messages", { body: aText() })).body;
  const localId = parseMessageId(id)?.localId ?? "";
  const send = await api.store.begin({ id: "demo", pace: "unlimited" }, localId, 1);
  if (send.kind !== "send") throw new Error("it should have begun");
  return { id, localId, wireNumber: send.wireNumber };
}

test("on the wire, then submitted", async () => {
  const { id, localId, wireNumber } = await begun();
  const onWire = await api.request("POST", `/v1/messages/${id}/cancel`);
  await api.store.finish("demo", {
    localId,
    wireNumber,
    verdict: { kind: "submit", wamid: "wamid.HBgLMTU1NTA3ODM4ODE" },
    outcome: "accepted",
    failure: null,
    begunAtMs: Date.now(),
    tookMs: 5,
  });
  const tooLate = await api.request("POST", `/v1/messages/${id}/cancel`);

  expectProblem(onWire, "not-cancelable");
  expect(onWire.body).toMatchObject({ why: "on-wire", messageStatus: "sending" });
  expectProblem(tooLate, "not-cancelable");
  expect(tooLate.body).toMatchObject({ why: "too-late", messageStatus: "submitted" });
});
