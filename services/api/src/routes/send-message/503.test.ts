// Redis away or full: the caller is told to come again, at once, and the service recovers without a restart.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { type RedisServer, startRedis, waitUntil } from "@tern/devkit";
import { problemOf } from "../../problem-handler.ts";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let redis: RedisServer;
let api: TestApi;
beforeAll(async () => {
  redis = await startRedis();
  api = await startTestApi({ redisUrl: redis.url });
});
afterAll(async () => {
  await api.close();
  await redis.stop();
});
beforeEach(() => {
  api.lines.length = 0;
});

const send = (headers: Record<string, string> = {}) => api.request("POST", "/v1/messages", { body: aText(), headers });
const isServing = () => waitUntil(async () => (await send()).status === 202, { what: "the API to accept again" });

describe("Redis that is gone", () => {
  test("is 503 at once with Retry-After, and 202 again once it is back, calls included", async () => {
    await redis.kill();
    const startedMs = performance.now();
    const answers = await Promise.all([
      send(),
      send(),
      api.request("GET", "/v1/messages/msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd"),
    ]);
    expect(performance.now() - startedMs).toBeLessThan(2_000);

    for (const answer of answers) {
      expectProblem(answer, "unavailable");
      expect(answer.headers.get("retry-after")).toBe("2");
    }
    expect((await api.request("GET", "/readyz")).status).toBe(503);
    expect((await api.request("GET", "/livez")).status).toBe(200);
    const told = () => api.lines.filter(({ msg }) => /Redis is away/.test(String(msg)));
    await waitUntil(() => told().length === 2, { what: "a line for each connection" });

    await redis.restart();
    await isServing();
    await waitUntil(async () => (await api.request("GET", "/readyz")).status === 200, { what: "ready again" });
    const { body } = await send();
    await waitUntil(
      async () =>
        (await api.redis.lrange(`${api.prefix}:{demo}:send.demo:wait`, 0, -1)).length +
        (await api.redis.zcard(`${api.prefix}:{demo}:send.demo:prioritized`)),
      { what: "a call in the queue of a Redis that lost its scripts" },
    );
    expect(parseMessageId(body.id)).not.toBeNull();
    expect(told()).toHaveLength(2); // however many requests and attempts there were
  });
});

describe("Redis that is full", () => {
  test("is 503 with a longer Retry-After, and nothing is kept in part", async () => {
    await api.redis.config("SET", "maxmemory", "1mb");
    const keysBefore = await api.redis.dbsize();
    const answer = await send({ "Idempotency-Key": "full" });

    expectProblem(answer, "unavailable");
    expect(answer.headers.get("retry-after")).toBe("10");
    expect(await api.redis.dbsize()).toBe(keysBefore);

    await api.redis.config("SET", "maxmemory", "0");
    const again = await send({ "Idempotency-Key": "full" });
    expect(again.status).toBe(202);
    expect(again.headers.get("idempotency-replayed")).toBeNull();
  });
});

test("a request log line of an outage has its cause and is no error", async () => {
  await api.redis.config("SET", "maxmemory", "1mb");
  await send();
  await api.redis.config("SET", "maxmemory", "0");

  const requests = api.lines.filter(({ msg }) => msg === "request");
  expect(requests).toEqual([expect.objectContaining({ level: "info", status: 503, err: expect.anything() })]);
});

test.each([
  ["ReplyError", "LOADING Redis is loading the dataset in memory", "unavailable"],
  ["ReplyError", "READONLY You can't write against a read only replica.", "unavailable"],
  ["ReplyError", "CLUSTERDOWN The cluster is down", "unavailable"],
  ["ReplyError", "ERR Error running script: user_script:1: attempt to index a nil value", "internal-error"],
  ["ReplyError", "WRONGTYPE Operation against a key holding the wrong kind of value", "internal-error"],
  ["Error", "Command timed out", "unavailable"],
  ["MaxRetriesPerRequestError", "Reached the max retries per request limit", "unavailable"],
  ["TypeError", "Cannot read properties of undefined", "internal-error"],
])("%s: %s is %s", (name, message, slug) => {
  const error = Object.defineProperty(new Error(message), "name", { value: name });
  expect(problemOf(error).slug).toBe(slug);
});
