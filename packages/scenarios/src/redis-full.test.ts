// Redis runs full. The API must refuse before anything is lost, and what was accepted must go on to its end, for only that
// frees memory (P9).

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { connectRedis, type RedisConnection } from "@tern/store";
import { aMessage, type Outside, startOutside } from "./outside.ts";

const ROOM_BYTES = 8 * 1024 * 1024;
const BATCH = 100;

let outside: Outside;
let redis: RedisConnection;

beforeEach(async () => {
  outside = await startOutside({ senders: [{ id: "demo", pace: 400 }], appendonly: "everysec" });
  redis = connectRedis(outside.redis.url, { whileAway: "wait", name: "test", onError: () => {} });
}, 60_000);

afterEach(async () => {
  redis.disconnect();
  await outside.stop();
}, 60_000);

async function leaveRoom(bytes: number): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
  await redis.config("SET", "maxmemory", String(bytes === 0 ? 0 : used + bytes));
}

test("the API answers 503 with Retry-After, everything accepted is read all the same, and it takes more when there is room", async () => {
  await redis.config("SET", "maxmemory-policy", "noeviction");
  await leaveRoom(ROOM_BYTES);
  const text = { body: "x".repeat(1_500) };
  let refusal: Response | null = null;
  for (let number = 0; refusal === null && number < 20_000; number += BATCH) {
    const messages = Array.from({ length: BATCH }, (_, at) => aMessage(number + at, { text }));
    const response = await outside.request("POST", "/v1/messages/batch", { messages });
    const body = (await response.json()) as { results?: { id?: string }[] };
    for (const { id } of body.results ?? []) if (id) outside.acceptedIds.push(id);
    if (response.status !== 202) refusal = response;
  }
  expect(refusal?.status).toBe(503);
  expect(Number(refusal?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(outside.acceptedIds.length).toBeGreaterThan(BATCH);

  await outside.settle((message) => message.status === "read", { timeoutMs: 60_000 });
  expect(await outside.broken()).toEqual([]);

  await leaveRoom(0);
  await waitUntil(
    async () => (await outside.request("POST", "/v1/messages", aMessage(99_999, { text }))).status === 202,
    { what: "the API to accept again" },
  );
}, 150_000);
