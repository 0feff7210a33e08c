// Many statements at once: each has a result of its own, in the order of the request.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { consentsResultSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function say(...consents: unknown[]) {
  const answer = await api.request("POST", "/v1/consents", { as: "desk", body: { sender: "demo", consents } });
  expect(answer.status).toBe(200);
  expect(consentsResultSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body;
}

const optIn = { contact: "+4915112345678", category: "marketing", state: "opted-in", at: "2026-01-31T09:00:00Z" };

test("one that is wrong harms no other, and is told with its place", async () => {
  const result = await say(
    optIn,
    { ...optIn, state: "perhaps", contact: "0151" },
    { ...optIn, state: "opted-out" },
    optIn,
    7,
  );
  expect(result).toMatchObject({ accepted: 3, refused: 2 });
  expect(
    result.results.map((one) => ("problem" in one ? one.problem?.errors.map(({ pointer }) => pointer) : one)),
  ).toEqual([
    { index: 0, result: "recorded" },
    ["/consents/1/contact", "/consents/1/state"],
    { index: 2, result: "recorded" },
    { index: 3, result: "same" },
    ["/consents/4"],
  ]);
  expect((await api.store.readConsent("test", "+4915112345678")).statements.marketing).toMatchObject([
    { state: "opted-out", by: "desk" },
    { state: "opted-in" },
  ]);
});

test("a thousand of them, repeated, are known already", async () => {
  const many = Array.from({ length: 1_000 }, (_, at) => ({
    ...optIn,
    contact: `+49151${10_000_000 + at}`,
    proof: "é".repeat(1_000),
  }));
  expect(await say(...many)).toMatchObject({ accepted: 1_000, refused: 0 });
  const { results } = await say(...many);
  expect(new Set(results.map((one) => (one as { result?: string }).result))).toEqual(new Set(["same"]));
});
