import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { makeAuthority } from "./certificates.ts";
import { startRedisSentinel } from "./redis-sentinel.ts";
import { startRedis } from "./redis-server.ts";
import { waitUntil } from "./wait-until.ts";

/**
 * Sentinels ask a replica every 10 s what it is, and believe for 8 s that one which says "master" has not heard yet; on a
 * machine so busy that their clock jumps by 2 s, they watch for 30 s and do nothing (TILT; sentinel.c).
 */
const FOLLOWS_WITHIN_MS = 120_000;

test("when the master is killed the Sentinels make its replica the master, and the old one comes back as a replica", async () => {
  const sentinel = await startRedisSentinel({ downAfterMs: 500 });
  try {
    const [first, second] = sentinel.servers;
    expect((await sentinel.master()).port).toBe(first?.port);
    await first?.kill();
    await waitUntil(async () => (await sentinel.master()).port === second?.port, {
      what: "the replica to be the master",
      timeoutMs: 20_000,
    });
    await first?.restart();
    const old = new Redis(first?.url ?? "", { disconnectTimeout: 0 });
    await waitUntil(async () => (await old.role())[0] === "slave", {
      what: "the old master to follow",
      timeoutMs: FOLLOWS_WITHIN_MS,
    }).finally(() => old.disconnect());
  } finally {
    await sentinel.stop();
  }
}, 180_000);

test("a server with TLS answers whoever shows a certificate of its authority, and nobody else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tern-tls-"));
  const authority = makeAuthority(folder);
  const { certFile, keyFile } = authority.issue("server", ["127.0.0.1", "redis.test"]);
  const { cert, key } = authority.issue("client", ["client.test"]);
  const server = await startRedis({ tls: { caFile: authority.caFile, certFile, keyFile } });
  const ask = async (tls: Record<string, unknown>) => {
    const client = new Redis(server.url, {
      tls,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      disconnectTimeout: 0,
    });
    let reason: unknown;
    client.on("error", (error) => {
      reason = error;
    });
    return client
      .ping()
      .catch(() => String(reason))
      .finally(() => client.disconnect());
  };
  try {
    expect(server.url).toMatch(/^rediss:/);
    expect(await ask({ ca: authority.ca, cert, key })).toBe("PONG");
    expect(await ask({ cert, key })).toMatch(/unable to verify|self-signed/);
    expect(await ask({ ca: authority.ca, cert, key, servername: "redis.test" })).toBe("PONG");
    expect(await ask({ ca: authority.ca, cert, key, servername: "other.test" })).toMatch(/does not match certificate/);
    expect(await ask({ ca: authority.ca })).not.toBe("PONG");
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 30_000);
