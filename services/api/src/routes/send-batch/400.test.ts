// A batch that is none.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { BODY_BYTES_MAX, MESSAGES_MAX } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each<[string, unknown, string[]]>([
  ["a bare list", [aText()], [""]],
  ["no list", { messages: aText() }, ["/messages"]],
  ["nothing", {}, ["/messages"]],
  ["an empty list", { messages: [] }, ["/messages"]],
  ["too many", { messages: Array(MESSAGES_MAX + 1).fill(0) }, ["/messages"]],
  ["another field", { messages: [aText()], sender: "demo" }, ["/sender"]],
])("%s", async (_what, body, pointers) => {
  const answer = await api.request("POST", "/v1/messages/batch", { body });

  expectProblem(answer, "invalid-request");
  expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
});

test("8 MiB are allowed, a byte more is 413", async () => {
  const ofBytes = (bytes: number) => JSON.stringify({ messages: [aText()] }).padEnd(bytes, " ");
  const fits = await api.request("POST", "/v1/messages/batch", { body: ofBytes(BODY_BYTES_MAX) });
  const tooLarge = await api.request("POST", "/v1/messages/batch", { body: ofBytes(BODY_BYTES_MAX + 1) });

  expect(fits.status).toBe(202);
  expectProblem(tooLarge, "too-large");
});
