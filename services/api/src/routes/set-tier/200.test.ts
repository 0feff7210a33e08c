// An ordered tier is in force for all senders of the portfolio, and bulk that waited for the old one asks again.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { operatedPortfolioSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function setTier(body: { tier: number | null; reserve?: number | null }) {
  const answer = await api.request("PUT", "/v1/portfolios/test/tier", { as: "operator", body });
  expect(answer.status).toBe(200);
  expect(operatedPortfolioSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body;
}

test("set with a reserve, set again, and taken back", async () => {
  expect(await setTier({ tier: 1_000, reserve: 100 })).toEqual({
    changed: true,
    portfolio: {
      id: "test",
      tier: { configured: null, ordered: 1_000, inForce: 1_000 },
      reserve: { configured: 0, ordered: 100, inForce: 100 },
      reached: 0,
    },
  });
  expect(await api.store.readAudit("second", 1, null)).toMatchObject([
    { who: "operator", verb: "note", value: 'tier of portfolio test: {"tier":1000,"reserve":100}' },
  ]);
  expect(await setTier({ tier: 1_000 })).toMatchObject({ changed: false, portfolio: { reserve: { inForce: 100 } } });
  const sender = await api.request("GET", "/v1/senders/second", { as: "operator" });
  expect(sender.body).toMatchObject({ portfolio: { tier: { inForce: 1_000 } } });
  expect(await setTier({ tier: null, reserve: null })).toMatchObject({
    changed: true,
    portfolio: { tier: { ordered: null, inForce: null }, reserve: { ordered: null, inForce: 0 } },
  });
});

test("a higher tier ends the wait of bulk for the old one, and calls the workers of all its senders", async () => {
  await setTier({ tier: 1 });
  const untilMs = Date.now() + 3_600_000;
  await api.redis.hset(`${api.prefix}:{demo}:s`, "full2", untilMs);
  expect((await api.store.readSender("demo")).lanes.bulk.tierFullUntilMs).toBe(untilMs);
  api.calls.length = 0;
  await setTier({ tier: 2 });

  expect((await api.store.readSender("demo")).lanes.bulk.tierFullUntilMs).toBeNull();
  expect(api.calls.sort()).toEqual(["demo", "second"]);
});
