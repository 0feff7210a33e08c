// A batch whose every message is right: all accepted, in order, and safe to repeat.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { batchResultSchema, MESSAGES_MAX } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const send = (messages: readonly unknown[], headers: Record<string, string> = {}) =>
  api.request("POST", "/v1/messages/batch", { body: { messages }, headers });
const recipient = (index: number) => `+491511${String(index).padStart(7, "0")}`;

test("1,000 messages of two senders, each with its own result in order", async () => {
  api.calls.length = 0;
  const messages = Array.from({ length: MESSAGES_MAX }, (_, index) =>
    aTemplate({ sender: index % 3 === 0 ? "second" : "demo", to: recipient(index), reference: `r${index}` }),
  );
  const { status, body } = await send(messages);

  expect(status).toBe(202);
  expect(batchResultSchema.safeParse(body).success).toBe(true);
  expect(body).toMatchObject({ accepted: MESSAGES_MAX, refused: 0 });
  const results = body.results;
  expect(results.map(({ index }) => index)).toEqual(messages.map((_, index) => index));
  expect(new Set(results.map(({ id }) => id)).size).toBe(MESSAGES_MAX);
  expect(api.calls.sort()).toEqual(["demo", "second"]); // one call each, however many messages there are
  for (const index of [0, 1, 2, 499, 500, 998, 999]) {
    const address = parseMessageId(results[index]?.id ?? "");
    const record = address && (await api.store.read(address.sender, address.localId));
    expect(record).toMatchObject({ to: recipient(index), reference: `r${index}`, sender: messages[index]?.sender });
  }
});

test("messages to one recipient keep the order of the batch", async () => {
  const messages = Array.from({ length: 600 }, (_, index) =>
    aText({ to: recipient(7_000_000), reference: `o${index}` }),
  );
  const { body } = await send(messages);

  const ids = body.results.map(({ id }) => id ?? "");
  expect([...ids].sort()).toEqual(ids); // ids sort by the time they were made
  const places = await Promise.all(ids.map((id) => api.store.read("demo", parseMessageId(id)?.localId ?? "")));
  expect(places.map((record) => record?.place)).toEqual(["backlog", ...Array(599).fill("turn")]);
});

test("repeating it with its Idempotency-Key sends nothing twice; its messages can be repeated one by one", async () => {
  const messages = [aText({ to: recipient(1) }), aText({ to: recipient(2) })];
  const headers = { "Idempotency-Key": "batch-1" };
  const first = await send(messages, headers);
  api.calls.length = 0;
  const again = await send(messages, headers);
  const single = await api.request("POST", "/v1/messages", {
    body: messages[1],
    headers: { "Idempotency-Key": "batch-1/1" },
  });

  expect(again.status).toBe(202);
  expect(again.body.results).toEqual(first.body.results.map((result) => ({ ...result, replayed: true })));
  expect(single.body.id).toBe(first.body.results[1]?.id);
  expect(api.calls).toEqual([]);
});
