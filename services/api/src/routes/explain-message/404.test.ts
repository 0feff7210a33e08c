// As with the message itself: every reason not to explain it is the same answer.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test("no reason differs from another", async () => {
  const accepted = async (as: "shop" | "other", sender: string) =>
    (await api.request("POST", "/v1/messages", { as, body: aText({ sender }) })).body.id;
  const ids = [
    "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
    "msg_nobody_01kahz3n8qf6q9t0x2m4w7c5rd",
    "4711",
    await accepted("other", "demo"),
    await accepted("other", "third"),
  ];
  const answers = await Promise.all(ids.map((id) => api.request("GET", `/v1/messages/${id}/explain`)));

  for (const answer of answers) expectProblem(answer, "not-found");
  expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
});
