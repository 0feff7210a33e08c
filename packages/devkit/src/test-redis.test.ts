import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { testRedisUrl, uniquePrefix } from "./test-redis.ts";

test("the test run has a Redis, and each caller a prefix of its own", async () => {
  const client = new Redis(testRedisUrl());
  const [mine, yours] = [uniquePrefix(), uniquePrefix()];
  expect(mine).toMatch(/^t[0-9a-f]{10}$/);
  await client.set(`${mine}:k`, "v", "EX", 60);
  expect(await client.exists(`${yours}:k`)).toBe(0);
  client.disconnect();
});
