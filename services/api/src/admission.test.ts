// Promise P9: before Redis is full, accepting ends with 503, and all that empties it or looks after it goes on.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type RedisServer, startRedis, startRedisCluster, waitUntil } from "@tern/devkit";
import { systemClock } from "@tern/runtime";
import { connectRedis } from "@tern/store";
import type { Cluster, Redis } from "ioredis";
import { type RedisMemory, readMemory, usedPart, watchRedisMemory } from "./redis-memory.ts";
import { expectProblem } from "./testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "./testing/test-api.ts";
import { take } from "./testing/worker.ts";

let server: RedisServer;
let redis: Redis;
let memory: RedisMemory;
let api: TestApi;
beforeAll(async () => {
  server = await startRedis({ maxmemory: "16mb" });
  redis = connectRedis(server.url, { whileAway: "fail", name: "watcher", onError: () => {} }) as Redis;
  await waitUntil(() => redis.status === "ready", { what: "Redis" });
  memory = watchRedisMemory(redis, systemClock);
  api = await startTestApi({ redisUrl: server.url, memoryUsed: () => memory.used, redisMemory: () => memory.state });
});
afterAll(async () => {
  memory.stop();
  await api.close();
  redis.disconnect();
  await server.stop();
});

const send = () => api.request("POST", "/v1/messages", { body: aText() });
const FILLING = "x".repeat(16 * 1_024);

/** More than the 90 % that the deployment allows, and less than all: no write fails. */
async function fill(): Promise<void> {
  for (let part = 0; (usedPart(readMemory(await redis.info("memory"))) ?? 0) <= 0.94; part++)
    await redis.set(`filling:${part}`, FILLING);
}
async function empty(): Promise<void> {
  await redis.del(await redis.keys("filling:*"));
}

test("above the limit accepting is 503 with Retry-After, everything else goes on, and below it all is as before", async () => {
  const [waiting, sent] = [(await send()).body.id, (await send()).body.id];
  await fill();
  await waitUntil(() => (memory.used ?? 0) > 0.9, { what: "the watcher to notice" });
  const [single, batch] = await Promise.all([
    send(),
    api.request("POST", "/v1/messages/batch", { body: { messages: [aText()] } }),
  ]);

  for (const answer of [single, batch]) {
    expectProblem(answer, "unavailable");
    expect(answer.headers.get("retry-after")).toBe("10");
    expect(answer.body.detail).toContain("nearly full");
  }
  expect(await api.metric("tern_redis_memory_used_ratio")).toBeGreaterThan(0.9);
  expect(await api.metric("tern_redis_memory_max_bytes")).toBe(16 * 1_048_576);
  expect(await api.metric("tern_messages_refused_total", { reason: "memory" })).toBe(2);
  expect((await api.request("GET", `/v1/messages/${waiting}`)).status).toBe(200);
  expect((await api.request("POST", "/v1/senders/demo/lanes/bulk/pause", { as: "operator" })).status).toBe(200);
  await take(api, waiting);
  expect((await api.request("POST", `/v1/messages/${sent}/cancel`)).status).toBe(200);

  await empty();
  await waitUntil(async () => (await send()).status === 202, { what: "the API to accept again" });
});

test("without a limit nothing is known, and nothing refused", async () => {
  await redis.config("SET", "maxmemory", "0");
  await waitUntil(() => memory.used === null, { what: "the watcher to see that there is no limit" });
  expect((await send()).status).toBe(202);
  expect(await api.metric("tern_redis_memory_used_ratio")).toBe(0);
  expect(await api.metric("tern_redis_memory_max_bytes")).toBe(0);
  expect(await api.metric("tern_redis_memory_used_bytes")).toBeGreaterThan(0);
  await redis.config("SET", "maxmemory", "16mb");
  await waitUntil(() => memory.used !== null, { what: "the watcher to see the limit" });
});

test("a Redis that is away is not a full one, and is watched again once it is back", async () => {
  await server.kill();
  await waitUntil(() => memory.state === null, { what: "the watcher to know nothing" });
  await server.restart();
  await waitUntil(() => memory.used !== null, { what: "the watcher to ask again" });
});

test("of a Redis Cluster the fullest master counts", async () => {
  const cluster = await startRedisCluster();
  const url = `redis+cluster://${cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(",")}`;
  const connection = connectRedis(url, { whileAway: "fail", name: "watcher", onError: () => {} }) as Cluster;
  let watcher: RedisMemory | null = null;
  try {
    await waitUntil(() => connection.status === "ready", { what: "the cluster" });
    watcher = watchRedisMemory(connection, systemClock);
    const [first] = connection.nodes("master");
    await first?.config("SET", "maxmemory", "1gb");
    await waitUntil(() => watcher !== null && watcher.used !== null && watcher.used < 0.1, {
      what: "the limit of one master",
    });
    await connection.nodes("master")[1]?.config("SET", "maxmemory", "8mb");
    await waitUntil(() => (watcher?.used ?? 0) > 0.1, { what: "the fuller one" });
  } finally {
    watcher?.stop();
    connection.disconnect();
    await cluster.stop();
  }
}, 60_000);
