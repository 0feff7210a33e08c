import { expect, test } from "@jest/globals";
import { z } from "zod";
import type { Env } from "./env.ts";
import { readEnv } from "./env.ts";
import { redisAccess, redisReplication } from "./redis-access.ts";
import { processSettings } from "./settings.ts";

const read = (env: Env) => readEnv(z.object(processSettings), env);
const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const KEY = "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----";

test("an ordinary Redis needs nothing beside its URL", () => {
  expect(redisAccess(read({}))).toEqual({ tls: null, sentinelLogin: null });
  expect(redisReplication(read({}))).toBeNull();
});

test("certificates and the Sentinels' login are put together", () => {
  const settings = read({
    REDIS_URL: "rediss+sentinel://api:x@one:26379/mymaster",
    REDIS_TLS_CA: CERTIFICATE,
    REDIS_TLS_CERT: CERTIFICATE,
    REDIS_TLS_KEY: KEY,
    REDIS_TLS_SERVER_NAME: "redis.internal",
    REDIS_SENTINEL_PASSWORD: "sentinel's own",
  });
  expect(redisAccess(settings)).toEqual({
    tls: { ca: CERTIFICATE, cert: CERTIFICATE, key: KEY, serverName: "redis.internal" },
    sentinelLogin: { username: null, password: "sentinel's own" },
  });
});

test("TLS without certificates of one's own trusts whom Node.js trusts", () => {
  const { tls } = redisAccess(read({ REDIS_URL: "rediss://redis:6380" }));
  expect(tls).toEqual({ ca: null, cert: null, key: null, serverName: null });
});

test.each([
  [{ REDIS_TLS_CA: CERTIFICATE }, "REDIS_TLS_CA: of no use, since REDIS_URL does not begin with rediss"],
  [{ REDIS_SENTINEL_PASSWORD: "x" }, "REDIS_SENTINEL_PASSWORD: of no use, since REDIS_URL does not name Sentinels"],
  [{ REDIS_URL: "rediss://a:1", REDIS_TLS_CERT: CERTIFICATE }, "one is set without the other"],
  [{ REDIS_URL: "redis+sentinel://a:1/m", REDIS_SENTINEL_USER: "x" }, "set without REDIS_SENTINEL_PASSWORD"],
])("%j is refused: %s", (env: Env, problem) => {
  expect(() => redisAccess(read(env))).toThrow(problem);
});

test.each([
  [{ REDIS_URL: "rediss://a:1", REDIS_TLS_CA: "/etc/ssl/ca.pem" }, "expected PEM text, -----BEGIN CERTIFICATE-----"],
  [{ REDIS_WAIT_REPLICAS: "some" }, "expected auto, or a whole number from 0 to 9"],
])("%j is no setting: %s", (env: Env, problem) => {
  expect(() => read(env)).toThrow(problem);
});

test.each([
  ["redis://a:1", "auto", null],
  ["redis://a:1", "2", { replicas: 2, waitMs: 1_000 }],
  ["rediss+sentinel://a:1/m", "auto", { replicas: 1, waitMs: 1_000 }],
  ["redis+cluster://a:1", "auto", { replicas: 1, waitMs: 1_000 }],
  ["redis+cluster://a:1", "0", null],
])("%s with REDIS_WAIT_REPLICAS=%s waits for %j", (REDIS_URL, REDIS_WAIT_REPLICAS, expected) => {
  expect(redisReplication(read({ REDIS_URL, REDIS_WAIT_REPLICAS }))).toEqual(expected);
});
