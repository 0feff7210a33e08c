// A statement is kept for the portfolio, in the order of its own time.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { recordedConsentSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const PATH = "/v1/contacts/+49 1512-345 678/consents/marketing?sender=demo";

async function say(body: object, path = PATH) {
  const answer = await api.request("PUT", path, { as: "desk", body });
  expect(answer.status).toBe(200);
  expect(recordedConsentSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body;
}

test("an opt-in with its proof, an opt-out that overrules it, and an older one that does not", async () => {
  const hourAgoMs = Date.now() - 3_600_000;
  const at = (minute: number) => new Date(hourAgoMs + minute * 60_000).toISOString();
  const optIn = { state: "opted-in", at: at(1), proof: "Form 12" };
  expect(await say(optIn)).toEqual({
    result: "recorded",
    consent: { state: "opted-in", history: [{ ...optIn, source: "api", by: "desk" }] },
  });
  expect(await say({ state: "opted-out", at: at(3) })).toMatchObject({
    result: "recorded",
    consent: { state: "opted-out" },
  });
  expect(await say({ state: "opted-in", at: at(2), source: "import" })).toMatchObject({
    result: "older",
    consent: {
      state: "opted-out",
      history: [{ at: at(3) }, { at: at(2), source: "import", proof: null }, { at: at(1) }],
    },
  });
  expect(await say(optIn)).toMatchObject({ result: "same", consent: { history: { length: 3 } } });
});

test("without a time it was said now, and it holds for the portfolio's other senders", async () => {
  const beforeMs = Date.now();
  const { consent } = (await say(
    { state: "opted-out" },
    "/v1/contacts/DE.123/consents/utility?sender=demo",
  )) as unknown as {
    consent: { history: { at: string }[] };
  };
  expect(Date.parse(consent.history[0]?.at ?? "")).toBeGreaterThanOrEqual(beforeMs);
  const seen = await api.request("GET", "/v1/contacts/DE.123?sender=second", { as: "desk" });
  expect(seen.body).toMatchObject({ consent: { utility: { state: "opted-out" }, marketing: { state: "unknown" } } });
});
