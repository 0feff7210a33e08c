// The body is JSON in UTF-8, uncompressed, and says so.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const body = JSON.stringify(aText());

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "application/json; charset=iso-8859-1",
  "application/jsonx",
])("%s is refused", async (type) => {
  const answer = await api.request("POST", "/v1/messages", { body, headers: { "content-type": type } });

  expectProblem(answer, "unsupported-media-type");
  expect(answer.headers.get("accept")).toBe("application/json");
});

test.each(["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])(
  "%s is accepted",
  async (type) => {
    const { status } = await api.request("POST", "/v1/messages", { body, headers: { "content-type": type } });
    expect(status).toBe(202);
  },
);

test("a compressed body is refused", async () => {
  const headers = { "content-encoding": "gzip" };
  const answer = await api.request("POST", "/v1/messages", { body: gzipSync(body), headers });

  expectProblem(answer, "unsupported-media-type");
  expect(answer.body.detail).toContain("Content-Encoding");
});
