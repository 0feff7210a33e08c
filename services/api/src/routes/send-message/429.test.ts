// A caller that has as many messages waiting as the deployment allows is told to come again; others are not concerned.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { take } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ settings: { backlogMax: 2 } });
});
afterAll(() => api.close());

const send = (headers: Record<string, string> = {}, as: "shop" | "other" = "shop") =>
  api.request("POST", "/v1/messages", { as, body: aText({ lane: "bulk" }), headers });

test("the third of two is 429 with Retry-After, keeps nothing, and is accepted once there is room", async () => {
  const first = await send({ "Idempotency-Key": "first" });
  await send();
  const refused = await send({ "Idempotency-Key": "third" });
  const replayed = await send({ "Idempotency-Key": "first" });
  const batch = await api.request("POST", "/v1/messages/batch", { body: { messages: [aText({ lane: "bulk" })] } });

  expectProblem(refused, "too-many-waiting");
  expect(refused.headers.get("retry-after")).toBe("10");
  expect((await send({}, "other")).status).toBe(202);
  expect([replayed.status, replayed.body.id]).toEqual([202, first.body.id]); // what was accepted stays so
  expect(batch.body.results).toMatchObject([{ problem: { status: 429, type: "urn:tern:problem:too-many-waiting" } }]);

  await take(api, first.body.id);
  const again = await send({ "Idempotency-Key": "third" });
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, null]);
});
