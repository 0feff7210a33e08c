import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type RedisServer, startRedis, testRedisUrl, waitUntil } from "@tern/devkit";
import { type ConnectOptions, connectRedis, isClusterUrl } from "./connect.ts";
import type { RedisConnection } from "./scripts.ts";

const open: RedisConnection[] = [];
const closeAll = () => {
  for (const connection of open.splice(0)) connection.disconnect();
};
afterEach(closeAll);

function connect(url: string, options: Partial<ConnectOptions> = {}): RedisConnection {
  const connection = connectRedis(url, { whileAway: "wait", name: "connect tests", onError: () => {}, ...options });
  open.push(connection);
  return connection;
}

test.each([
  ["redis://localhost:6379", false],
  ["rediss://localhost:6379/0", false],
  ["redis+cluster://a:1,b:2", true],
  ["rediss+cluster://user:secret@a:1", true],
])("%s is a cluster: %s", (url, isCluster) => {
  expect(isClusterUrl(url)).toBe(isCluster);
});

test("the Redis of these tests answers, whatever its shape", async () => {
  expect(await connect(testRedisUrl()).ping()).toBe("PONG");
});

test("a connection has the name it was given", async () => {
  const redis = connect(testRedisUrl(), { name: "tern-worker" });
  if (isClusterUrl(testRedisUrl())) return;
  expect(await redis.call("CLIENT", "GETNAME")).toBe("tern-worker");
});

test.each(["redis+cluster://", "redis+cluster://a", "redis+cluster://a:1,b", "redis+cluster://:7000"])(
  "%s says what is wrong with it",
  (url) => {
    expect(() => connect(url)).toThrow(/in the Redis Cluster URL is not host:port/);
  },
);

describe("when the server has become a replica", () => {
  let server: RedisServer;
  let other: RedisConnection;
  beforeEach(async () => {
    server = await startRedis();
    other = connect(server.url);
    await other.call("REPLICAOF", "127.0.0.1", "1"); // of a master that is not there
  });
  afterEach(async () => {
    closeAll();
    await server.stop();
  });

  test("a connection that waits leaves it and comes back until its command has reached a master", async () => {
    const redis = connect(server.url);
    let closed = 0;
    redis.on("close", () => {
      closed += 1;
    });
    const set = redis.set("key", "value");
    const script = redis.eval("return redis.call('SET', KEYS[1], 'value')", 1, "other key");
    await waitUntil(() => closed > 2, { what: "a few tries" });
    await other.call("REPLICAOF", "NO", "ONE");
    expect(await Promise.all([set, script])).toEqual(["OK", "OK"]);
  });

  test("a connection that fails says so, and leaves it as well", async () => {
    const redis = connect(server.url, { whileAway: "fail" });
    await waitUntil(() => redis.status === "ready", { what: "the connection" });
    let closed = false;
    redis.on("close", () => {
      closed = true;
    });
    await expect(redis.set("key", "value")).rejects.toThrow(/^READONLY/);
    await waitUntil(() => closed, { what: "the connection to be closed" });
    await waitUntil(() => redis.status === "ready", { what: "another one" });
  });
});

describe("while Redis is away", () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    closeAll(); // while the server is there: ioredis takes two seconds to let go of one that is not
    await server.stop();
  });

  test("a connection that fails does so at once, and is back by itself; its owner hears of both once", async () => {
    const told: string[] = [];
    const redis = connect(server.url, {
      whileAway: "fail",
      onError: () => told.push("away"),
      onBack: () => told.push("back"),
    });
    let tries = 0;
    redis.on("error", () => {
      tries += 1;
    });
    await waitUntil(() => redis.ping(), { what: "a first answer" });
    await server.kill();
    await expect(redis.ping()).rejects.toThrow();
    await waitUntil(() => tries > 2, { what: "a few tries" });
    await server.restart();
    await waitUntil(() => redis.ping(), { what: "an answer" });
    expect(told).toEqual(["away", "back"]);
  });

  test("a connection that waits keeps the command until Redis is there", async () => {
    const redis = connect(server.url);
    let tries = 0;
    redis.on("error", () => {
      tries += 1;
    });
    await redis.ping();
    await server.kill();
    const answer = redis.ping();
    await waitUntil(() => tries > 2, { what: "a few tries" });
    await server.restart();
    expect(await answer).toBe("PONG");
  });
});
