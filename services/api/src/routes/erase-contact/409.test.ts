// What is on the wire cannot be taken back: it is erased when it has ended, by the same request once more.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { finish, take } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const erase = () => api.request("DELETE", "/v1/contacts/+4915112345678", { as: "desk" });

test("a message on the wire, and one that waits for another number of the same person", async () => {
  const [sent, waiting] = await Promise.all(
    ["demo", "second"].map(
      async (sender) => (await api.request("POST", "/v1/messages", { body: aText({ sender }) })).body.id,
    ),
  );
  const taken = await take(api, sent ?? "");

  const refused = await erase();
  expectProblem(refused, "contact-busy");
  expect(refused.body).toMatchObject({ left: 1 });
  expect(refused.headers.get("retry-after")).toBe("10");
  expectProblem(await api.request("GET", `/v1/messages/${waiting}`), "not-found");
  expect((await api.request("GET", `/v1/messages/${sent}`)).body).toMatchObject({ status: "sending" });

  await finish(api, sent ?? "", taken, {
    verdict: { kind: "submit", wamid: "wamid.A" },
    outcome: "accepted",
    failure: null,
  });
  expect((await erase()).body).toMatchObject({ messages: 1 });
  expectProblem(await api.request("GET", `/v1/messages/${sent}`), "not-found");
});
