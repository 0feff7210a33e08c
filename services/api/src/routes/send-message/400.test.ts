// What cannot be read is refused before anything else is looked at.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each([
  ["nothing", "", /empty/],
  ["half an object", '{"sender": "demo"', /position 17 \(line 1 column 18\)/],
  ["a trailing comma", '{\n"to": "+49",\n}', /position 15 \(line 3 column 1\)/],
  ["NaN", '{"ttlSeconds": NaN}', /JSON/],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
])("a body that is %s", async (_what, body, detail) => {
  const answer = await api.request("POST", "/v1/messages", { body });

  expectProblem(answer, "invalid-json");
  expect(answer.body.detail).toMatch(detail);
});

test("a byte order mark is no fault", async () => {
  const answer = await api.request("POST", "/v1/messages", { body: `\uFEFF${JSON.stringify(aText())}` });
  expect(answer.status).toBe(202);
});

test.each([
  ["empty", ""],
  ["longer than 255 characters", "k".repeat(256)],
  ["not ASCII", "schl\u00fcssel"],
])("an Idempotency-Key that is %s", async (_what, key) => {
  const answer = await api.request("POST", "/v1/messages", { body: aText(), headers: { "Idempotency-Key": key } });

  expectProblem(answer, "invalid-parameters");
  expect(answer.body.errors).toEqual([{ parameter: "Idempotency-Key", detail: expect.any(String) }]);
});

test("an Idempotency-Key of 255 characters is none too long", async () => {
  const headers = { "Idempotency-Key": "~".repeat(255) };
  expect((await api.request("POST", "/v1/messages", { body: aText(), headers })).status).toBe(202);
});
