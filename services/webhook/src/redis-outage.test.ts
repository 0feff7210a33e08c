// 200 promises that Redis has it. While Redis is away or hangs the provider must hear 503, in time, and send the body
// again; and the service must go on by itself when Redis is back (promise P9).

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type RedisServer, startRedis, waitUntil } from "@tern/devkit";
import { body, inbound, startWorld, status, type World } from "./testing/webhook-world.ts";

const COMMAND_TIMEOUT_MS = 250;

let redis: RedisServer;
let world: World;
beforeAll(async () => {
  redis = await startRedis({ appendonly: "always" });
}, 30_000);
beforeEach(async () => {
  world = await startWorld({ redisUrl: redis.url, commandTimeoutMs: COMMAND_TIMEOUT_MS });
});
afterEach(async () => {
  await world.stop();
});
afterAll(async () => {
  await redis.stop();
});

test("Redis gone: 503 each time; Redis back: 200, without a restart of the service", async () => {
  const sent = await world.submitted();
  const asked = body({ statuses: [status(sent, "read")] });
  await redis.kill();
  try {
    for (let at = 0; at < 3; at += 1) expect(await world.post(asked)).toEqual({ status: 503, text: "" });
    expect(await world.count("requests", "unavailable")).toBe(3);
    expect(await world.count("items", "applied")).toBe(0);
  } finally {
    await redis.restart();
  }
  await waitUntil(async () => (await world.post(asked)).status === 200, { what: "the service to be back" });
  expect((await world.record(sent)).status).toBe("read");
});

test("Redis hangs: 503 within the time the provider waits; Redis goes on: 200, and the record is right", async () => {
  const sent = await world.submitted();
  const asked = body({ statuses: [status(sent, "read")] });
  process.kill(redis.pid, "SIGSTOP");
  try {
    const startMs = performance.now();
    const answers = await Promise.all([world.post(asked), world.post(asked), world.post("{")]);
    expect(answers.map((answer) => answer.status)).toEqual([503, 503, 503]);
    expect(performance.now() - startMs).toBeLessThan(5_000); // as long as the provider waits
  } finally {
    process.kill(redis.pid, "SIGCONT");
  }
  await waitUntil(async () => (await world.post(asked)).status === 200, { what: "the service to be back" });
  expect((await world.record(sent)).status).toBe("read");
  expect((await world.record(sent)).timeline.filter((step) => step.status === "read")).toHaveLength(1);
});

// A webhook ends messages, and what has ended goes: to refuse it would keep Redis full. The API refuses instead.
test("Redis is full: webhooks are taken all the same, with all they bring", async () => {
  const sent = await world.submitted();
  await world.redis.config("SET", "maxmemory", "1");
  try {
    const asked = body({ statuses: [status(sent, "read")], messages: [inbound("wamid.FULL")] });
    expect((await world.post(asked)).status).toBe(200);
  } finally {
    await world.redis.config("SET", "maxmemory", "0");
  }
  expect((await world.record(sent)).status).toBe("read");
  expect(await world.stream("inbound")).toHaveLength(1);
});
