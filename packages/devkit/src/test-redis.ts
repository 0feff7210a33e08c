// The Redis that the tests of one package share, and the prefix that keeps each test's keys to itself.
import { randomBytes } from "node:crypto";

/** Where the global setup of a test run leaves the URL for the test files. */
export const TEST_REDIS_VARIABLE = "TERN_TEST_REDIS_URL";

/** The URL of the Redis of this test run. */
export function testRedisUrl(): string {
  const url = process.env[TEST_REDIS_VARIABLE];
  if (url === undefined) {
    throw new Error("no Redis for tests: run them with jest.config.ts, in a package that depends on @tern/devkit");
  }
  return url;
}

/** A key prefix nobody else uses: "t" and ten characters. The Redis may be a person's own, so tests never flush it. */
export function uniquePrefix(): string {
  return `t${randomBytes(5).toString("hex")}`;
}
