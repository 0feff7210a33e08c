import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { provideRedis } from "./provide-redis.ts";
import { testRedisUrl } from "./test-redis.ts";

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, disconnectTimeout: 0 });
  client.on("error", () => {});
  const result = await client.connect().then(
    () => true,
    () => false,
  );
  client.disconnect();
  return result;
}

test("the Redis of REDIS_URL is used, and left running at the end", async () => {
  const provided = await provideRedis({ ...process.env, REDIS_URL: testRedisUrl() });
  expect(provided).toMatchObject({ url: testRedisUrl(), how: "REDIS_URL" });
  await provided.stop();
  expect(await answers(testRedisUrl())).toBe(true);
});

test("a REDIS_URL that does not answer is an error that names it without its password", async () => {
  const url = `redis://:secret@127.0.0.1:${await freePort()}`;
  await expect(provideRedis({ ...process.env, REDIS_URL: url })).rejects.toThrow(
    /^The Redis named in REDIS_URL \(redis:\/\/\*\*\*@127\.0\.0\.1:\d+\) does not answer: .*ECONNREFUSED/,
  );
});

test("without REDIS_URL a server is started, and ended by stop", async () => {
  const { REDIS_URL: _, ...env } = process.env;
  const provided = await provideRedis(env);
  expect(await answers(provided.url)).toBe(true);
  await provided.stop();
  expect(await answers(provided.url)).toBe(false);
});
