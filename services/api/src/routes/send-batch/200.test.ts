// A batch with messages that cannot be accepted: they say why, and their neighbours do not notice.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type RedisServer, startRedis } from "@tern/devkit";
import type { AcceptedTogether, NewMessage } from "@tern/store";
import { problemType } from "../../problems.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { batchResultSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const send = (body: unknown, headers: Record<string, string> = {}) =>
  api.request("POST", "/v1/messages/batch", { body, headers });

test("each bad one gets its problem, with pointers into the batch", async () => {
  const deep = `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  const messages = [
    aText(),
    aText({ to: "0151" }),
    "no message",
    aText({ sender: "third", lane: "x" }),
    null,
    aText({ metadata: "DEEP" }),
    aText({ text: { body: "a\0" } }),
    aText({ sender: "third" }),
    aText({ sender: "nobody" }),
    aText({ to: "+15550783881" }),
  ];
  const answer = await send(JSON.stringify({ messages }).replace('"DEEP"', deep));

  expect(answer.status).toBe(200);
  expect(batchResultSchema.safeParse(answer.body).success).toBe(true);
  expect(answer.body).toMatchObject({ accepted: 2, refused: 8 });
  const results = answer.body.results;
  expect(results.flatMap(({ id, index }) => (id === undefined ? [] : [index]))).toEqual([0, 9]);
  const pointers = results.map(({ problem }) => problem?.errors?.map(({ pointer }) => pointer));
  expect(pointers).toEqual([
    undefined,
    ["/messages/1/to"],
    ["/messages/2"],
    ["/messages/3/lane", "/messages/3/sender"],
    ["/messages/4"],
    ["/messages/5/metadata"],
    ["/messages/6/text/body"],
    ["/messages/7/sender"],
    ["/messages/8/sender"],
    undefined,
  ]);
  const kinds = results.map(({ problem }) => problem && `${problem.status} ${problem.type}`);
  const invalid = `400 ${problemType("invalid-request")}`;
  const unknown = `422 ${problemType("unknown-sender")}`;
  expect(kinds.slice(1, -1)).toEqual([...Array(6).fill(invalid), unknown, unknown]);
});

test("none at all accepted is told the same way", async () => {
  const answer = await send({ messages: [{}, {}] });

  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ accepted: 0, refused: 2 });
});

test("a key that was used for another message concerns that message only", async () => {
  const headers = { "Idempotency-Key": "batch-2" };
  await send({ messages: [aText(), aText()] }, headers);
  const answer = await send({ messages: [aText(), aText({ lane: "urgent" }), aText()] }, headers);

  expect(answer.status).toBe(200);
  expect(answer.body.results).toMatchObject([
    { index: 0, replayed: true },
    { index: 1, problem: { type: "urn:tern:problem:idempotency-key-reused", status: 422 } },
    { index: 2, id: expect.any(String) },
  ]);
});

test("an outage in the middle leaves what was accepted, and says which messages were not", async () => {
  let calls = 0;
  const real = api.store.accept;
  const accept = async (
    sender: Parameters<typeof real>[0],
    messages: readonly NewMessage[],
  ): Promise<AcceptedTogether> => {
    calls += 1;
    if (calls > 1) throw new Error("Command timed out");
    return real(sender, messages);
  };
  const broken = await startTestApi({ storeOverrides: { accept } });
  try {
    const messages = Array.from({ length: 600 }, (_, index) =>
      aText({ to: `+491512${String(index).padStart(7, "0")}` }),
    );
    const answer = await broken.request("POST", "/v1/messages/batch", { body: { messages } });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ accepted: 250, refused: 350 });
    const results = answer.body.results;
    expect(results.slice(0, 250).every(({ id }) => id !== undefined)).toBe(true);
    expect(results.slice(250).every(({ problem }) => problem?.status === 503)).toBe(true);
    expect(calls).toBe(2); // the third chunk is not tried: it would only wait as long
    expect(broken.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  } finally {
    await broken.close();
  }
});

test("an outage from the start is 503 for the whole batch", async () => {
  const redis: RedisServer = await startRedis();
  const away = await startTestApi({ redisUrl: redis.url });
  try {
    await redis.kill();
    const answer = await away.request("POST", "/v1/messages/batch", { body: { messages: [aText(), {}] } });

    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("2");
  } finally {
    await away.close();
    await redis.stop();
  }
});
