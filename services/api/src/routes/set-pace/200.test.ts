// An ordered pace is in force at once and outranks the configured one until it is taken back.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { operatedSchema } from "../../operated.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { testDeployment } from "../../testing/test-deployment.ts";

let api: TestApi;
beforeAll(async () => {
  const deployment = testDeployment(80);
  api = await startTestApi({ deployment: () => deployment });
});
afterAll(() => api.close());

async function setPace(perSecond: number | null) {
  const answer = await api.request("PUT", "/v1/senders/demo/pace", { as: "operator", body: { perSecond } });
  expect(answer.status).toBe(200);
  expect(operatedSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body;
}

test("set, set again, and taken back", async () => {
  const pace = (ordered: number | null, inForce: number) => ({ configured: 80, ordered, slowFactor: 1, inForce });

  expect(await setPace(40)).toMatchObject({ changed: true, sender: { pace: pace(40, 39.2) } });
  expect(await setPace(40)).toMatchObject({ changed: false, sender: { pace: pace(40, 39.2) } });
  const { intervalUs } = await api.store.begin(
    { id: "demo", pace: 80 },
    { most: 0, byLane: { urgent: 0, normal: 0, bulk: 0 }, bulkRestsUntilMs: null, needsWindows: false },
  );
  expect(intervalUs).toBe(Math.floor(1_000_000 / 39.2));
  expect(await setPace(null)).toMatchObject({ changed: true, sender: { pace: pace(null, 78.4) } });
  expect(await setPace(null)).toMatchObject({ changed: false });
  expect(await api.store.readAudit("demo", 10, null)).toMatchObject([
    { changed: false },
    { who: "operator", verb: "set", name: "pace", value: "", changed: true },
    { changed: false },
    { who: "operator", verb: "set", name: "pace", value: "40", changed: true },
  ]);
});
