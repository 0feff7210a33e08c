// What cannot be sent again: the answer says why, and what the message is.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { keyOf, senderBase } from "@tern/store";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { refuse } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const accepted = async () => (await api.request("POST", "/v1/messages", { body: aText({ lane: "bulk" }) })).body.id;
const retry = (id: string, as: "shop" | "other" = "shop") => api.request("POST", `/v1/messages/${id}/retry`, { as });

test("one that has not failed", async () => {
  const answer = await retry(await accepted());
  expectProblem(answer, "not-retryable");
  expect(answer.body).toMatchObject({ why: "not-failed", messageStatus: "queued" });
});

test("one whose content is gone", async () => {
  const id = await accepted();
  await refuse(api, id);
  await api.redis.del(keyOf.content(senderBase(api.prefix, "demo"), parseMessageId(id)?.localId ?? ""));

  const answer = await retry(id);
  expectProblem(answer, "not-retryable");
  expect(answer.body).toMatchObject({ why: "content-gone", messageStatus: "failed" });
});

test("another caller's is not there at all", async () => {
  const id = await accepted();
  await refuse(api, id);
  expectProblem(await retry(id, "other"), "not-found");
});
