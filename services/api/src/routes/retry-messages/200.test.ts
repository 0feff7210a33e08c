// All failed messages of a filter, page by page, each once.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { keyOf, senderBase } from "@tern/store";
import { manyResultSchema } from "../../many-messages.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { refuse } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function failed(count: number, changes: Record<string, string>, failure: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { id } = (await api.request("POST", "/v1/messages", { body: aText({ lane: "bulk", ...changes }) })).body;
    await refuse(api, id, failure);
    ids.push(id);
  }
  return ids;
}

async function retry(filter: object) {
  const answer = await api.request("POST", "/v1/messages/retry", {
    as: "operator",
    body: { sender: "demo", ...filter },
  });
  expect(answer.status).toBe(200);
  return manyResultSchema.parse(answer.body);
}
const statuses = (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await api.request("GET", `/v1/messages/${id}`, { as: "auditor" })).body.status));

test("by class and code, in pages, until there is no more; what was retried is not found again", async () => {
  const wanted = await failed(5, { reference: "pages" }, { class: "transient", code: 131000 });
  const others = [...(await failed(1, {})), ...(await failed(1, {}, { class: "transient", code: 130472 }))];
  const filter = { class: "transient", code: 131000, limit: 2 };
  api.calls.length = 0;
  let page = await retry(filter);
  const pages = [page];
  while (page.nextCursor !== null) {
    page = await retry({ ...filter, cursor: page.nextCursor });
    pages.push(page);
  }

  expect(pages.map(({ matched, done }) => [matched, done])).toEqual([
    [2, 2],
    [2, 2],
    [1, 1],
  ]);
  expect(await statuses(wanted)).toEqual(Array(5).fill("queued"));
  expect(await statuses(others)).toEqual(["failed", "failed"]);
  expect(await retry(filter)).toEqual({ matched: 0, done: 0, refused: {}, nextCursor: null });
  expect(api.calls).toEqual(["demo"]); // the first page's; nobody has looked since
  expect(await api.store.readAudit("demo", 1, null)).toMatchObject([
    { who: "operator", verb: "note", value: 'retry 1 of 1 with {"sender":"demo","class":"transient","code":131000}' },
  ]);
});

test("by caller, reference and time; those that cannot be are counted by their reason", async () => {
  const [mine] = await failed(1, { reference: "mine" });
  const [expired] = await failed(1, { reference: "mine", expiresAt: new Date(Date.now() + 60_000).toISOString() });
  const { localId = "" } = parseMessageId(expired ?? "") ?? {};
  await api.redis.hset(keyOf.record(senderBase(api.prefix, "demo"), localId), "e", Date.now() - 1); // a minute later

  expect(await retry({ reference: "mine", caller: "other" })).toMatchObject({ matched: 0 });
  expect(await retry({ reference: "mine", acceptedTo: new Date(Date.now() - 3_600_000).toISOString() })).toMatchObject({
    matched: 0,
  });
  expect(await retry({ reference: "mine", caller: "shop", status: "failed" })).toEqual({
    matched: 2,
    done: 1,
    refused: { expired: 1 },
    nextCursor: null,
  });
  expect(await statuses([mine ?? "", expired ?? ""])).toEqual(["queued", "failed"]);
});
