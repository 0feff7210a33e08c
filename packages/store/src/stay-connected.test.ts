import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type RedisSentinel, startRedisSentinel, waitUntil } from "@tern/devkit";
import type { Redis } from "ioredis";
import { connectRedis } from "./connect.ts";

// What ioredis's failover detector does when the Sentinels tell of a failover, at the worst moment: while it asks them.

let sentinel: RedisSentinel;
beforeAll(async () => {
  sentinel = await startRedisSentinel({ replicas: 1 });
}, 60_000);
afterAll(() => sentinel.stop(), 60_000);

const open = () => connectRedis(sentinel.url, { whileAway: "wait", name: "test", onError: () => {} }) as Redis;
const tellOfFailover = (connection: Redis) =>
  (connection as unknown as { connector: { disconnect(): void } }).connector.disconnect();
const isReady = (connection: Redis) => () => connection.status === "ready";

describe("word of a failover that comes while the Sentinels are asked for the master", () => {
  test("costs a moment, not the connection", async () => {
    const connection = open();
    try {
      tellOfFailover(connection); // status: connecting
      await waitUntil(isReady(connection), { what: "the connection" });
      expect(await connection.ping()).toBe("PONG");
    } finally {
      connection.disconnect();
    }
  });

  test("nor a duplicate of it, as BullMQ makes them", async () => {
    const connection = open();
    const duplicate = connection.duplicate();
    duplicate.on("error", () => {});
    try {
      tellOfFailover(duplicate);
      await waitUntil(isReady(duplicate), { what: "the duplicate" });
    } finally {
      duplicate.disconnect();
      connection.disconnect();
    }
  });
});

test("a connection that was closed stays closed", async () => {
  for (const close of [(one: Redis) => one.disconnect(), (one: Redis) => one.quit()]) {
    const connection = open();
    await waitUntil(isReady(connection), { what: "the connection" });
    const ended = new Promise((resolve) => connection.once("end", resolve));
    await close(connection);
    await ended;
    await expect(connection.ping()).rejects.toThrow("Connection is closed.");
  }
});
