// What failed, with what to do about it: counts, and page by page.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { refuse } from "../../testing/worker.ts";
import { failuresSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function failures(query = "") {
  const answer = await api.request("GET", `/v1/senders/demo/failures${query}`, { as: "operator" });
  expect(answer.status).toBe(200);
  return failuresSchema.parse(answer.body);
}

async function failed(failure: object = {}): Promise<string> {
  const { id } = (await api.request("POST", "/v1/messages", { body: aText({ lane: "bulk" }) })).body;
  await refuse(api, id, failure);
  return id;
}

test("by class and code, the most frequent first, the last one first; what is retried is no failure any more", async () => {
  const ids = [await failed(), await failed(), await failed({ class: "transient", code: 131000, hint: "Wait." })];
  const page = await failures();

  expect(page.counts).toEqual([
    { class: "rejected", code: 131026, reason: "undeliverable", hint: "Ask the recipient.", count: 2 },
    { class: "transient", code: 131000, reason: "undeliverable", hint: "Wait.", count: 1 },
  ]);
  expect(page.messages.map(({ id }) => id)).toEqual([...ids].reverse());
  expect(page.messages[0]).toMatchObject({
    caller: "shop",
    error: { class: "transient", code: 131000, httpStatus: 400 },
  });

  expect((await failures("?class=transient&code=131000")).messages.map(({ id }) => id)).toEqual([ids[2]]);
  expect((await failures("?class=transient")).counts).toHaveLength(1);
  expect(await failures(`?to=${new Date(Date.now() - 60_000).toISOString()}`)).toMatchObject({
    counts: [],
    messages: [],
  });
  await api.request("POST", `/v1/messages/${ids[1]}/retry`, { as: "operator" });
  expect((await failures()).messages.map(({ id }) => id)).toEqual([ids[2], ids[0]]);
});

test("what proved to be delivered after all is none", async () => {
  const id = await failed({ code: 7 });
  const message = { localId: parseMessageId(id)?.localId ?? "", wireNumber: 1 };
  const delivered = {
    wamid: "wamid.D",
    status: "delivered",
    atMs: Date.now(),
    message,
    pricing: null,
    failure: null,
  } as const;
  await api.store.apply(
    { id: "demo", pace: "unlimited" },
    { statuses: [delivered], inbound: [], aside: [], raw: null },
  );

  expect(await failures("?code=7")).toMatchObject({ counts: [], messages: [] });
});

test("page by page, each message once", async () => {
  const first = await failures("?limit=1");
  const second = await failures(`?limit=5&cursor=${first.nextCursor}`);
  expect(new Set([...first.messages, ...second.messages].map(({ id }) => id)).size).toBe(2);
  expect(second.nextCursor).toBeNull();
});
