import { expect, test } from "@jest/globals";
import { ConfigError } from "./config-error.ts";
import { explainStartFailure } from "./start-failure.ts";

const REDIS_URL = "redis://tern:s3same@cache:6380/1";
const NO_REDIS = "cannot reach Redis at cache:6380";

function networkError(fields: object, message = "connect failed"): Error {
  return Object.assign(new Error(message), fields);
}

test.each([
  [new ConfigError("the environment", ["PORT: missing"]), "the environment: PORT: missing"],
  [networkError({ code: "ECONNREFUSED", address: "10.0.0.1", port: 6380 }), NO_REDIS],
  [networkError({ code: "ENOTFOUND", hostname: "cache" }), NO_REDIS],
  [new Error("could not connect", { cause: networkError({ code: "ETIMEDOUT", port: 6380 }) }), NO_REDIS],
  [new AggregateError([networkError({ code: "ECONNREFUSED", port: 6380 })]), NO_REDIS],
  [new Error("Connection is closed."), NO_REDIS],
  [new Error("WRONGPASS invalid username-password pair"), "Redis at cache:6380 refuses the login"],
  [new Error("NOPERM this user has no permissions"), "Redis at cache:6380 does not let its user do what Tern needs"],
  [networkError({ code: "SELF_SIGNED_CERT_IN_CHAIN" }), "no TLS with Redis at cache:6380"],
  [networkError({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }), "no TLS with Redis at cache:6380"],
  [
    new Error("All sentinels are unreachable. Retrying from scratch after 50ms."),
    "the Sentinels at cache:6380 know no such",
  ],
  [
    new Error("All sentinels are unreachable. Retrying from scratch. Last error: ERR No such master with that name"),
    "the Sentinels at cache:6380 know no such master",
  ],
  [
    new Error("All sentinels are unreachable. Retrying from scratch after 50ms. Last error: WRONGPASS"),
    "no Sentinel at cache:6380 answers (WRONGPASS)",
  ],
  [networkError({ code: "ECONNREFUSED", address: "10.0.0.2", port: 443 }), "cannot reach 10.0.0.2:443 (ECONNREFUSED)"],
  [networkError({ code: "EADDRINUSE", port: 8080 }), "port 8080 is taken"],
])("%s is told in one line that says what to do", (error, start) => {
  const line = explainStartFailure(error, REDIS_URL);
  expect(line).toMatch(/^[^\n]+$/);
  expect(line?.slice(0, start.length)).toBe(start);
  expect(line).not.toContain("s3same");
});

test.each([new TypeError("x is not a function"), new Error("EADDRINUSE only in its text"), "thrown text", undefined])(
  "%p is unknown",
  (error) => {
    expect(explainStartFailure(error, REDIS_URL)).toBeNull();
  },
);
