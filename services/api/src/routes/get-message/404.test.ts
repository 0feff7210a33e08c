// An id tells nothing to those it does not concern: every reason not to show a message is the same answer.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { type Answer, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** Both ways to ask about a message. */
const ask = (id: string, as: "shop" | "single" | "supervisor" = "shop"): Promise<Answer[]> =>
  Promise.all([
    as === "supervisor" ? [] : api.request("GET", `/v1/messages/${id}`, { as }),
    api.request("POST", `/v1/messages/${id}/cancel`, { as }),
  ]).then((answers) => answers.flat());

async function acceptedFor(as: "shop" | "other", sender: string): Promise<string> {
  return (await api.request("POST", "/v1/messages", { as, body: aText({ sender }) })).body.id;
}

test("no reason differs from another", async () => {
  const answers = [
    ...(await ask("msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd")), // there is no such message
    ...(await ask("msg_nobody_01kahz3n8qf6q9t0x2m4w7c5rd")), // no such sender
    ...(await ask("4711")), // no id at all
    ...(await ask("msg_demo_..%2F..%2Fx")),
    ...(await ask(`msg_${"x".repeat(5_000)}`)),
    ...(await ask(await acceptedFor("other", "third"))), // a sender that is not the caller's
    ...(await ask(await acceptedFor("other", "demo"))), // another caller's message
    ...(await ask(await acceptedFor("shop", "second"), "supervisor")), // read-all, but not of this sender
  ];

  for (const answer of answers) expectProblem(answer, "not-found");
  expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
});

test("a refused cancel has canceled nothing", async () => {
  const id = await acceptedFor("other", "demo");
  await ask(id);
  expect((await api.request("GET", `/v1/messages/${id}`, { as: "other" })).body.status).toBe("queued");
});
